"""Tables of grants: who may do what for a trust, and for which schools."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.grants.domain.grant import LONGEST_TITLE, GrantRole
from core.mail.domain.message import LONGEST_ADDRESS
from core.schools import School
from core.trusts import Trust
from db import Base


class Grant(Base):
    """What someone may do for a trust, given to an e-mail address in its folded form.

    An approver has a ``title``, the one that the policy names. ``until`` is the last day on which the grant counts, by
    the clock of the United Kingdom; without one, it counts until it is withdrawn.
    """

    __tablename__ = "grants"
    __table_args__ = (Index(None, "trust", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    role: Mapped[GrantRole]
    email: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    title: Mapped[str | None] = mapped_column(String(LONGEST_TITLE))
    until: Mapped[date | None]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class GrantSchool(Base):
    """A school that a school lead's grant is for."""

    __tablename__ = "grant_schools"

    grant_id: Mapped[int] = mapped_column(ForeignKey(Grant.id), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey(School.id), primary_key=True, index=True)
