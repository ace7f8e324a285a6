"""Certified elsewhere: somebody who holds a module's certificate on another LMS of their trust need not take it again.

An LMS knows its people by ids of its own, so that the two are matched by e-mail address, where both LMSs share it, the
setting allows it, and on each of them nobody else has the address: a mailbox that people share proves nothing.
"""

from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from lti.deliveries import Grade, owe_grade
from lti.models import Person, Platform
from lti.visits import CurrentVisit
from modules.domain.days import day_of
from modules.errors import NothingElsewhere
from modules.models import Attempt, Certificate, Pass
from modules.passes import held_by
from modules.publish import content_of, latest_version
from modules.results import comment_on

# Nobody on the person's own LMS is looked at, so that a trust with one LMS is asked nothing.
ELSEWHERE = (
    select(Certificate, Person.platform_id)
    .join(Person, Person.id == Certificate.person_id)
    .join(Platform, Platform.id == Person.platform_id)
    .join(Attempt, Attempt.id == Certificate.attempt_id)
    .where(
        Platform.trust == bindparam("trust"),
        Platform.id != bindparam("own_platform"),
        func.lower(Person.email) == bindparam("email"),
        Person.is_test.is_(False),
        Certificate.trust == bindparam("trust"),
        Certificate.module == bindparam("module"),
        Certificate.revoked_at.is_(None),
        Certificate.superseded_at.is_(None),
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= bindparam("today")),
    )
    .order_by(Certificate.valid_until.is_(None).desc(), Certificate.valid_until.desc(), Certificate.number)
)
SHARERS = select(func.count()).where(
    Person.platform_id == bindparam("platform"), func.lower(Person.email) == bindparam("email")
)


def held_elsewhere(session: Session, visit: CurrentVisit, module: str, now: datetime) -> Certificate | None:
    """Return a person's certificate of this module from another LMS of their trust that is good today, or None."""
    email = (visit.person_email or "").strip().lower()
    if not email or visit.is_test:
        return None
    asked = {"trust": visit.trust, "own_platform": visit.platform_id, "email": email, "module": module}
    found = session.execute(ELSEWHERE, asked | {"today": day_of(now)}).all()
    if not found or not _is_one_person(session, visit.platform_id, email):
        return None
    return next((held for held, platform in found if _is_one_person(session, platform, email)), None)


def _is_one_person(session: Session, platform_id: int, email: str) -> bool:
    return session.scalar(SHARERS, {"platform": platform_id, "email": email}) == 1


def use_here(session: Session, visit: CurrentVisit, now: datetime) -> None:
    """Let the certificate that a person holds elsewhere count in this activity: a pass, and the grade; once.

    NothingElsewhere where they hold none that is good, not even at the moment at which they ask.
    """
    module = content_of(latest_version(session, visit.module, visit.trust)).module
    held = held_elsewhere(session, visit, module.key, now) if not module.is_practice else None
    if not held:
        raise NothingElsewhere
    if not session.get(Pass, (held.attempt_id, module.key, visit.person_id)):
        before = held_by(session, visit.person_id, [module.key]).get(module.key)
        session.add(
            Pass(
                attempt_id=held.attempt_id,
                module=module.key,
                person_id=visit.person_id,
                cycle=before.cycle + 1 if before else 1,
                passed_at=held.passed_at,
                good_until=held.valid_until,
            )
        )
    started_at = session.get_one(Attempt, held.attempt_id).started_at
    grade = Grade(held.score, comment_on(True, serious=False), started_at, held.passed_at, passed=True)
    owe_grade(session, visit.placement_id or 0, visit.person_id, grade, now)
