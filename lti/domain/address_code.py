"""Codes that prove that an e-mail address is someone's: how they are made, kept and limited.

Six digits are a million codes. With five tries at each of at most five codes a day, someone who guesses has a chance of
1 in 40,000 a day.
"""

import hmac
from datetime import timedelta
from enum import Enum

from core.mail.domain.ending import MailState

DIGITS = 6
GOOD_FOR = timedelta(minutes=30)
MOST_TRIES = 5
# What is counted over a day: codes that one person asks for, and codes that one mailbox gets.
DAY = timedelta(days=1)
MOST_FOR_PERSON, MOST_TO_ADDRESS = 5, 15


class CodeAnswer(Enum):
    """What became of a code that someone entered."""

    CONFIRMED = "confirmed"
    WRONG = "wrong"
    NEEDS_NEW = "needs-new"


class CodeFate(Enum):
    """How far the message with a code has got, as far as its recipient has to know."""

    SENT = "sent"
    ON_ITS_WAY = "on-its-way"
    DELAYED = "delayed"
    NOT_SENT = "not-sent"


def fate_of(state: MailState, tries: int) -> CodeFate:
    """Return how far a message has got; one that may have been sent has most likely arrived."""
    if state in {MailState.SENT, MailState.UNCONFIRMED, MailState.HANDED_OVER}:
        return CodeFate.SENT
    if state is MailState.FAILED:
        return CodeFate.NOT_SENT
    return CodeFate.DELAYED if state is MailState.WAITING and tries else CodeFate.ON_ITS_WAY


def code_from(number: int) -> str:
    """Return the code that a number stands for."""
    return f"{number % 10**DIGITS:0{DIGITS}}"


def hash_of_code(code: str, person_id: int, address: str, secret: str) -> str:
    """Return what is kept of a code: without the secret, all codes could be tried against a plain hash."""
    return hmac.digest(secret.encode(), f"address:{person_id}:{address}:{code}".encode(), "sha256").hex()


def as_typed(given: str) -> str:
    """Return the digits of a code however it was typed: people leave spaces or hyphens between them."""
    return "".join(letter for letter in given if letter not in " -\u00a0")
