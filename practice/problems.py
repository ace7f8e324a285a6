"""How a service call goes wrong: one exception, which the log and the answer both tell."""

import json
from typing import TypeVar

from practice.vocabulary import Json

Found = TypeVar("Found")


class ServiceRefusedError(Exception):
    """A service call is turned down, with an HTTP status and the reason that Moodle puts beside it."""

    def __init__(self, status: int, reason: str) -> None:
        """Take the HTTP status and a short reason without line breaks."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


def require(holds: object, status: int, reason: str) -> None:
    """Turn the call down unless this holds."""
    if not holds:
        raise ServiceRefusedError(status, reason)


def required(value: Found | None, status: int, reason: str) -> Found:
    """Return what was found, and turn the call down where there is nothing."""
    if value is None:
        raise ServiceRefusedError(status, reason)
    return value


def required_object(body: bytes, status: int, reason: str) -> Json:
    """Return the JSON object in a body, and turn the call down where there is none."""
    try:
        fields = json.loads(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise ServiceRefusedError(status, reason)
    return fields
