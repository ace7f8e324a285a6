"""Tables of due dates: rules, exceptions, and trusts whose due dates are being worked out anew."""

from datetime import date, datetime
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.schools import School
from core.trusts import Trust
from db import Base
from managers.due.domain.absences import Absence
from managers.due.domain.rules import Audience, DueKind, Rule, Terms
from managers.models import StaffMember


class ExceptionReason(Enum):
    """Why there is an exception, as coarse as it can be: nothing is kept about anyone's health beyond this."""

    LEAVE = "leave"
    LONG_SICKNESS = "long-sickness"
    OTHER_DUTY = "other-duty"


class DueRule(Base):
    """A rule of a trust that says when training is due; never deleted, but ended.

    It is for a module, a school and a job group, or for any where one of them is not named. ``day`` is its date, or the
    first of a date in each academic year; rules that count ``days`` from the start or from joining have none. With a
    day, ``days`` are those that people have who start after it.
    """

    __tablename__ = "due_rules"
    __table_args__ = (
        CheckConstraint("(day IS NULL) = (kind IN ('start', 'joining'))", name="a_date_has_a_day"),
        CheckConstraint("days >= 0", name="days_are_counted_forwards"),
        Index(None, "trust", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    module: Mapped[str | None] = mapped_column(String(100))
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id))
    job_group: Mapped[str | None] = mapped_column(String(100))
    kind: Mapped[DueKind]
    day: Mapped[date | None]
    days: Mapped[int]
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def rule(self) -> Rule:
        """Return the rule as due dates are worked out from it."""
        audience = Audience(self.module, self.school_id, self.job_group)
        return Rule(self.id, audience, Terms(self.kind, self.days, self.day))


class DueException(Base):
    """An exception from due dates for a staff member, for one module or for all; never deleted, but ended.

    It counts from ``first_day`` to ``last_day``, or until further notice. One that was entered by mistake ends before
    it began, so that it has no day.
    """

    __tablename__ = "due_exceptions"
    __table_args__ = (Index(None, "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey(StaffMember.id))
    module: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[ExceptionReason]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def absence(self) -> Absence:
        """Return the days on which it counts."""
        return Absence(self.first_day, self.last_day)

    @property
    def was_mistake(self) -> bool:
        """Say whether it was taken back as a mistake."""
        return self.last_day is not None and self.last_day < self.first_day


class DueRefresh(Base):
    """A trust whose due dates are being worked out anew since ``asked_at``, after a rule changed or a day began.

    Staff members up to ``done_to`` have theirs already.
    """

    __tablename__ = "due_refreshes"

    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key), primary_key=True)
    asked_at: Mapped[datetime]
    done_to: Mapped[int] = mapped_column(default=0)
