"""Our own keys: one signs, the next is published before it does, and the last one for a while after.

Platforms keep our keys for some time. A signature is only ever made with a key that they have had time to fetch, and a
key that has signed stays published until nothing signed with it is under way.
"""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from config import Settings
from core.sealing import is_sealed, seal, unseal
from lti.key_models import SigningKey


def keep_keys(session: Session, settings: Settings, now: datetime) -> None:
    """See that there is a key that signs: the first one, a new one for one that is old, and none kept without need.

    WrongSealingKey where it cannot be opened.
    """
    newest = session.scalar(NEWEST)
    if not newest:
        make_signing_key(session, settings, now, signs_from=now)
    elif newest.signs_from <= now - timedelta(days=settings.key_days):
        rotate_key(session, settings, now)
    _withdraw_replaced(session, settings, now)
    for key in session.scalars(PUBLISHED):
        seal_if_open(key, settings)
    private_key(signing_key(session, now), settings)


def rotate_key(session: Session, settings: Settings, now: datetime, at_once: bool = False) -> SigningKey:
    """Make the next key, which signs once platforms have had time to fetch it; one that has yet to sign is it already.

    ``at_once`` is for a key that may have become known: the new one signs now, and all others are withdrawn.
    """
    newest = session.scalar(NEWEST)
    if at_once:
        for key in session.scalars(PUBLISHED):
            _withdraw(key, now)
        return make_signing_key(session, settings, now, signs_from=now)
    if newest and newest.signs_from > now:
        return newest
    return make_signing_key(session, settings, now, now + timedelta(seconds=settings.key_lead_seconds))


def make_signing_key(session: Session, settings: Settings, now: datetime, signs_from: datetime) -> SigningKey:
    """Make a key pair that is published from now on, and signs from then."""
    private_pem = new_private_pem(settings)
    key = SigningKey(kid=uuid4().hex, private_pem=private_pem, created_at=now, signs_from=signs_from)
    session.add(key)
    return key


def new_private_pem(settings: Settings) -> bytes:
    """Make a private key, as it is to be kept."""
    private = generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return seal(pem, settings)


PUBLISHED = select(SigningKey).where(SigningKey.withdrawn_at.is_(None)).order_by(SigningKey.signs_from.desc())
NEWEST = PUBLISHED.limit(1)
FIRST = PUBLISHED.order_by(None).order_by(SigningKey.signs_from).limit(1)
SIGNS = PUBLISHED.where(SigningKey.signs_from <= bindparam("now")).limit(1)


def signing_key(session: Session, now: datetime) -> SigningKey:
    """Return the key that signs: the latest whose time has come, or the next one if a clock was wrong."""
    return session.scalars(SIGNS, {"now": now}).one_or_none() or session.scalars(FIRST).one()


def _withdraw_replaced(session: Session, settings: Settings, now: datetime) -> None:
    """Withdraw keys whose successor has signed for so long that nothing of theirs is under way."""
    long_ago = now - timedelta(days=settings.key_kept_days)
    settled = session.scalars(PUBLISHED.where(SigningKey.signs_from <= long_ago)).all()
    for key in settled[1:]:
        _withdraw(key, now)


def _withdraw(key: SigningKey, now: datetime) -> None:
    """Publish a key no more, and forget its private half; that it was ours stays on record."""
    key.withdrawn_at, key.private_pem = now, b""


class KeptKey(Protocol):
    """A key pair as a table of ours keeps it."""

    kid: str
    private_pem: bytes


def seal_if_open(key: KeptKey, settings: Settings) -> None:
    """Seal a key that was kept before there was anything to seal it with."""
    if not is_sealed(key.private_pem):
        key.private_pem = seal(key.private_pem, settings)


def private_key(key: KeptKey, settings: Settings) -> RSAPrivateKey:
    """Return the private half, ready for use; WrongSealingKey where it cannot be opened."""
    return _loaded(key.private_pem, settings)


# Loading a key from PEM costs a hundred signatures.
@lru_cache(maxsize=64)
def _loaded(sealed: bytes, settings: Settings) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(unseal(sealed, settings), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("our signing keys are RSA keys")
    return key


def key_set(session: Session, settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Return our public keys as a JSON Web Key Set (RFC 7517)."""
    return {"keys": [public_jwk(key, settings) for key in session.scalars(PUBLISHED)]}


def public_jwk(key: KeptKey, settings: Settings) -> dict[str, Any]:
    """Return the public half of a key as a JSON Web Key."""
    numbers = json.loads(RSAAlgorithm.to_jwk(private_key(key, settings).public_key()))
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid, "n": numbers["n"], "e": numbers["e"]}
