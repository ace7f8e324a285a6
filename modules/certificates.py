"""Certificates: issuing what a pass has earned, finding it again, and taking it back.

A certificate is issued in the transaction of the result, or of the acknowledgement where the module asks for that too.
"""

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti.models import Person
from modules.acknowledgements import has_acknowledged
from modules.domain.certificate import State, is_followed
from modules.domain.check_code import BITS, code_from, code_in
from modules.domain.content import Content
from modules.domain.days import day_of, months_after
from modules.errors import NoSuchCertificate
from modules.models import Attempt, Certificate, ModuleVersion, ResultRow
from modules.publish import content_of

# Where writes go on side by side, a pass and its acknowledgement could each look for the other before it is there. So
# one waits for the other here; not for the mere mention of the person in a new row, or both would wait for ever.
HOLDER = select(Person).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)
LATEST_PASS = (
    select(ResultRow, ModuleVersion)
    .join(Attempt, Attempt.id == ResultRow.attempt_id)
    .join(ModuleVersion, ModuleVersion.id == Attempt.version_id)
    .where(
        ResultRow.person_id == bindparam("person_id"),
        ResultRow.module == bindparam("module"),
        ResultRow.passed.is_(True),
    )
    .order_by(ResultRow.finished_at.desc(), ResultRow.attempt_id.desc())
    .limit(1)
)
LATEST_CERTIFICATE = (
    select(Certificate)
    .where(
        Certificate.person_id == bindparam("person_id"),
        Certificate.module == bindparam("module"),
        Certificate.trust == bindparam("trust"),
    )
    .order_by(Certificate.number.desc())
    .limit(1)
)
PASSED_MODULES = (
    select(ResultRow.module)
    .where(ResultRow.person_id == bindparam("person_id"), ResultRow.passed.is_(True))
    .distinct()
    .order_by(ResultRow.module)
)
BY_CODE = select(Certificate).where(Certificate.code == bindparam("code"))
THEIRS = (
    select(Certificate)
    .where(Certificate.person_id == bindparam("person_id"))
    .order_by(Certificate.issued_at.desc(), Certificate.number.desc())
)


def issue_if_earned(session: Session, person_id: int, module: str, now: datetime) -> Certificate | None:
    """Issue the certificate that a person's latest pass of a module earns, and return what they hold for it.

    None where they hold nothing that is good: no pass, no acknowledgement where one is needed, or a revocation since.
    However often it is called, a pass has one certificate at most.
    """
    person = session.scalars(HOLDER, {"person_id": person_id}).one()
    found = session.execute(LATEST_PASS, {"person_id": person_id, "module": module}).one_or_none()
    if not found:
        return None
    result, version = found
    series = {"person_id": person_id, "module": module, "trust": version.trust}
    held = session.scalar(LATEST_CERTIFICATE, series)
    earned = _earned(session, person, result, version, now) if _is_new(result, version, held) else None
    if not earned:
        return held if held and held.state_at(now) is State.VALID else None
    if held and not held.revoked_at:
        held.superseded_at = now
        session.flush()
    session.add(earned)
    session.flush()
    return earned


def _is_new(result: ResultRow, version: ModuleVersion, held: Certificate | None) -> bool:
    """Say whether a pass goes beyond what is held; the pass that brought it never does, however soon it ends."""
    if not held:
        return True
    return held.attempt_id != result.attempt_id and is_followed(held.term, result.finished_at, version.number)


def issue_all_earned(session: Session, person_id: int, now: datetime) -> list[Certificate]:
    """Issue what a person has earned by now in any module, and return what they hold: after an acknowledgement."""
    session.execute(HOLDER, {"person_id": person_id})
    modules = session.scalars(PASSED_MODULES, {"person_id": person_id}).all()
    held = [issue_if_earned(session, person_id, module, now) for module in modules]
    return [certificate for certificate in held if certificate]


def _earned(
    session: Session, person: Person, result: ResultRow, version: ModuleVersion, now: datetime
) -> Certificate | None:
    """Return the certificate of a pass; None where the policy is not acknowledged, or the time is over already.

    Nobody real holds none: whoever sees the training as a learner sees it has not taken it.
    """
    content = content_of(version)
    module = content.module
    until = months_after(day_of(result.finished_at), module.valid_months) if module.valid_months else None
    if person.is_test or (until and day_of(now) > until):
        return None
    if module.acknowledges and not has_acknowledged(session, person.id, content.policy):
        return None
    code = code_from(secrets.randbits(BITS))
    return Certificate(
        code=code,
        attempt_id=result.attempt_id,
        score=result.score,
        passed_at=result.finished_at,
        issued_at=now,
        valid_from=day_of(now),
        valid_until=until,
        module_version=version.number,
        **_holder(person, code),
        **_subject(content),
    )


def _holder(person: Person, code: str) -> dict[str, object]:
    """Return what stands of the holder on a certificate, as the LMS gave it."""
    # Badges are claimed by e-mail address (Open Badges 3.0, IdentityObject): addresses are compared in small letters.
    hashed = sha256((person.email.lower() + code).encode()).hexdigest() if person.email else None
    return {"person_id": person.id, "holder_name": person.name, "email_hash": hashed}


def _subject(content: Content) -> dict[str, object]:
    """Return what a certificate is about, copied out of the content since that may be gone one day."""
    return {
        "trust": content.policy.key,
        "trust_name": content.policy.trust,
        "module": content.module.key,
        "module_title": content.module.title,
        "module_says": content.module.says,
        "pass_mark": content.module.pass_mark,
        "policy_title": content.policy.title,
        "policy_version": content.policy.version,
    }


def find_certificate(session: Session, typed: str) -> Certificate | None:
    """Return the certificate with the code that somebody typed, or None; both cost the same."""
    return session.scalar(BY_CODE, {"code": code_in(typed) or ""})


def own_certificate(session: Session, typed: str, person_id: int) -> Certificate:
    """Return a person's own certificate; NoSuchCertificate for somebody else's and for none alike."""
    certificate = find_certificate(session, typed)
    if not certificate or certificate.person_id != person_id:
        raise NoSuchCertificate
    return certificate


def certificates_of(session: Session, person_id: int) -> list[Certificate]:
    """Return all that were ever issued to a person, the latest first."""
    return list(session.scalars(THEIRS, {"person_id": person_id}))


def revoke_certificate(session: Session, typed: str, because: str, by: str, now: datetime) -> Certificate:
    """Revoke a certificate for a reason; one that is revoked stays as it was. NoSuchCertificate where there is none."""
    certificate = find_certificate(session, typed)
    if not certificate:
        raise NoSuchCertificate
    if not certificate.revoked_at:
        certificate.revoked_at, certificate.revoked_by, certificate.revoked_because = now, by, because
    return certificate
