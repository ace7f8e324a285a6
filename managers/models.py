"""Tables of staff: who works in a trust, under which ids we know them, and how far they are with their training."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.names import LONGEST_SORT_NAME
from core.schools import School
from core.trusts import Trust
from db import Base, bytewise
from modules.passes.course_progress import Standing


class CourseSchool(Base):
    """A course belongs to a school: people whose school no list names belong to that of their course."""

    __tablename__ = "course_schools"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey(School.id), index=True)


class StaffMember(Base):
    """Someone who works in a trust, once, under however many ids we know them.

    ``email`` is folded to lower case, and ``number`` is their staff number. What a trust's own list says of them (the
    number, job group, start date, line manager, and the school if ``school_given``) stays whatever an LMS says; a
    school that no list gave is that of their course. Someone whom only a list names has no entries yet.
    """

    __tablename__ = "staff_members"
    __table_args__ = (
        UniqueConstraint("trust", "email"),
        UniqueConstraint("trust", "number"),
        Index(None, "trust", "sort_name", "id"),
        Index(None, "trust", "job_group"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    email: Mapped[str | None] = mapped_column(String(320))
    number: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str | None] = mapped_column(String(500))
    sort_name: Mapped[str] = mapped_column(bytewise(LONGEST_SORT_NAME))
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id), index=True)
    school_given: Mapped[bool] = mapped_column(default=False)
    line_manager_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"), index=True)
    job_group: Mapped[str | None] = mapped_column(String(100))
    starts_on: Mapped[date | None]


class StaffEntry(Base):
    """One of the ids under which we know a staff member: a person of an LMS."""

    __tablename__ = "staff_entries"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey(StaffMember.id), index=True)


class SamePerson(Base):
    """A decision that a person of an LMS and another one, or the holder of an address, are one person or two.

    The other one is a person of an LMS too, ``other_id``, or whoever is known here by ``address``, in its folded form.
    """

    __tablename__ = "same_people"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    address: Mapped[str | None] = mapped_column(String(320))
    is_same: Mapped[bool]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime]


COUNTED = "valid_until", "due_on", "confirmed_version", "staff_id"


class StaffTraining(Base):
    """A module that a staff member has to take, and how far they are: worked out from the records, and kept with them.

    ``since`` is the day from which we know that they have to. ``reached`` is how far they have ever come: passed, in
    progress, not passed or not started. What depends on the day is decided in queries. ``passed_at`` and
    ``valid_until`` are those of the pass that lasts longest; without an end it lasts for ever. ``confirmed_version`` is
    the version of the policy that they confirmed, one that counts for the policy in force if there is one. The trust,
    school and name are those of the staff member, so that a list reads one table.
    """

    __tablename__ = "staff_trainings"
    __table_args__ = (
        Index(None, "trust", "module", "sort_name", "staff_id"),
        Index(None, "trust", "module", "school_id", "sort_name", "staff_id"),
        Index(None, "trust", "module", "due_on", "sort_name", "staff_id"),
        Index(None, "trust", "module", "valid_until", "sort_name", "staff_id"),
        Index("ix_staff_trainings_standings", "trust", "module", "reached", "sort_name", "staff_id"),
        # All that counting asks for, so that no row has to be read for it.
        Index("ix_staff_trainings_counted", "trust", "module", "school_id", "reached", *COUNTED),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey(StaffMember.id), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    trust: Mapped[str] = mapped_column(String(50))
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id))
    sort_name: Mapped[str] = mapped_column(bytewise(LONGEST_SORT_NAME))
    reached: Mapped[Standing]
    since: Mapped[date]
    passed_at: Mapped[datetime | None]
    valid_until: Mapped[date | None]
    confirmed_version: Mapped[str | None] = mapped_column(String(100))
    due_on: Mapped[date | None]


class StaffOverview(Base):
    """All that a staff member has to take, in one row: what their ``StaffTraining`` comes to, and kept with it.

    ``modules`` are those that they have to take, and ``passed`` those of them that they ever passed. ``reached``: all
    passed, none begun, one not passed, or otherwise in progress. ``valid_until`` is when the first of their passes
    ends, and ``due_on`` the first of their due dates, so that both tell on any day whether something has run out.
    """

    __tablename__ = "staff_overviews"
    __table_args__ = (
        Index(None, "trust", "sort_name", "staff_id"),
        Index(None, "trust", "school_id", "sort_name", "staff_id"),
        Index(None, "trust", "reached", "sort_name", "staff_id"),
        Index(None, "trust", "due_on", "sort_name", "staff_id"),
        Index(None, "trust", "valid_until", "sort_name", "staff_id"),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey(StaffMember.id), primary_key=True)
    trust: Mapped[str] = mapped_column(String(50))
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id))
    sort_name: Mapped[str] = mapped_column(bytewise(LONGEST_SORT_NAME))
    modules: Mapped[int]
    passed: Mapped[int]
    reached: Mapped[Standing]
    valid_until: Mapped[date | None]
    due_on: Mapped[date | None]
    confirmed_version: Mapped[str | None] = mapped_column(String(100))


class StaleCourse(Base):
    """A course whose people's training is yet to be brought up to date, and since when; a job sees to it."""

    __tablename__ = "stale_courses"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    since: Mapped[datetime]
