"""The table of tallies: how far a trust was with its training on a day of each month."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.schools import School
from core.trusts import Trust
from db import Base


class TrainingTally(Base):
    """How many people of a school had to take a module on a day, and how many of them had passed.

    Only the latest day of each month is kept. Without a ``school_id`` it is about people without a school, and without
    a ``module`` about all that each person has to take: they count as passed if all of it is. One that was
    ``counted_at`` a later day is about people who were still here then, and does not know who was overdue. The tallies
    of a school that was added by mistake go with it.
    """

    __tablename__ = "training_tallies"
    __table_args__ = (Index(None, "trust", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    day: Mapped[date]
    counted_at: Mapped[datetime]
    module: Mapped[str | None] = mapped_column(String(100))
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id, ondelete="CASCADE"))
    people: Mapped[int]
    passed: Mapped[int]
    overdue: Mapped[int | None]
    expired: Mapped[int]
