"""The keys of a launch and of a service call: the practice LMS's own, and the tool's as it publishes them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from lti1p3platform.ltiplatform import JWKS
from lti1p3platform.registration import Registration
from sqlalchemy.orm import Session

from lti.practice.models import Secret


@dataclass(frozen=True)
class SigningKey:
    """The key that signs launches and tokens, kept loaded: reading a PEM text costs 100 times a signature."""

    kid: str
    private: RSAPrivateKey
    public_pem: str

    @property
    def public(self) -> RSAPublicKey:
        """The half that checks signatures."""
        return self.private.public_key()


class ToolKeys:
    """The tool's published keys, kept as Moodle keeps them: until something no longer verifies."""

    def __init__(self, url: str) -> None:
        """Know where the tool publishes its keys; nothing is fetched yet."""
        self.url = url
        self._held: JWKS | None = None

    def held_or(self, fetch: Callable[[str], JWKS]) -> JWKS:
        """The keys in hand, fetched when there are none."""
        if self._held is None:
            self._held = fetch(self.url)
        return self._held

    def forget(self) -> None:
        """Let the next look fetch them again."""
        self._held = None


def signing_key(session: Session) -> SigningKey:
    """The practice LMS's one static key, made at the first start."""
    private = serialization.load_pem_private_key(_kept(session, "signing", _new_key).encode(), password=None)
    public_pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return SigningKey(Registration.get_jwk(public_pem.decode())["kid"], private, public_pem.decode())


def cookie_key(session: Session) -> str:
    """The key that signs the session cookie, made at the first start."""
    return _kept(session, "cookie", secrets.token_urlsafe)


def _kept(session: Session, name: str, make: Callable[[], str]) -> str:
    secret = session.get(Secret, name)
    if secret is None:
        secret = Secret(name=name, value=make())
        session.add(secret)
    return secret.value


def _new_key() -> str:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
