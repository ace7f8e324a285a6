"""Badges: a certificate as an Open Badges 3.0 credential, signed so that programs can check it by themselves."""

import jwt
from sqlalchemy.orm import Session

from config import Settings
from core.domain.tolerant import storable
from lti.keys import private_key, public_jwk
from modules.certificates.certificates import find_certificate, own_certificate
from modules.domain.check_code import in_groups
from modules.domain.credential import Addresses, Award, Json, claims_of, credential, revocations
from modules.errors import NoSuchCertificate
from modules.models import BadgeKey, Certificate


def signed_badge(certificate: Certificate, key: BadgeKey, addresses: Addresses, settings: Settings) -> str:
    """Return a certificate as a signed credential (VC-JWT); its header names the address of the key, and nothing else.

    Section 8.2 of Open Badges 3.0 wants RS256 and forbids further headers.
    """
    claims = claims_of(credential(award_of(certificate), addresses))
    return jwt.encode(claims, private_key(key, settings), "RS256", headers={"kid": addresses.key(key.kid)})


def badge_of(session: Session, typed: str, person_id: int) -> Certificate:
    """Return a person's own certificate for a badge; NoSuchCertificate for others' and for a revoked one."""
    certificate = own_certificate(session, typed, person_id)
    if certificate.revoked_at:
        raise NoSuchCertificate
    return certificate


def revocations_of(session: Session, typed: str, addresses: Addresses) -> Json | None:
    """Return the list of revocations that a badge's status points to, or None where there is no such certificate."""
    certificate = find_certificate(session, typed)
    return revocations(award_of(certificate), certificate.revoked_at, addresses) if certificate else None


def public_badge_key(session: Session, kid: str, settings: Settings) -> Json | None:
    """Return a public key that signs or has signed badges, or None where there is none of that name."""
    key = session.get(BadgeKey, storable(kid))
    return public_jwk(key, settings) if key else None


def award_of(certificate: Certificate) -> Award:
    """Return what a certificate's badge says."""
    return Award(
        code=in_groups(certificate.code),
        trust=certificate.trust,
        trust_name=certificate.trust_name,
        module=certificate.module,
        module_title=certificate.module_title,
        module_version=certificate.module_version,
        module_says=certificate.module_says,
        policy_title=certificate.policy_title,
        policy_version=certificate.policy_version,
        pass_mark=certificate.pass_mark,
        tested=certificate.tested,
        email_hash=certificate.email_hash,
        salt=certificate.code,
        issued_at=certificate.issued_at,
        valid_until=certificate.valid_until,
    )
