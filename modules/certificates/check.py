"""Checking a certificate: what anybody is told who has its code."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from modules.certificates.certificates import find_certificate
from modules.domain.certificate import CertificateState, initials_of
from modules.domain.check_code import in_groups
from modules.models import Certificate
from policies.domain.profile import NameDisplay
from policies.library import profile_of


@dataclass(frozen=True)
class Check:
    """A certificate as others see it.

    ``holder`` is a name, initials or None, and ``changed_at`` the time at which it was replaced or revoked.
    """

    code: str
    number: int
    state: CertificateState
    changed_at: datetime | None
    holder: str | None
    shown_as: NameDisplay
    trust: str
    trust_name: str
    module: str
    module_title: str
    module_version: int
    policy_title: str
    policy_version: str
    issued_at: datetime
    valid_from: date
    valid_until: date | None


def check_certificate(session: Session, typed: str, now: datetime) -> Check | None:
    """Return what anybody may know of the certificate with this code, or None where there is none.

    Why it was revoked and by whom is between the holder and the trust.
    """
    certificate = find_certificate(session, typed)
    return _seen_by_others(certificate, now) if certificate else None


def _seen_by_others(certificate: Certificate, now: datetime) -> Check:
    state, shown_as = certificate.state_at(now), profile_of(certificate.trust).verification_shows
    changes = {CertificateState.REVOKED: certificate.revoked_at, CertificateState.SUPERSEDED: certificate.superseded_at}
    name = certificate.holder_name or ""
    return Check(
        code=in_groups(certificate.code),
        number=certificate.number,
        state=state,
        changed_at=changes.get(state),
        holder=(name if shown_as is NameDisplay.NAME else initials_of(name)) or None,
        shown_as=shown_as,
        trust=certificate.trust,
        trust_name=certificate.trust_name,
        module=certificate.module,
        module_title=certificate.module_title,
        module_version=certificate.module_version,
        policy_title=certificate.policy_title,
        policy_version=certificate.policy_version,
        issued_at=certificate.issued_at,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
    )
