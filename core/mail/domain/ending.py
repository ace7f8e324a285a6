"""What a try to send a message came to, and what follows from it (RFC 5321, sections 4.2 and 4.5.4)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


class MailState(Enum):
    """How far a message has got; ``handed over`` is the moment in which only the mail server knows.

    ``unconfirmed`` is what is left of that moment when we end in it.
    """

    WAITING = "waiting"
    SENDING = "sending"
    HANDED_OVER = "handed-over"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"


class MailNext(Enum):
    """What follows from a try."""

    DONE = "done"
    WAIT = "wait"
    GIVE_UP = "give-up"


@dataclass(frozen=True, slots=True)
class MailEnding:
    """What a try came to, in words for an administrator; ``is_of_server``: any other message would fare the same."""

    next: MailNext
    words: str
    is_of_server: bool = False


SENT = MailEnding(MailNext.DONE, "The mail server has taken the message.")
KEPT = MailEnding(MailNext.DONE, "The message is a file in the folder that MAIL_URL names.")
NO_ANSWER = MailEnding(MailNext.WAIT, "The mail server did not answer. We keep trying.", True)
NOT_READY = MailEnding(MailNext.WAIT, "The mail server is busy or not ready. We keep trying.", True)
BAD_CERTIFICATE = MailEnding(
    MailNext.WAIT,
    "We could not confirm the mail server’s identity: its certificate is not valid, or comes from an authority that we "
    "do not know. Name the authority in CA_BUNDLE, or correct the host in MAIL_URL. We keep trying.",
    True,
)
NO_ENCRYPTION = MailEnding(
    MailNext.WAIT,
    "The mail server offers no encryption, so nothing was sent. Use a server with STARTTLS, or smtps:// in MAIL_URL. "
    "We keep trying.",
    True,
)
NO_SIGN_IN = MailEnding(
    MailNext.WAIT,
    "The mail server does not accept our user name and password. Correct them in MAIL_URL. We keep trying.",
    True,
)
WRONG_SENDER = MailEnding(
    MailNext.WAIT,
    "The mail server does not let us send as MAIL_FROM. Correct MAIL_FROM or MAIL_URL. We keep trying.",
    True,
)
# It had the whole message and did not say that it takes it. Without an answer, we send again (RFC 5321, 4.5.4.1).
NOT_SAID = MailEnding(
    MailNext.WAIT, "The connection was lost before the mail server said whether it takes the message. We send it again."
)
NOT_NOW = MailEnding(MailNext.WAIT, "The mail server does not take the message for now. We keep trying.")
FOLDER_UNUSABLE = MailEnding(
    MailNext.WAIT, "The message cannot be written to the folder that MAIL_URL names. We keep trying.", True
)
OUR_FAULT = MailEnding(MailNext.WAIT, "Something went wrong on our side. We keep trying.")
OF_SERVER = (NO_ANSWER, NOT_READY, BAD_CERTIFICATE, NO_ENCRYPTION, NO_SIGN_IN, WRONG_SENDER, FOLDER_UNUSABLE)

UNCONFIRMED = (
    "We stopped while the mail server was taking the message. It has most likely arrived, so it is not sent again by "
    "itself."
)
# As mail servers do among themselves: after this, what a message says is out of date.
GIVE_UP_AFTER = timedelta(days=5)
# Days alone do not decide: someone may have switched us off for that long.
LEAST_TRIES = 6


# The server takes nothing more from us for now (RFC 5321, 4.2.3).
CLOSING = 421


def refused(of: str, status: int) -> MailEnding:
    """Return what follows where the mail server refuses the ``recipient`` or the ``message`` for good."""
    return MailEnding(MailNext.GIVE_UP, f"The mail server refuses the {of} (status {status}).")


def answered(of: str, status: int) -> MailEnding:
    """Return what follows from an answer about the ``recipient`` or the ``message`` that does not accept it."""
    if status == CLOSING:
        return NOT_READY
    return refused(of, status) if status >= 500 else NOT_NOW


def in_the_end(ending: MailEnding, tries: int, waited: timedelta) -> MailEnding:
    """Return the ending, or one that gives up if a message has been tried for long enough."""
    if ending.next is not MailNext.WAIT or waited < GIVE_UP_AFTER or tries < LEAST_TRIES:
        return ending
    last = ending.words.removesuffix(" We keep trying.").removesuffix(" We send it again.")
    return MailEnding(
        MailNext.GIVE_UP, f"We tried for {GIVE_UP_AFTER.days} days and have stopped. The last problem: {last}"
    )
