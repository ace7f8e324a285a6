"""The roster: who is in a course, read from the LMS (Names and Role Provisioning Services 2.0).

We know people who have never opened the training only from here. ``domain/roles.py`` decides which role counts: the one
on the roster or the one at the latest launch.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import requests
from pylti1p3.exception import LtiException, LtiServiceException
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from config import Settings
from core.changes import people_changed
from core.deadline import OutOfTime, TimeLimit
from core.http import ForeignAddress, check_address, http_client
from core.rows import change_rows
from db import Database, utcnow
from lti.domain.delivery import Next
from lti.domain.member import Member, each_once, members_in
from lti.domain.roles import Role, role_at_launch, role_in_course
from lti.domain.scopes import ROSTER
from lti.models import Course, Deployment, Membership, Person, Platform
from lti.services.connector import Connector, json_or_none
from lti.services.paging import NotWhole, pages_of
from lti.services.restrictions import read_restrictions
from lti.services.tokens import NoToken, Tokens

log = logging.getLogger(__name__)
Thing = TypeVar("Thing")
MEDIA_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
# Writing so few takes a few hundredths of a second: no one's answer has to wait longer.
AT_ONCE = 100
# SQLite lets other processes that wait to write look again every tenth of a second.
PAUSE_SECONDS = 0.11


# Managers who look see today's people; the LMS is not asked at every click.
FRESH = timedelta(minutes=15)
# However often someone selects the button: a large list takes hundreds of calls.
AT_MOST_EVERY = timedelta(minutes=1)


class RosterUnread(Exception):
    """A roster that could not be read to its end, with words for managers; what was known before stays as it was."""

    def __init__(self, words: str, detail: str) -> None:
        """Say it to people, and to the log what exactly went wrong."""
        super().__init__(detail)
        self.words = words

    @property
    def is_passing(self) -> bool:
        """Whether the LMS may soon give a better answer, without anyone doing something about it."""
        return self.words in {NO_ANSWER, TOO_LONG}


NO_ANSWER = "The LMS did not answer."
TOO_LONG = "The LMS took too long to send the whole list."
REFUSED = "The LMS does not let us read the list of people. Its administrator can allow it."
GONE = "The LMS no longer has this list. Open the activity again from the course, so that we learn where it is."
NO_LIST = "We cannot read the list of people that the LMS sent. Tell the person who looks after the LMS."
NO_ONE = (
    "The LMS sent a list with no one in it, so we ignored it. Everyone who was listed here before still is. Tell the "
    "person who looks after the LMS."
)
PART = (
    "The LMS gave us only part of the list, and does not say where the rest is. Everyone who was listed here "
    "before still is. Tell the person who looks after the LMS."
)
NOT_TOLD = (NoToken, LtiException, LtiServiceException, requests.RequestException, ValueError)
_REFUSALS = {401: REFUSED, 403: REFUSED, 404: GONE, 410: GONE}


class RosterReader:
    """Reads rosters; one serves a whole process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Keep what is read in this database."""
        self._database, self._settings = database, settings
        self._http, self._tokens = http_client(settings), Tokens(database, settings)

    def read(self, course_id: int) -> None:
        """Read a course's roster to its end and keep it; RosterUnread where the LMS does not give it whole.

        What launches have said since we began is newer than the roster.
        """
        began = utcnow()
        try:
            with self._database.reading() as session:
                course = session.get_one(Course, course_id)
                connector = self._connector(session, course)
            members, unread, pages = self._members(connector, course.roster_url or "")
        except NoToken as error:
            words = REFUSED if error.verdict.patience or error.verdict.next is Next.TELL_PEOPLE else NO_ANSWER
            raise RosterUnread(words, f"no token, status {error.status}") from error
        except LtiServiceException as error:
            status = error.response.status_code
            raise RosterUnread(_REFUSALS.get(status, NO_ANSWER), f"status {status}") from error
        except OutOfTime as error:
            raise RosterUnread(TOO_LONG, type(error).__name__) from error
        except requests.RequestException as error:
            raise RosterUnread(NO_ANSWER, type(error).__name__) from error
        except NotWhole as error:
            raise RosterUnread(PART, str(error)) from error
        except ForeignAddress as error:
            raise RosterUnread(NO_LIST, str(error)) from error
        except (LtiException, ValueError, TypeError, KeyError) as error:
            raise RosterUnread(NO_LIST, type(error).__name__) from error
        on_roster: set[int] = set()
        for piece in _pieces(members):
            on_roster |= self._keep(course_id, piece, began)
        if not on_roster:
            # Someone in the course has opened it, so that a list without anyone cannot be right.
            raise RosterUnread(NO_LIST if unread else NO_ONE, f"no people, {unread} unreadable entries")
        self._conclude(course_id, on_roster, unread, began)
        self._read_restrictions(connector, course_id, pages, began)

    def _keep(self, course_id: int, piece: Sequence[Member], began: datetime) -> set[int]:
        return self._database.write(lambda session: keep_members(session, course_id, piece, began))

    def _conclude(self, course_id: int, on_roster: set[int], unread: int, began: datetime) -> None:
        """Note that a roster was read to its end, and who has left."""
        with self._database.reading() as session:
            gone = leavers_of(session, course_id, on_roster, unread, began)
        for piece in _pieces(gone):
            with self._database.transaction() as session:
                mark_leavers(session, course_id, piece, began, utcnow())
        with self._database.transaction() as session:
            note_reading(session, course_id, unread, utcnow())

    def _read_restrictions(self, connector: Connector, course_id: int, pages: int, began: datetime) -> None:
        """Ask who can open the course's activities; where that is not told, what was known stays."""

        def ask(url: str) -> tuple[list[Member], int]:
            return self._members(connector, url)[:2]

        try:
            read_restrictions(self._database, course_id, ask, pages, _pieces, began)
        except NOT_TOLD as error:
            log.info("course %s: who can open its activities is not told (%s)", course_id, type(error).__name__)

    def _connector(self, session: Session, course: Course) -> Connector:
        at = select(Platform).join(Deployment, Deployment.platform_id == Platform.id)
        platform = session.scalars(at.where(Deployment.id == course.deployment_id)).one()
        limit = TimeLimit(self._settings.roster_seconds)
        return Connector(session, platform, self._tokens, self._http, self._settings, limit=limit)

    def _members(self, connector: Connector, first: str) -> tuple[list[Member], int, int]:
        """Return who is on the roster, how many of its entries could not be read, and how many pages it has."""
        members: list[Member] = []
        unread = pages = 0
        for answer in pages_of(connector, check_address(first, self._settings), [ROSTER], MEDIA_TYPE):
            found, lost = members_in(json_or_none(answer))
            members += found
            unread += lost
            pages += 1
        return each_once(members), unread, pages


