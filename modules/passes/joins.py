"""Joins: two people we know by different ids are the same person, as someone who is allowed to decide has said.

Each LMS has its own ids for people. So the same person has a different id on each LMS, and gets a new one if they are
given a new account. A join does not change anything that either of them did: it lets what one has count for the other,
and can be undone.
"""

from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from lti.models import Membership, Person, Platform
from modules.models import Join, JoinState
from modules.passes.apply_joins import apply_joins, apply_joins_of
from modules.passes.decider import require_other
from modules.passes.entries import entries_of
from modules.passes.join_errors import CannotJoin, NoSuchJoin

BETWEEN = (
    select(Join)
    .where(
        or_(
            and_(Join.person_id == bindparam("one"), Join.same_as_id == bindparam("other")),
            and_(Join.person_id == bindparam("other"), Join.same_as_id == bindparam("one")),
        ),
        Join.state != JoinState.SEPARATED,
    )
    .order_by(Join.id)
)
LONGEST_REASON = 500
LONGEST_NAME = 200
THEMSELVES = "They are already one entry, so nothing has changed."
TEST = "One of them is not a real person: the LMS uses it to show the course as staff see it."
ANOTHER_TRUST = "They belong to different trusts, and what one trust certified does not count for another."
JOINED_BEFORE = "They are already joined, directly or through other entries, so nothing has changed."
EARLIER_IS_JOINED = (
    "The earlier entry is already joined to another one. Choose that one instead, or undo that join first."
)
JOINED_MEANWHILE = "The two entries have been joined, which answers this request."
ON_THE_PAGE = "Undone on the page of the course"
NOT_HERE = "Both people have to be in this course, or have been in it."


def join(
    session: Session,
    person_id: int,
    same_as_id: int,
    by: str,
    because: str,
    now: datetime,
    course_id: int | None = None,
) -> Join:
    """Join a person to the entry they had before, and let everything it earned count for them from now on.

    With a course, only that course's grades are owed; otherwise those of all courses. This ends all requests between
    the two, in any course. CannotJoin says why not.
    """
    check(session, person_id, same_as_id)
    made = Join(person_id=person_id, same_as_id=same_as_id, course_id=course_id)
    end_requests(session, made, by, now)
    session.add(made)
    conclude(made, JoinState.JOINED, by, now, because)
    session.flush()
    apply_joins_of(session, person_id, now)
    return made


def end_requests(session: Session, made: Join, by: str, now: datetime) -> None:
    """End the other requests between the two entries of a join, which answers them, open and declined ones alike."""
    for request in session.scalars(BETWEEN, {"one": made.person_id, "other": made.same_as_id}).all():
        if request is not made:
            _end(request, by, now, JOINED_MEANWHILE)
    session.flush()


def _end(made: Join, by: str, now: datetime, because: str) -> None:
    made.state, made.ended_at = JoinState.SEPARATED, now
    made.ended_by, made.ended_because = by[:LONGEST_NAME], because[:LONGEST_REASON]


def conclude(made: Join, state: JoinState, by: str, now: datetime, because: str = "") -> None:
    """Record who decided about a join, what, when and why."""
    made.state, made.decided_at = state, now
    made.decided_by, made.because = by[:LONGEST_NAME], because[:LONGEST_REASON]


def check(session: Session, person_id: int, same_as_id: int) -> None:
    """Raise CannotJoin where two entries cannot be joined, so that joins always form trees (see ``entries.py``)."""
    people = [session.get(Person, each) for each in (person_id, same_as_id)]
    if person_id == same_as_id or None in people:
        raise CannotJoin(THEMSELVES)
    if any(person.is_test for person in people if person):
        raise CannotJoin(TEST)
    trusts = {session.get_one(Platform, person.platform_id).trust for person in people if person}
    if len(trusts) > 1:
        raise CannotJoin(ANOTHER_TRUST)
    # Joins that are decided at the same time are checked one after the other, or together they could form a ring.
    theirs = select(Platform.id).where(Platform.trust.in_(trusts)).order_by(Platform.id)
    session.execute(theirs.with_for_update(key_share=True))
    if same_as_id in entries_of(session, person_id):
        raise CannotJoin(JOINED_BEFORE)
    if session.scalar(select(Join.id).where(Join.state == JoinState.JOINED, Join.same_as_id == same_as_id).limit(1)):
        raise CannotJoin(EARLIER_IS_JOINED)


def join_in_course(
    session: Session, course_id: int, both: tuple[int, int], by: tuple[int, str], because: str, now: datetime
) -> Join:
    """Join two people of a course, as someone who leads it has decided; ``by`` is their own id and name."""
    (person_id, same_as_id), (decides, name) = both, by
    require_other(session, decides, both)
    if not all(session.get(Membership, (course_id, each)) for each in (person_id, same_as_id)):
        raise CannotJoin(NOT_HERE)
    return join(session, person_id, same_as_id, name, because, now, course_id)


def separate(
    session: Session, join_id: int, by: str, because: str, now: datetime, course_id: int | None = None
) -> Join:
    """Undo a join: what it copied no longer counts, and everything that each of them did stays theirs.

    With a course, only a join of that course is found. NoSuchJoin where there is none that is in force.
    """
    made = session.get(Join, join_id, with_for_update=True)
    if not made or made.state is not JoinState.JOINED or course_id not in (None, made.course_id):
        raise NoSuchJoin
    people = entries_of(session, made.person_id)
    _end(made, by, now, because)
    session.flush()
    apply_joins(session, people, now)
    return made


def separate_in_course(session: Session, course_id: int, join_id: int, by: tuple[int, str], now: datetime) -> Join:
    """Undo a join of a course, as someone who leads it has decided; ``by`` is their own id and name."""
    made = session.get(Join, join_id)
    if made and made.course_id == course_id:
        require_other(session, by[0], (made.person_id, made.same_as_id))
    return separate(session, join_id, by[1], ON_THE_PAGE, now, course_id)
