"""The keys of a launch and of a service call: the practice LMS's own, and the tool's as it publishes them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from lti1p3platform.ltiplatform import JWKS
from lti1p3platform.registration import Registration
from sqlalchemy.orm import Session

from practice.models import Secret
from practice.vocabulary import Json


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

    @property
    def published(self) -> Json:
        """The half that checks signatures, as a key set shows it."""
        shown: Json = Registration.get_jwk(self.public_pem)
        return shown


class KeyRing:
    """The practice LMS's keys, which all requests share: the one that signs, and the one that did before it."""

    def __init__(self, session: Session) -> None:
        """Read the keys; the first is made at the first start."""
        self._keys: list[SigningKey] = []
        self._read(session)

    @property
    def current(self) -> SigningKey:
        """The key that signs from now on."""
        return self._keys[0]

    @property
    def key_set(self) -> Json:
        """What is published: the key that signs, and the one before, whose signatures may still be under way."""
        return {"keys": [key.published for key in self._keys]}

    def named(self, kid: str | None) -> SigningKey | None:
        """The published key of that name."""
        return next((key for key in self._keys if key.kid == kid), None)

    def rotate(self, session: Session) -> None:
        """Sign with a new key from now on."""
        signing = session.get_one(Secret, "signing")
        session.merge(Secret(name="signing-before", value=signing.value))
        signing.value = _new_key()
        self._read(session)

    def _read(self, session: Session) -> None:
        before = session.get(Secret, "signing-before")
        texts = [_kept(session, "signing", _new_key), *([before.value] if before else [])]
        self._keys = [_loaded(text) for text in texts]


class ToolKeys:
    """One tool's published keys, kept as Moodle keeps them: until something no longer verifies."""

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


def cookie_key(session: Session) -> str:
    """The key that signs the session cookie, made at the first start."""
    return _kept(session, "cookie", secrets.token_urlsafe)


@cache
def _loaded(text: str) -> SigningKey:
    private = serialization.load_pem_private_key(text.encode(), password=None)
    if not isinstance(private, RSAPrivateKey):
        raise TypeError("the practice LMS signs with RSA keys")
    public_pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return SigningKey(Registration.get_jwk(public_pem.decode())["kid"], private, public_pem.decode())


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
