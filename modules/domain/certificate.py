"""What state a certificate is in, and when a further pass is followed by a new one."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from core.domain.days import day_of


class CertificateState(Enum):
    """What a certificate is worth at a given time."""

    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Term:
    """All of a certificate that decides its state; ``valid_until`` is its last day, or None if it does not expire."""

    module_version: int
    valid_until: date | None
    superseded_at: datetime | None = None
    revoked_at: datetime | None = None

    def has_ended(self, moment: datetime) -> bool:
        """Say whether the last day is over at that moment."""
        return self.valid_until is not None and day_of(moment) > self.valid_until


def state_of(term: Term, now: datetime) -> CertificateState:
    """Return the state of a certificate.

    One that had ended before its successor came stays expired: no one held it as valid and then lost it.
    """
    if term.revoked_at:
        return CertificateState.REVOKED
    if term.superseded_at and not term.has_ended(term.superseded_at):
        return CertificateState.SUPERSEDED
    return CertificateState.EXPIRED if term.has_ended(now) else CertificateState.VALID


def is_followed(term: Term, passed_at: datetime, module_version: int, valid_until: date | None) -> bool:
    """Say whether a pass earns a new certificate beside one that is held already.

    A pass of a newer version does, since it shows more, and so does one that is valid for longer, as it renews. A
    better score alone does not: the certificate they hold already says that they have passed, and a new one would only
    make the printed code out of date. After a revocation, only a pass made since counts: an older one would undo it.
    All this goes by the time of the pass, not by when it is looked at.
    """
    if term.revoked_at:
        return passed_at > term.revoked_at
    if term.has_ended(passed_at) or module_version > term.module_version:
        return True
    return term.valid_until is not None and (valid_until is None or valid_until > term.valid_until)


def initials_of(name: str) -> str:
    """Return the initials of a name, such as A. O. for Ada Okafor; none of a name without letters."""
    found = (next((letter for letter in word if letter.isalpha()), "") for word in name.replace("-", " ").split())
    return " ".join(f"{letter.upper()}." for letter in found if letter)
