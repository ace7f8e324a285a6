"""What an LMS answers when we ask for an access token (Security Framework 1.0, section 4.1), read with care.

Some forget to say how long it is good, some answer with a page in place of a token, and Moodle breaks its JSON off
where it does not know our key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lti.domain.delivery import (
    BAD_CERTIFICATE,
    BUSY,
    MOVED,
    NO_ANSWER,
    NOT_ALLOWED,
    REFUSALS,
    Next,
    PlatformSignal,
    Verdict,
    gave_up,
)
from lti.domain.scopes import SCORE

# Asked for a little before it runs out, so that none runs out on its way.
MARGIN_SECONDS = 60
SHORT_LIFE, LONGEST_LIFE = 300, 86_400

SIGN_IN_REFUSED = Verdict(
    Next.WAIT,
    "The LMS refuses our sign-in, as it does for a while after our keys have changed. We keep trying.",
    PlatformSignal.ALL,
    REFUSALS,
    "The LMS refuses our sign-in, so that no grade can be sent. Its administrator can check that the tool is still "
    "registered there and switched on, and that it reads our keys. We look every hour whether it is mended; sending "
    "again looks at once.",
)
GARBLED = Verdict(
    Next.WAIT,
    "The LMS answered our sign-in with something that we do not understand. We keep trying.",
    PlatformSignal.ALL,
    REFUSALS,
    "The LMS answers our sign-in with something that we do not understand. Its administrator can check the address "
    "for access tokens with which the tool is registered. We look every hour whether it is mended; sending again looks "
    "at once.",
)
# What is mended once for all: grades that waited for people because of it go out when another gets through.
MENDED_FOR_ALL = (
    SIGN_IN_REFUSED.last_words,
    GARBLED.last_words,
    *(gave_up(trouble.words) for trouble in (BUSY, NO_ANSWER, BAD_CERTIFICATE, MOVED, SIGN_IN_REFUSED, GARBLED)),
)


@dataclass(frozen=True, slots=True)
class GrantedToken:
    """An access token, and for how many seconds we use it."""

    value: str
    seconds: float


def grant_from(status: int, answer: object, asked: Sequence[str]) -> GrantedToken | Verdict:
    """Read the answer to a request for a token: its status, and its JSON or None where it has none."""
    fields = answer if isinstance(answer, Mapping) else {}
    if status in {408, 425, 429} or status >= 500:
        return BUSY
    if 300 <= status < 400:
        return MOVED
    if status >= 400:
        # Not our sign-in is refused, but what we ask for.
        return NOT_ALLOWED if fields.get("error") == "invalid_scope" else SIGN_IN_REFUSED
    value = fields.get("access_token")
    # A token travels in a header, which takes no other characters.
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value.strip():
        return GARBLED
    if not _covers(fields.get("scope"), asked):
        return NOT_ALLOWED
    life = _life(fields.get("expires_in"))
    return GrantedToken(value.strip(), life - min(MARGIN_SECONDS, life / 2))


def _covers(granted: object, asked: Sequence[str]) -> bool:
    """Say whether the token serves: Moodle drops in silence what it does not permit."""
    if not isinstance(granted, str) or not granted.split():
        return True
    needed = {SCORE} & set(asked) or set(asked)
    return bool(needed & set(granted.split()))


def _life(expires_in: Any) -> float:
    try:
        seconds = float(expires_in)
    except (TypeError, ValueError, OverflowError):
        return SHORT_LIFE
    return min(seconds, LONGEST_LIFE) if seconds > 0 else SHORT_LIFE
