"""Activities that not everyone in a course can open: an LMS tells it where it is asked for one activity's people.

Names and Role Provisioning Services 2.0 (``rlid``). The course's roster stays the base: all that is kept is who on it
cannot open an activity. An LMS that does not know the question gives everyone.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.changes import people_changed
from db import Base, Database
from lti.domain.member import Member
from lti.learners import LEARNS_NOW
from lti.models import Activity, Course, Membership, Person
from lti.services.paging import with_query

# An LMS is asked no more often than this for one course, page by page; activities beyond it count as open.
MOST_CALLS = 60
# The people an LMS lists at an address, and how many of the entries could not be read.
Ask = Callable[[str], tuple[list[Member], int]]
# Small pieces of what has to be written.
Pieces = Callable[[Sequence[int]], Iterable[Sequence[int]]]


class ActivityRestriction(Base):
    """Someone in a course who cannot open one of its activities, as the LMS last told us."""

    __tablename__ = "activity_restrictions"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)


def read_restrictions(
    database: Database, course_id: int, ask: Ask, pages: int, pieces: Pieces, began: datetime
) -> None:
    """Ask for each activity of a course who can open it, and keep who cannot; ``pages`` is how long the roster is.

    Those who have come in since we ``began`` to read it are left out. What has changed is written in ``pieces``,
    between which others can write.
    """
    with database.reading() as session:
        roster_url = session.get_one(Course, course_id).roster_url or ""
        wanted = select(Activity.id, Activity.resource_link).where(Activity.course_id == course_id)
        rows = session.execute(wanted.where(Activity.module.is_not(None)).order_by(Activity.id)).all()
    asked = rows[: MOST_CALLS // max(pages, 1)]
    for activity_id, link in asked:
        members, unread = ask(with_query(roster_url, rlid=link))
        if not unread:
            with database.reading() as session:
                restricted = restricted_in(session, course_id, {member.subject for member in members}, began)
            keep_restricted(database, activity_id, restricted, pieces, began)
    for activity_id, _ in rows[len(asked) :]:
        # What is not asked about counts as open.
        keep_restricted(database, activity_id, set(), pieces, began)
    with database.transaction() as session:
        count_restrictions(session, course_id)


def restricted_in(session: Session, course_id: int, can_open: Collection[str], began: datetime) -> set[int]:
    """Return which of a course's learners are not among those who can open an activity.

    Those who have come in since we ``began`` are left out. A list without a single learner is not believed: it would
    hide everyone who has to be trained.
    """
    learners = select(Person.id, Person.subject).join(Membership, Membership.person_id == Person.id)
    here = Membership.course_id == course_id, *LEARNS_NOW
    came_before = or_(Membership.seen_at.is_(None), Membership.seen_at <= began)
    found = session.execute(learners.where(*here, came_before)).all()
    restricted = {row.id for row in found if row.subject not in can_open}
    return restricted if len(restricted) < len(found) else set()


def keep_restricted(database: Database, activity_id: int, restricted: set[int], pieces: Pieces, now: datetime) -> None:
    """Keep who cannot open an activity, and forget who can again."""
    with database.reading() as session:
        known = set(
            session.scalars(select(ActivityRestriction.person_id).where(ActivityRestriction.activity_id == activity_id))
        )
    for piece in pieces(sorted(known - restricted)):
        with database.transaction() as session:
            gone = ActivityRestriction.activity_id == activity_id, ActivityRestriction.person_id.in_(piece)
            session.execute(delete(ActivityRestriction).where(*gone))
            people_changed(session, piece, now)
    for piece in pieces(sorted(restricted - known)):
        with database.transaction() as session:
            session.add_all(ActivityRestriction(activity_id=activity_id, person_id=person_id) for person_id in piece)
            people_changed(session, piece, now)


def count_restrictions(session: Session, course_id: int) -> None:
    """Count a course's restrictions on the course itself, so that pages ask about them only where there are any."""
    theirs = (
        select(func.count())
        .select_from(ActivityRestriction)
        .join(Activity, Activity.id == ActivityRestriction.activity_id)
    )
    counted = session.scalar(theirs.where(Activity.course_id == course_id)) or 0
    session.get_one(Course, course_id).restricted_count = counted
