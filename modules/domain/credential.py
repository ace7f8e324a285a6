"""Open Badges 3.0: a certificate as a verifiable credential, in the members that the specification names.

https://www.imsglobal.org/spec/ob/v3p0/ (sections 8.2 on signing, B on the members). A member without a value is left
out, never null, and what may stand more than once is always a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from core.domain.days import last_second_of
from modules.domain.extent import Extent

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    # The kinds of status and schema that 1EdTech has added are named there.
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
)
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses that a credential names, all under the tool's public address; they stay as they are for good."""

    public_url: str

    def credential(self, code: str) -> str:
        """Return where anybody can check the certificate; it stands for the credential too."""
        return f"{self.public_url}/verify/{code}"

    def status(self, code: str) -> str:
        """Return where programs learn whether the credential was revoked."""
        return f"{self.public_url}/verify/{code}/revocations.json"

    def issuer(self, trust: str) -> str:
        """Return where the trust's profile stands."""
        return f"{self.public_url}/issuers/{trust}.json"

    def emblem(self, trust: str) -> str:
        """Return where the picture of the trust's badges stands."""
        return f"{self.public_url}/issuers/{trust}.png"

    def key(self, kid: str) -> str:
        """Return where a public key stands."""
        return f"{self.public_url}/badge-keys/{kid}.json"


@dataclass(frozen=True, slots=True)
class Award:
    """What a credential says: who holds what, from which trust, and for how long. ``code`` is in groups."""

    code: str
    trust: str
    trust_name: str
    module: str
    module_title: str
    module_version: int
    module_says: str
    policy_title: str
    policy_version: str
    pass_mark: int
    tested: Extent | None
    email_hash: str | None
    salt: str
    issued_at: datetime
    valid_until: date | None


def profile(trust: str, name: str, addresses: Addresses) -> Json:
    """Return a trust as the issuer of badges."""
    return {"id": addresses.issuer(trust), "type": ["Profile"], "name": name, "url": addresses.public_url}


def credential(award: Award, addresses: Addresses) -> Json:
    """Return the credential of an award."""
    members: Json = {
        "@context": list(CONTEXTS),
        "id": addresses.credential(award.code),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": award.module_title,
        "issuer": profile(award.trust, award.trust_name, addresses),
        "validFrom": _written(award.issued_at),
        "credentialSubject": _subject(award, addresses),
        "credentialStatus": {"id": addresses.status(award.code), "type": "1EdTechRevocationList"},
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if award.valid_until:
        members["validUntil"] = _written(last_second_of(award.valid_until))
    return members


def _subject(award: Award, addresses: Addresses) -> Json:
    # The holder is known by this one credential alone, so that no one can follow them from one badge to another.
    subject: Json = {
        "id": f"{addresses.credential(award.code)}#holder",
        "type": ["AchievementSubject"],
        "achievement": _achievement(award, addresses),
    }
    if award.email_hash:
        identity = {"type": "IdentityObject", "hashed": True, "identityType": "emailAddress", "salt": award.salt}
        subject["identifier"] = [identity | {"identityHash": f"sha256${award.email_hash}"}]
    return subject


def _achievement(award: Award, addresses: Addresses) -> Json:
    return {
        "id": f"{addresses.issuer(award.trust)}#{award.module}-{award.module_version}",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": award.module_title,
        "description": award.module_says,
        "version": str(award.module_version),
        "image": {
            "id": addresses.emblem(award.trust),
            "type": "Image",
            "caption": f"Badge of {award.trust_name}: a speech bubble with a tick",
        },
        "criteria": {"narrative": _narrative(award)},
    }


def _narrative(award: Award) -> str:
    """Return what it took: what was tested where that is known, or that there were stories to decide in."""
    enough = f"reached {award.pass_mark}% of the marks or more"
    policy = f"{award.trust_name}’s {award.policy_title} (version {award.policy_version})"
    if not award.tested:
        return f"Decided what staff do in the stories of this training and {enough} under {policy}."
    return f"Was tested on {award.tested.words(policy)} and {enough}."


def claims_of(members: Mapping[str, Any]) -> Json:
    """Return what is signed: the credential, and the same facts under the names that signed messages have for them."""
    claims = dict(members) | {
        "iss": members["issuer"]["id"],
        "jti": members["id"],
        "sub": members["credentialSubject"]["id"],
        "nbf": _seconds(members["validFrom"]),
    }
    if "validUntil" in members:
        claims["exp"] = _seconds(members["validUntil"])
    return claims


def revocations(award: Award, revoked_at: datetime | None, addresses: Addresses) -> Json:
    """Return the list of revoked credentials that a credential's status points to: of this one, or of none.

    Each has a list of its own, since one for all would tell everybody the codes of others. Programs read the list under
    either name (1EdTech Revocation List Status Method 1.0).
    """
    listed = [{"id": addresses.credential(award.code), "revoked": True}] if revoked_at else []
    return {
        "id": addresses.status(award.code),
        "issuer": addresses.issuer(award.trust),
        "revokedCredential": listed,
        "revokedCredentials": listed,
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(written: str) -> int:
    return int(datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
