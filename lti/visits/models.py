"""Tables about the e-mail addresses of people whose LMS does not confirm them: codes by mail, and what they proved."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.mail.domain.message import LONGEST_ADDRESS
from db import Base
from lti.models import Person


class ConfirmedAddress(Base):
    """An address, in its folded form, that a person has proved to be theirs by a code that was mailed there."""

    __tablename__ = "confirmed_addresses"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), primary_key=True)
    confirmed_at: Mapped[datetime]


class AddressCode(Base):
    """A code that was mailed to an address, for one person; kept for a day, so that codes can be counted.

    ``code_hash`` is keyed, since there are only a million codes. ``tries`` counts the wrong ones that were entered;
    ``used_at`` is set once the right one was entered.
    """

    __tablename__ = "address_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