def _pieces(whole: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """Give what has to be written in small pieces, with a pause after each so that others can write."""
    for start in range(0, len(whole), AT_ONCE):
        if start:
            time.sleep(PAUSE_SECONDS)
        yield whole[start : start + AT_ONCE]


def is_stale(course: Course, now: datetime) -> bool:
    """Say whether a course's roster should be asked for again."""
    asked_at = course.roster_asked_at
    return bool(course.roster_url) and (not asked_at or not now - FRESH <= asked_at <= now)


def keep_members(session: Session, course_id: int, members: Sequence[Member], began: datetime) -> set[int]:
    """Keep a part of a roster, in which each person is listed once, and return the ids of its people.

    Of those who have come in since we ``began`` to read it, the launch tells what counts. Test users we know from a
    launch are left out, though the roster may call them learners.
    """
    deployment = session.get_one(Deployment, session.get_one(Course, course_id).deployment_id)
    platform = session.get_one(Platform, deployment.platform_id)
    people, changed = _people(session, platform.id, {member.subject: member for member in members})
    real = {person.id for person in people.values() if not person.is_test}
    here = Membership.course_id == course_id, Membership.person_id.in_(real)
    # A launch that coincides is written before or after us, and not over what it says.
    held = select(Membership).where(*here).order_by(Membership.person_id).with_for_update()
    memberships = {membership.person_id: membership for membership in session.scalars(held)}
    for member in members:
        if (person_id := people[member.subject].id) in real:
            membership = memberships.get(person_id) or Membership(course_id=course_id, person_id=person_id)
            before = membership.role, membership.left_at
            _list(membership, member.role, platform.family, began)
            if person_id not in memberships or before != (membership.role, membership.left_at):
                changed.add(person_id)
            memberships[person_id] = membership
    session.add_all(memberships.values())
    people_changed(session, changed & real, began)
    return real


def _list(membership: Membership, role: Role, family: str | None, began: datetime) -> None:
    """Note in which role someone is on a roster that we began to read then."""
    membership.listed_as, membership.left_at = role, None
    if membership.seen_as and membership.seen_at and membership.seen_at > began:
        membership.role = role_at_launch(family, membership.seen_as, role)
    else:
        membership.role, membership.was_listed = role_in_course(family, membership.seen_as, role), True


def _people(session: Session, platform_id: int, members: Mapping[str, Member]) -> tuple[dict[str, Person], set[int]]:
    """Return the people of these ids with what the roster says of them, and whose names or addresses are other ones.

    New ones are added.
    """
    same = Person.platform_id == platform_id, Person.subject.in_(members)
    people = {person.subject: person for person in session.scalars(select(Person).where(*same))}
    others = []
    for subject, member in members.items():
        person = people.setdefault(subject, Person(platform_id=platform_id, subject=subject))
        before = person.name, person.email, person.number
        person.name, person.email = member.name or person.name, member.email or person.email
        person.number = member.number or person.number
        if before != (person.name, person.email, person.number):
            others.append(person)
    session.add_all(people.values())
    session.flush()
    return people, {person.id for person in others}


def leavers_of(session: Session, course_id: int, on_roster: set[int], unread: int, began: datetime) -> list[int]:
    """Return those who are not on a roster that we began to read then, and have read to its end.

    That is no one where some entries could not be read, or no one was on it. Those who have come in since may not have
    been on it yet.
    """
    if unread or not on_roster:
        return []
    return sorted(set(session.scalars(select(Membership.person_id).where(*_there(course_id, began)))) - on_roster)


def mark_leavers(session: Session, course_id: int, people: Sequence[int], began: datetime, now: datetime) -> None:
    """Mark some of those who are no longer on the roster that we began to read then."""
    gone = *_there(course_id, began), Membership.person_id.in_(people)
    session.execute(update(Membership).where(*gone).values(left_at=now, listed_as=None))
    people_changed(session, people, now)


def _there(course_id: int, began: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what picks those who belong to a course and have not come in since then."""
    came_before = or_(Membership.seen_at.is_(None), Membership.seen_at <= began)
    return Membership.course_id == course_id, Membership.left_at.is_(None), came_before


def note_reading(session: Session, course_id: int, unread: int, now: datetime) -> None:
    """Note that a roster was read to its end, and how many of its entries could not be read."""
    course = session.get_one(Course, course_id)
    course.roster_read_at, course.roster_trouble, course.roster_unread = now, None, unread
    here = Membership.course_id == course_id, Membership.left_at.is_(None)
    counted = select(func.count()).select_from(Membership).where(*here)
    course.roster_others = session.scalar(counted.where(Membership.role == Role.OBSERVER)) or 0
    course.roster_differs = session.scalar(counted.where(differs())) or 0


def differs() -> ColumnElement[bool]:
    """Return the condition for the roster and the role that counts to disagree on whether someone has to be trained."""
    counts, listed = Membership.role, Membership.listed_as
    return or_(and_(counts == Role.STAFF, listed != Role.STAFF), and_(counts != Role.STAFF, listed == Role.STAFF))


def ask_for_roster(session: Session, course_id: int, now: datetime, every: timedelta = FRESH) -> bool:
    """Say whether a course's roster should be read, and note that it was asked for: many pages ask at the same time.

    It is not asked for more often than that. A time in the future was recorded by a clock that was wrong.
    """
    asked_at = Course.roster_asked_at
    stale = (
        Course.id == course_id,
        Course.roster_url.is_not(None),
        or_(asked_at.is_(None), asked_at < now - every, asked_at > now),
    )
    return bool(change_rows(session, update(Course).where(*stale).values(roster_asked_at=now)))
