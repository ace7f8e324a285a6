"""Checking a certificate: what anybody is told who has its code."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.trusts import Trust
from modules.domain.certificate import CertificateState, initials_of
from modules.domain.check_code import code_in, in_groups
from modules.domain.extent import Extent
from modules.models import Certificate
from policies.appearance import Appearance, appearance_of
from policies.domain.profile import NameDisplay
from policies.profiles import profile_in, profile_or_plain


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
    tested: Extent | None
    issued_at: datetime
    valid_from: date
    valid_until: date | None
    look: Appearance | None


def check_certificate(session: Session, typed: str, now: datetime) -> Check | None:
    """Return what anybody may know of the certificate with this code, or None where there is none.

    Why it was revoked, and who did it, is between the holder and the trust.
    """
    found = session.execute(_WITH_TRUST, {"code": code_in(typed) or ""}).one_or_none()
    return _seen_by_others(*found, now) if found else None


# With one query for any code, so that the time it takes tells nothing of whether there is such a certificate.
_WITH_TRUST = (
    select(Certificate, Trust)
    .outerjoin(Trust, Trust.key == Certificate.trust)
    .where(Certificate.code == bindparam("code"))
)


def _seen_by_others(certificate: Certificate, trust: Trust | None, now: datetime) -> Check:
    state, shown_as = certificate.state_at(now), profile_or_plain(trust, certificate.trust).verification_shows
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
        tested=certificate.tested,
        issued_at=certificate.issued_at,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        look=appearance_of(trust.key, trust.name, profile_in(trust.profile), trust.digest) if trust else None,
    )
