"""Sealing: secrets in our database are encrypted, where the environment holds a key to seal them with.

Who reads a copy of the database, such as a backup, then has neither our signing keys nor tokens for an LMS.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config import Settings

MARK = b"sealed:"


class WrongSealingKey(Exception):
    """Something is sealed with another key than the settings hold."""


def seal(value: bytes, settings: Settings) -> bytes:
    """Return a value as it is to be kept: sealed where the settings hold a key for that, otherwise as it is."""
    return MARK + _box(settings.sealing_key).encrypt(value) if settings.sealing_key else value


def unseal(kept: bytes, settings: Settings) -> bytes:
    """Return a kept value; WrongSealingKey where it is sealed and our key does not open it."""
    if not is_sealed(kept):
        return kept
    try:
        return _box(settings.sealing_key).decrypt(kept.removeprefix(MARK))
    except InvalidToken as error:
        raise WrongSealingKey("SEALING_KEY is not the one with which this database was sealed") from error


def is_sealed(kept: bytes) -> bool:
    """Say whether a kept value is sealed."""
    return kept.startswith(MARK)


@lru_cache(maxsize=4)
def _box(sealing_key: str) -> Fernet:
    """Return what encrypts with a key drawn from the setting, which may be a text of any length."""
    drawn = HKDF(SHA256(), length=32, salt=None, info=b"fit-to-post sealing").derive(sealing_key.encode())
    return Fernet(urlsafe_b64encode(drawn))
