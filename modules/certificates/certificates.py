"""Certificates: issuing what a pass has earned, finding it again, and taking it back.

A certificate is issued in the transaction of the result, or of the acknowledgement where the module asks for that too.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.domain.days import day_of
from lti.models import Person
from modules.content.publish import content_of
from modules.domain.certificate import CertificateState, is_followed
from modules.domain.check_code import BITS, code_from, code_in
from modules.domain.content import TrainingModule
from modules.errors import NoSuchCertificate
from modules.models import Attempt, Certificate, ModuleVersion, Pass, ResultRow
from modules.passes.apply_joins import apply_joins_of
from modules.passes.entries import same_people
from modules.passes.passes import NEWEST_PASSED
from modules.policy.acknowledgements import has_acknowledged
from policies.domain.policy import Policy

# Where writes go on side by side, a pass and its acknowledgement could each look for the other before it is there. So
# one waits for the other here; not for the mere mention of the person in a new row, or both would wait for ever.
HOLDER = select(Person).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)
LATEST_PASS = (
    select(Pass, ResultRow, ModuleVersion)
    .join(ResultRow, ResultRow.attempt_id == Pass.attempt_id)
    .join(Attempt, Attempt.id == Pass.attempt_id)
    .join(ModuleVersion, ModuleVersion.id == Attempt.version_id)
    # A pass that was transferred from another LMS was certified there.
    .where(Pass.person_id == bindparam("person_id"), Pass.module == bindparam("module"))
    .where(ResultRow.person_id == Pass.person_id)
    .order_by(Pass.passed_at.desc(), Pass.attempt_id.desc())
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
PASSED_MODULES = select(Pass.module).where(Pass.person_id == bindparam("person_id")).distinct().order_by(Pass.module)
ISSUED = select(func.count()).select_from(Certificate)
ALL_IDS = select(same_people().c.id)
BY_CODE = select(Certificate).where(Certificate.code == bindparam("code"))
THEIRS = (
    select(Certificate)
    .where(Certificate.person_id.in_(select(same_people().c.id)))
    .order_by(Certificate.issued_at.desc(), Certificate.number.desc())
)


@dataclass(frozen=True)
class Earned:
    """A pass with what it was: its result, the version that was played, and the version that it is a pass of.

    The two differ where a refresher renews another module.
    """

    made: Pass
    result: ResultRow
    played: ModuleVersion
    subject: ModuleVersion


def issue_if_earned(session: Session, person_id: int, module: str, now: datetime) -> Certificate | None:
    """Issue the certificate that a person's latest pass of a module earns, and return what they hold for it.

    None where they hold nothing that is good: no pass, no acknowledgement where one is needed, or a revocation since.
    However often it is called, a pass has one certificate at most.
    """
    person = session.scalars(HOLDER, {"person_id": person_id}).one()
    earned = _latest_pass(session, person_id, module)
    if not earned:
        return None
    series = {"person_id": person_id, "module": module, "trust": earned.subject.trust}
    held = session.scalar(LATEST_CERTIFICATE, series)
    issued = _issued(session, person, earned, now) if _is_new(earned, held) else None
    if not issued:
        return held if held and held.state_at(now) is CertificateState.VALID else None
    if held and not held.revoked_at:
        held.superseded_at = now
        session.flush()
    session.add(issued)
    session.flush()
    return issued


def _latest_pass(session: Session, person_id: int, module: str) -> Earned | None:
    found = session.execute(LATEST_PASS, {"person_id": person_id, "module": module}).one_or_none()
    if not found:
        return None
    made, result, played = found
    if played.module == module:
        return Earned(made, result, played, played)
    own = session.scalar(NEWEST_PASSED, {"person_id": person_id, "module": module})
    return Earned(made, result, played, own) if own else None


def issue_all_earned(session: Session, person_id: int, now: datetime) -> list[Certificate]:
    """Issue what a person has earned by now in any module, and return what they hold: after an acknowledgement."""
    session.execute(HOLDER, {"person_id": person_id})
    modules = session.scalars(PASSED_MODULES, {"person_id": person_id}).all()
    held = [issue_if_earned(session, person_id, module, now) for module in modules]
    return [certificate for certificate in held if certificate]


def _is_new(earned: Earned, held: Certificate | None) -> bool:
    """Say whether a pass goes beyond what is held; the pass that brought it never does, however soon it ends."""
    if not held:
        return True
    shown = earned.made.passed_at, earned.subject.number, earned.made.valid_until
    return held.attempt_id != earned.result.attempt_id and is_followed(held.term, *shown)


def issue_what_lacks(session: Session, now: datetime) -> int:
    """Issue what everybody with a pass has earned and was never given, and return how many certificates that made."""
    before = session.scalar(ISSUED) or 0
    for person_id in session.scalars(select(Pass.person_id).distinct()).all():
        issue_all_earned(session, person_id, now)
    return (session.scalar(ISSUED) or 0) - before


def _issued(session: Session, person: Person, earned: Earned, now: datetime) -> Certificate | None:
    """Return the certificate of a pass; None where the policy is not acknowledged, or the time is over already.

    One that renews is valid from the day of its issue, and until a whole term after the end of the old one: if it began
    only there, its holder, who is certified all along, would have one that is replaced and one that is not valid yet.
    A person who is not real holds none: a trainer who looks at the training as a learner has not taken it.
    """
    module, played = content_of(earned.subject).module, content_of(earned.played)
    policy = played.policy
    until = earned.made.valid_until
    if person.is_test or (until and day_of(now) > until):
        return None
    if module.acknowledges and not has_acknowledged(session, person.id, policy):
        return None
    code = code_from(secrets.randbits(BITS))
    return Certificate(
        code=code,
        attempt_id=earned.result.attempt_id,
        score=earned.result.score,
        passed_at=earned.made.passed_at,
        issued_at=now,
        valid_from=day_of(now),
        valid_until=until,
        module_version=earned.subject.number,
        **_holder(person, code),
        tested_decisions=played.tested.decisions,
        tested_rules=played.tested.rules,
        **_subject(module, policy),
    )


def _holder(person: Person, code: str) -> dict[str, object]:
    """Return what stands of the holder on a certificate, as the LMS gave it."""
    # Badges are claimed by e-mail address (Open Badges 3.0, IdentityObject): addresses are compared in small letters.
    hashed = sha256((person.email.lower() + code).encode()).hexdigest() if person.email else None
    return {"person_id": person.id, "holder_name": person.name, "email_hash": hashed}


def _subject(module: TrainingModule, policy: Policy) -> dict[str, object]:
    """Return what a certificate is about, copied out of the content since that may be gone one day."""
    return {
        "trust": policy.key,
        "trust_name": policy.trust,
        "module": module.key,
        "module_title": module.title,
        "module_says": module.says,
        "pass_mark": module.pass_mark,
        "policy_title": policy.title,
        "policy_version": policy.version,
    }


def find_certificate(session: Session, typed: str) -> Certificate | None:
    """Return the certificate with the code as typed, or None; both cost the same."""
    return session.scalar(BY_CODE, {"code": code_in(typed) or ""})


def own_certificate(session: Session, typed: str, person_id: int) -> Certificate:
    """Return a person's own certificate; NoSuchCertificate both for someone else's and for one that does not exist."""
    certificate = find_certificate(session, typed)
    if not certificate or certificate.person_id not in session.scalars(ALL_IDS, {"person_id": person_id}).all():
        raise NoSuchCertificate
    return certificate


def certificates_of(session: Session, person_id: int) -> list[Certificate]:
    """Return all certificates ever issued to a person, under any of their joined ids, latest first."""
    return list(session.scalars(THEIRS, {"person_id": person_id}))


def revoke_certificate(session: Session, typed: str, because: str, by: str, actor: Actor, now: datetime) -> Certificate:
    """Revoke a certificate for a reason; one that is revoked stays as it was. NoSuchCertificate where there is none.

    ``by`` is who decided it, and ``actor`` who does it. The pass behind it no longer counts under other entries of the
    same person.
    """
    certificate = find_certificate(session, typed)
    if not certificate:
        raise NoSuchCertificate
    if not certificate.revoked_at:
        certificate.revoked_at, certificate.revoked_by, certificate.revoked_because = now, by, because
        record(session, actor, "revoked", Thing("certificate", certificate.number), now, module=certificate.module)
        session.flush()
        apply_joins_of(session, certificate.person_id, now)
    return certificate
