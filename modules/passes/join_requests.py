"""Requests to use a certificate from another entry: those who lead the course look at both entries, and decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased

from lti.models import Person, Platform
from modules.domain.certificate import CertificateState
from modules.models import Certificate, Join, JoinState
from modules.passes.apply_joins import apply_joins_of
from modules.passes.decider import require_other
from modules.passes.join_errors import CannotJoin, NoSuchJoin
from modules.passes.joins import JOINED_MEANWHILE, ON_THE_PAGE, check, conclude, end_requests

MOST_SHOWN = 100
NOT_VALID = "The certificate is no longer valid, so it cannot be used here. You can decline the request."
DECIDED = (JoinState.JOINED, JoinState.DECLINED)


@dataclass(frozen=True)
class Entry:
    """A join, or a request for one, with both entries as their LMSs give them, and the certificate it is about."""

    join: Join
    person: Person
    other: Person
    other_lms: str
    certificate: Certificate | None

    @property
    def was_answered(self) -> bool:
        """Say whether it was a request that ended because the two entries were joined."""
        return self.join.ended_because == JOINED_MEANWHILE

    @property
    def undone_because(self) -> str | None:
        """Return the reason that someone gave for undoing it; the page of the course asks for none."""
        return None if self.join.ended_because in {JOINED_MEANWHILE, ON_THE_PAGE} else self.join.ended_because


def waiting_in(course_id: int) -> ScalarSelect[int]:
    """Count the requests waiting for someone who leads the course, as part of another query."""
    here = Join.course_id == course_id, Join.state == JoinState.ASKED
    return select(func.count()).select_from(Join).where(*here).scalar_subquery()


def requests_in(session: Session, course_id: int) -> list[Entry]:
    """Return the requests that are waiting in a course, oldest first."""
    return _entries(session, _in(course_id, (JoinState.ASKED,)).order_by(Join.asked_at, Join.id))


def decided_in(session: Session, course_id: int) -> list[Entry]:
    """Return the joins of a course and the requests that were declined, then what was undone, each the latest first."""
    ended = _in(course_id, (JoinState.SEPARATED,)).order_by(Join.ended_at.desc(), Join.id.desc())
    in_force = _in(course_id, DECIDED).order_by(Join.decided_at.desc(), Join.id.desc())
    return _entries(session, in_force) + _entries(session, ended)


_person, _other = aliased(Person), aliased(Person)


def _in(course_id: int, states: Sequence[JoinState]) -> Select[Join, Person, Person, str]:
    return (
        select(Join, _person, _other, Platform.name)
        .join(_person, _person.id == Join.person_id)
        .join(_other, _other.id == Join.same_as_id)
        .join(Platform, Platform.id == _other.platform_id)
        .where(Join.course_id == course_id, Join.state.in_(states))
        .limit(MOST_SHOWN)
    )


def _entries(session: Session, wanted: Select[Join, Person, Person, str]) -> list[Entry]:
    found = session.execute(wanted).all()
    held = _held(session, [made for made, *_ in found])
    return [Entry(*row, held.get((row[0].same_as_id, row[0].module or ""))) for row in found]


def _held(session: Session, joins: Sequence[Join]) -> dict[tuple[int, str], Certificate]:
    """Return the latest certificate that the other entry in each join has for each module."""
    theirs = Certificate.person_id.in_({made.same_as_id for made in joins})
    found = session.scalars(select(Certificate).where(theirs).order_by(Certificate.number)) if joins else ()
    return {(each.person_id, each.module): each for each in found}


def confirm(session: Session, join_id: int, course_id: int, by: tuple[int, str], now: datetime) -> Join:
    """Confirm that both entries in a request are one person: what was asked for counts straight away.

    A declined request can still be confirmed. Raises NoSuchJoin if the course has no such request.
    """
    made = _decidable(session, join_id, course_id, by, (JoinState.ASKED, JoinState.DECLINED))
    held = _held(session, [made]).get((made.same_as_id, made.module or ""))
    if not held or held.state_at(now) is not CertificateState.VALID:
        raise CannotJoin(NOT_VALID)
    check(session, made.person_id, made.same_as_id)
    conclude(made, JoinState.JOINED, by[1], now)
    end_requests(session, made, by[1], now)
    apply_joins_of(session, made.person_id, now)
    return made


def decline(session: Session, join_id: int, course_id: int, by: tuple[int, str], now: datetime) -> Join:
    """Decline a request: nothing changes, and the person who asked sees that it was declined."""
    made = _decidable(session, join_id, course_id, by, (JoinState.ASKED,))
    conclude(made, JoinState.DECLINED, by[1], now)
    return made


def _decidable(
    session: Session, join_id: int, course_id: int, by: tuple[int, str], states: Sequence[JoinState]
) -> Join:
    """Return a request in the course that can be decided; no one decides about their own entry."""
    made = session.get(Join, join_id, with_for_update=True)
    if not made or made.course_id != course_id or made.state not in states:
        raise NoSuchJoin
    require_other(session, by[0], (made.person_id, made.same_as_id))
    return made
