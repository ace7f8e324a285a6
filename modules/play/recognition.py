"""Certified under another id: on another of the trust's LMSs, or in the same LMS with an earlier account.

Someone who holds a module's certificate there does not have to take the module again.

An e-mail address alone proves nothing: on another LMS it may be anyone's. So if the setting allows it, someone whose
address and name match is told that they may ask. Someone who leads the course looks at both entries and decides. Until
then, nothing from the other entry is shown. Once the two are joined, using each certificate takes one click.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from core.domain.days import day_of
from core.domain.names import alike
from lti.models import Person, Platform
from lti.visits.visit import CurrentVisit
from modules.content.publish import content_of, latest_version
from modules.errors import NothingElsewhere
from modules.models import Certificate, Join, JoinState, Pass
from modules.passes.apply_joins import use
from modules.passes.entries import same_people
from modules.passes.joins import BETWEEN


class RecognitionState(Enum):
    """What someone can do about a certificate under another id that is theirs, or seems to be."""

    USE = "use"
    ASK = "ask"
    ASKED = "asked"
    DECLINED = "declined"


@dataclass(frozen=True)
class RecognitionOffer:
    """A certificate under another id; it is shown only if there is no doubt whose it is."""

    state: RecognitionState
    person_id: int
    certificate: Certificate | None = None
    request: Join | None = None


def _valid(*whose: ColumnElement[bool]) -> Select[Certificate]:
    return (
        select(Certificate)
        .where(
            Certificate.trust == bindparam("trust"),
            Certificate.module == bindparam("module"),
            Certificate.revoked_at.is_(None),
            Certificate.superseded_at.is_(None),
            or_(Certificate.valid_until.is_(None), Certificate.valid_until >= bindparam("today")),
            *whose,
        )
        .order_by(Certificate.valid_until.is_(None).desc(), Certificate.valid_until.desc(), Certificate.number)
        .limit(1)
    )


# Anything transferred before joins were recorded stays theirs, and they can still use it in other courses.
BROUGHT = select(Pass.attempt_id).where(Pass.person_id == bindparam("person_id"), Pass.module == bindparam("module"))
OF_THE_SAME = _valid(
    or_(Certificate.person_id.in_(select(same_people().c.id)), Certificate.attempt_id.in_(BROUGHT)),
    Certificate.person_id != bindparam("person_id"),
)
OF_ANY = _valid(Certificate.person_id.in_(bindparam("people", expanding=True)))
WITH_ADDRESS = (
    select(Person.id, Person.platform_id, Person.name)
    .join(Platform, Platform.id == Person.platform_id)
    .where(
        Platform.trust == bindparam("trust"),
        Person.id != bindparam("person_id"),
        func.lower(Person.email) == bindparam("email"),
        Person.is_test.is_(False),
    )
)


def offer_for(
    session: Session, visit: CurrentVisit, module: str, match_emails: bool, now: datetime
) -> RecognitionOffer | None:
    """Return what someone may be told about a certificate for this module under another of their ids, or None."""
    if visit.is_test:
        return None
    asked = {"trust": visit.trust, "module": module, "today": day_of(now)}
    if held := session.scalar(OF_THE_SAME, asked | {"person_id": visit.person_id}):
        return RecognitionOffer(RecognitionState.USE, held.person_id, held)
    people = _who_may_be_same(session, visit) if match_emails else []
    seeming = session.scalar(OF_ANY, asked | {"people": people}) if people else None
    if not seeming:
        return None
    request = session.scalar(BETWEEN, {"one": visit.person_id, "other": seeming.person_id})
    state = {None: RecognitionState.ASK, JoinState.DECLINED: RecognitionState.DECLINED}.get(
        request.state if request else None, RecognitionState.ASKED
    )
    return RecognitionOffer(state, seeming.person_id, request=request)


def _who_may_be_same(session: Session, visit: CurrentVisit) -> list[int]:
    """Return the people in the trust whose name and address match; an address that others share proves nothing."""
    email = (visit.person_email or "").strip().lower()
    if not email:
        return []
    asked = {"trust": visit.trust, "person_id": visit.person_id, "email": email}
    found = session.execute(WITH_ADDRESS, asked).all()
    shared = {each.platform_id for each in found if not alike(each.name, visit.person_name)}
    if visit.platform_id in shared:
        return []
    return [each.id for each in found if each.platform_id not in shared]


def ask_for_it(session: Session, visit: CurrentVisit, match_emails: bool, now: datetime) -> None:
    """Ask those who lead the course to confirm that a certificate is the person's own; once.

    Raises NothingElsewhere if there isn't one to ask for.
    """
    offer = offer_for(session, visit, _module(session, visit), match_emails, now)
    if not offer or offer.state in {RecognitionState.USE, RecognitionState.DECLINED}:
        raise NothingElsewhere
    if offer.state is RecognitionState.ASK:
        where = {"course_id": visit.course_id, "activity_id": visit.activity_id, "module": visit.module}
        session.add(
            Join(person_id=visit.person_id, same_as_id=offer.person_id, state=JoinState.ASKED, asked_at=now, **where)
        )


def use_here(session: Session, visit: CurrentVisit, now: datetime) -> None:
    """Let a certificate that a person holds under another id count in this course: a pass, and the grade; once.

    Raises NothingElsewhere if they hold no certificate that is valid at the moment they ask.
    """
    module = _module(session, visit)
    offer = offer_for(session, visit, module, match_emails=False, now=now)
    if not offer or not offer.certificate:
        raise NothingElsewhere
    use(session, visit.person_id, offer.certificate, visit.course_id, now)


def _module(session: Session, visit: CurrentVisit) -> str:
    module = content_of(latest_version(session, visit.module, visit.trust)).module
    if module.is_practice:
        raise NothingElsewhere
    return module.key
