"""How the double signs: its keys, the key sets that it publishes, and tokens that no library would sign."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

Changes = Mapping[str, Any]
NULL = object()


@cache
def key_called(name: str) -> RSAPrivateKey:
    """Return a key pair; the same one for the same name."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def published(keys: Mapping[str, RSAPrivateKey]) -> dict[str, Any]:
    """Return the key set that holds the public halves of these keys, by key id."""
    return {"keys": [RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid} for kid, key in keys.items()]}


def token_of(header: object, body: object, signature: bytes = b"no signature") -> str:
    """Return a token put together by hand, of parts that no library would sign."""
    parts = [json.dumps(header).encode(), json.dumps(body).encode(), signature]
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def without_nones(values: Changes) -> dict[str, Any]:
    """Leave out what is None."""
    return {name: value for name, value in values.items() if value is not None}


def with_nulls(claims: object) -> object:
    """Return the claims with JSON's null where a test wants one."""
    given = claims.items() if isinstance(claims, Mapping) else ()
    return {name: None if value is NULL else value for name, value in given} or claims
