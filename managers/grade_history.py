"""Where people's grades are on their way to the LMS: what managers see of them, down to every try."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from lti.domain.delivery import DeliveryState, GradeKind
from lti.grades.withdraw import TAKEN_BACK
from lti.models import Activity, Delivery, DeliveryTry, Membership, Person, Platform
from modules.errors import NotInThisCourse

UNDER_WAY = frozenset({DeliveryState.WAITING, DeliveryState.SENDING})
MOST_TRIES = 100


@dataclass(frozen=True)
class GradeStatus:
    """What happened to a grade: its delivery, words about it, and if it is waiting, when we try again."""

    delivery: Delivery
    words: str
    next_try: datetime | None

    @property
    def is_taken_back(self) -> bool:
        """Say whether the LMS gets zero in place of a grade, because the pass it came from no longer counts."""
        return self.delivery.comment == TAKEN_BACK

    @property
    def can_be_sent(self) -> bool:
        """Say whether it makes sense to send it again: what was taken back only if the LMS refused that."""
        return not self.is_taken_back or self.delivery.state is DeliveryState.NEEDS_ATTENTION


def grade_statuses(query: Select[Delivery, str | None, datetime | None], session: Session) -> list[GradeStatus]:
    """Return the status of the grades that a query for deliveries with their LMS's trouble and rest finds."""
    return [_status(*row) for row in session.execute(query)]


WITH_TROUBLE = select(Delivery, Platform.trouble, Platform.rests_until).join(
    Platform, Platform.id == Delivery.platform_id
)


def _status(delivery: Delivery, trouble: str | None, rests_until: datetime | None) -> GradeStatus:
    """Return the status of a grade; one that waits for an LMS that rests waits for as long as that."""
    waits = delivery.state is DeliveryState.WAITING
    words = delivery.words or (trouble if waits and trouble else "")
    next_try = max(delivery.due_at, rests_until or delivery.due_at) if waits else None
    return GradeStatus(delivery, words, next_try)


def most_telling(status: GradeStatus) -> tuple[bool, bool, bool]:
    """Order the statuses of a person’s grades: what needs attention tells most, then what is under way."""
    state = status.delivery.state
    return state is DeliveryState.NEEDS_ATTENTION, state in UNDER_WAY, status.delivery.kind is GradeKind.SCORE


@dataclass(frozen=True)
class GradeHistory:
    """One grade of a person with every try that is kept, the latest first, and the activity that it belongs to."""

    status: GradeStatus
    activity: str
    tries: list[DeliveryTry]


@dataclass(frozen=True)
class GradePage:
    """A person with all that is owed to the LMS for a module of a course."""

    person: Person
    histories: list[GradeHistory]

    @property
    def can_be_sent(self) -> bool:
        """Say whether it makes sense to send any of it again."""
        return any(history.status.can_be_sent for history in self.histories)


def grade_page(session: Session, course_id: int, module: str, person_id: int) -> GradePage:
    """Return what has become of a person's grades in a course; NotInThisCourse for anybody else."""
    here = Membership.course_id == course_id, Membership.person_id == person_id
    person = session.scalar(select(Person).join(Membership, Membership.person_id == Person.id).where(*here))
    if not person:
        raise NotInThisCourse
    theirs = WITH_TROUBLE.add_columns(Activity.title).join(Activity, Activity.id == Delivery.activity_id)
    of_module = Activity.course_id == course_id, *is_of(module), Delivery.person_id == person_id
    rows = session.execute(theirs.where(*of_module).order_by(Delivery.id)).all()
    tries = _tries(session, [row[0].id for row in rows])
    histories = [GradeHistory(_status(*row[:3]), row[3], tries.get(row[0].id, [])) for row in rows]
    return GradePage(person, histories)


def is_of(module: str) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a grade one of a module: of this one, in an activity that still opens it."""
    return Activity.module == module, Delivery.module == module


def _tries(session: Session, deliveries: list[int]) -> dict[int, list[DeliveryTry]]:
    """Return the tries to send grades of their present modules."""
    found: dict[int, list[DeliveryTry]] = {}
    theirs = select(DeliveryTry).join(Delivery, Delivery.id == DeliveryTry.delivery_id)
    theirs = theirs.where(Delivery.id.in_(deliveries), DeliveryTry.version >= Delivery.first_version)
    for attempt in session.scalars(theirs.order_by(DeliveryTry.id.desc()).limit(MOST_TRIES)):
        found.setdefault(attempt.delivery_id, []).append(attempt)
    return found
