"""What is on record of a staff member, under all their entries, as one list of events, the latest first."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lti.models import Activity, Course, Delivery, DeliveryTry, Membership
from managers.reminders.models import Reminder
from modules.models import Acknowledgement, Attempt, Certificate, Join, JoinState, ResultRow

MOST_TRIES = 200


class EventKind(Enum):
    """What happened."""

    OPENED = "opened"
    LEFT = "left"
    STARTED = "started"
    DROPPED = "dropped"
    PASSED = "passed"
    NOT_PASSED = "not-passed"
    CERTIFIED = "certified"
    REVOKED = "revoked"
    CONFIRMED = "confirmed"
    JOINED = "joined"
    DECLINED = "declined"
    SEPARATED = "separated"
    GRADE = "grade"
    REMINDED = "reminded"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is on record: when it was, which module or course it is about, and what else there is to say.

    ``place`` is a course or an activity, and ``words`` are what came of it, such as an answer of the LMS.
    """

    at: datetime
    kind: EventKind
    module: str | None = None
    place: str | None = None
    share: float | None = None
    words: str | None = None


@dataclass(frozen=True)
class RecordScope:
    """Whose records to read: a staff member's entries, perhaps in one course alone and of its modules."""

    staff_id: int
    entries: Collection[int]
    course_id: int | None = None
    modules: Collection[str] = ()


def timeline(session: Session, of: RecordScope) -> list[Event]:
    """Return the events of a staff member, the latest first; the number of questions is always the same."""
    sources = _courses, _attempts, _certificates, _confirmations, _joins, _grades, _reminders
    found = [event for source in sources for event in source(session, of)]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _courses(session: Session, of: RecordScope) -> Iterator[Event]:
    """Give when they last opened something in each course, and when they left it: earlier visits are not kept."""
    wanted = select(Membership.seen_at, Membership.left_at, Course.title)
    wanted = wanted.join(Course, Course.id == Membership.course_id).where(Membership.person_id.in_(of.entries))
    here = wanted.where(Course.id == of.course_id) if of.course_id else wanted
    for seen_at, left_at, title in session.execute(here):
        if seen_at:
            yield Event(seen_at, EventKind.OPENED, place=title)
        if left_at:
            yield Event(left_at, EventKind.LEFT, place=title)


def _attempts(session: Session, of: RecordScope) -> Iterator[Event]:
    wanted = select(Attempt, ResultRow, Course.title)
    wanted = wanted.outerjoin(ResultRow, ResultRow.attempt_id == Attempt.id)
    wanted = wanted.join(Activity, Activity.id == Attempt.activity_id).join(Course, Course.id == Activity.course_id)
    wanted = wanted.where(Attempt.person_id.in_(of.entries))
    for attempt, result, course in session.execute(wanted.where(Course.id == of.course_id) if of.course_id else wanted):
        yield Event(attempt.started_at, EventKind.STARTED, attempt.module, course)
        if attempt.dropped_at:
            yield Event(attempt.dropped_at, EventKind.DROPPED, attempt.module, course)
        if result:
            kind = EventKind.PASSED if result.passed else EventKind.NOT_PASSED
            yield Event(result.finished_at, kind, attempt.module, course, result.score)


def _certificates(session: Session, of: RecordScope) -> Iterator[Event]:
    wanted = select(Certificate).where(Certificate.person_id.in_(of.entries))
    if of.course_id:
        wanted = wanted.where(Certificate.module.in_(of.modules))
    for certificate in session.scalars(wanted):
        yield Event(certificate.issued_at, EventKind.CERTIFIED, certificate.module, words=certificate.code)
        if certificate.revoked_at:
            because = certificate.revoked_because
            yield Event(certificate.revoked_at, EventKind.REVOKED, certificate.module, words=because)


def _confirmations(session: Session, of: RecordScope) -> Iterator[Event]:
    theirs = Acknowledgement.person_id.in_(of.entries), Acknowledgement.join_id.is_(None)
    for given in session.scalars(select(Acknowledgement).where(*theirs)):
        yield Event(given.acknowledged_at, EventKind.CONFIRMED, words=given.version)


def _joins(session: Session, of: RecordScope) -> Iterator[Event]:
    theirs = or_(Join.person_id.in_(of.entries), Join.same_as_id.in_(of.entries))
    wanted = select(Join).where(theirs, Join.decided_at.is_not(None))
    for join in session.scalars(wanted.where(Join.course_id == of.course_id) if of.course_id else wanted):
        if join.decided_at:
            kind = EventKind.DECLINED if join.state is JoinState.DECLINED else EventKind.JOINED
            yield Event(join.decided_at, kind, words=join.because)
        if join.ended_at:
            yield Event(join.ended_at, EventKind.SEPARATED, words=join.ended_because)


def _grades(session: Session, of: RecordScope) -> Iterator[Event]:
    """Give each try to send a grade of theirs, the latest of them where there are very many."""
    wanted = select(DeliveryTry, Delivery, Activity.title).join(Delivery, Delivery.id == DeliveryTry.delivery_id)
    wanted = wanted.join(Activity, Activity.id == Delivery.activity_id).where(Delivery.person_id.in_(of.entries))
    here = wanted.where(Activity.course_id == of.course_id) if of.course_id else wanted
    for attempt, grade, activity in session.execute(here.order_by(DeliveryTry.id.desc()).limit(MOST_TRIES)):
        yield Event(attempt.begun_at, EventKind.GRADE, grade.module, activity, grade.score, attempt.words or None)


def _reminders(session: Session, of: RecordScope) -> Iterator[Event]:
    """Give the reminders to them and what became of each; a course's leaders do not see what others have sent."""
    if of.course_id:
        return
    for reminder in session.scalars(select(Reminder).where(Reminder.staff_id == of.staff_id)):
        yield Event(reminder.at, EventKind.REMINDED, words=reminder.fate.value)
