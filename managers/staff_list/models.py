"""The table of lists of staff that trusts have uploaded."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.trusts import Trust
from db import Base


class ListState(Enum):
    """What has become of a list: read and shown, about to be applied, applied, or undone."""

    READ = "read"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDONE = "undone"


class StaffList(Base):
    """A list of staff that someone uploaded for a trust, and what became of it.

    ``digest`` is that of the file. ``sheet`` holds the rows as they were read, only the columns that count, as
    compressed JSON; ``before`` what to put back if it is undone, in the same form. Both go after some time, and
    ``rows`` says how many there were. With ``adds_schools``, schools that no one knows are added. ``wanted`` is the
    digest of the changes that someone agreed to, and ``trouble`` says why they were not made.
    """

    __tablename__ = "staff_lists"
    __table_args__ = (Index(None, "trust", "uploaded_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    state: Mapped[ListState] = mapped_column(default=ListState.READ, index=True)
    digest: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    uploaded_at: Mapped[datetime]
    adds_schools: Mapped[bool] = mapped_column(default=False)
    wanted: Mapped[str | None] = mapped_column(String(64))
    wanted_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    wanted_at: Mapped[datetime | None]
    visit: Mapped[str | None] = mapped_column(String(64))
    trouble: Mapped[str | None] = mapped_column(String(500))
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    changed: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    sheet: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    before: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
