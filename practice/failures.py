"""The failure switch: which trouble the services give, so that one can watch the tool cope with it."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from practice.models import FailureSwitch

RETRY_AFTER = 2  # seconds
SLOWNESS = 2.0  # seconds


class Failure(StrEnum):
    """The troubles that can be switched on, each with the words that its button carries."""

    NONE = "none"
    UNAVAILABLE = "unavailable"
    THROTTLED = "throttled"
    CALLS_USED_UP = "calls-used-up"
    SLOW = "slow"
    HANG = "hang"
    LOST_ANSWER = "lost-answer"
    BROKEN_AFTER_WRITE = "broken-after-write"
    TOKEN_REFUSED = "token-refused"
    NOT_GRADABLE = "not-gradable"
    GONE = "gone"
    ODD_LINKS = "odd-links"
    BROKEN_LINKS = "broken-links"
    FOREIGN_LINKS = "foreign-links"
    CIRCLING_LINKS = "circling-links"
    ODD_PEOPLE = "odd-people"
    UNREADABLE_PEOPLE = "unreadable-people"
    NO_PEOPLE = "no-people"
    LISTED_TWICE = "listed-twice"
    ROLES_CHANGED = "roles-changed"
    ACCOUNT_MADE_AGAIN = "account-made-again"
    HARD_NAMES = "hard-names"
    KEYS_TRICKLE = "keys-trickle"
    RESTRICTED = "restricted"
    OPEN_TO_NO_ONE = "open-to-no-one"
    KEY_ROTATED = "key-rotated"

    @property
    def label(self) -> str:
        """What happens to the tool's calls, in words."""
        return LABELS[self]

    @property
    def is_standing(self) -> bool:
        """Whether it lasts until it is switched off, and is not done once and for all."""
        return self is not Failure.KEY_ROTATED


LABELS = {
    Failure.NONE: "No trouble",
    Failure.UNAVAILABLE: "Unavailable: every call gets 503",
    Failure.THROTTLED: "Throttled: every call gets 429, with Retry-After",
    Failure.SLOW: "Slow: every answer takes two seconds more",
    Failure.LOST_ANSWER: "Answer lost: the grade is kept, and the tool hears 500",
    Failure.BROKEN_AFTER_WRITE: "Connection broken: the grade is kept, and the tool hears nothing",
    Failure.HANG: "Hanging: no answer for half a minute or until this is switched off, and nothing is kept",
    Failure.CALLS_USED_UP: "Calls used up: every call gets 403 with X-Rate-Limit-Remaining 0, as Canvas throttles",
    Failure.TOKEN_REFUSED: "Tokens refused: 401 until the tool fetches a new one",
    Failure.NOT_GRADABLE: "Nobody can be graded: every score gets 400 from Moodle, 422 from Canvas",
    Failure.GONE: "Activities gone: 404 for every line item",
    Failure.ODD_LINKS: "Odd Link headers: the next page is named in ways that are allowed but rare",
    Failure.BROKEN_LINKS: "Broken Link headers: they cannot be read, though there is a next page",
    Failure.FOREIGN_LINKS: "Foreign Link headers: the next page is on another server",
    Failure.CIRCLING_LINKS: "Circling Link headers: the next page is always this one",
    Failure.ODD_PEOPLE: "Odd rosters: ids as numbers, statuses left out, observers, guests and a test student",
    Failure.UNREADABLE_PEOPLE: "Unreadable people: two entries of the roster do not say who they are, one has no role",
    Failure.NO_PEOPLE: "An empty roster: the list of people has no one in it",
    Failure.LISTED_TWICE: "People listed twice: each has a second entry in the roster, as an observer",
    Failure.ROLES_CHANGED: "Roles changed: Priya Raman, the trainer, is a learner, and Dean Hargreaves is a trainer",
    Failure.ACCOUNT_MADE_AGAIN: "An account made again: the roster has Zoë Fairweather only under a new id",
    Failure.HARD_NAMES: "Names that are hard to show: very long, accented, stacked with marks, or turning text round",
    Failure.KEYS_TRICKLE: "Keys trickle in: our public keys take half a minute to arrive",
    Failure.RESTRICTED: "Restricted activities: every second person cannot open the first activity of the course",
    Failure.OPEN_TO_NO_ONE: "Wrong restrictions: the list of who can open an activity is empty",
    Failure.KEY_ROTATED: "Sign with a new key from now on",
}


def failure_switch(session: Session) -> FailureSwitch:
    """The switch as it stands; off if no one has touched it."""
    return session.get(FailureSwitch, 1) or _new_switch(session)


def standing_failure(session: Session) -> Failure:
    """Which trouble is on, read from the database each time, since someone else may have turned the switch."""
    return Failure(session.scalar(select(FailureSwitch.failure)) or Failure.NONE)


def set_failure(session: Session, failure: Failure) -> None:
    """Turn the switch; refusing tokens ends the generation of all that are out."""
    switch = failure_switch(session)
    switch.failure = failure
    if failure is Failure.TOKEN_REFUSED:
        switch.token_generation += 1


def _new_switch(session: Session) -> FailureSwitch:
    switch = FailureSwitch(id=1, failure=Failure.NONE, token_generation=1)
    session.add(switch)
    return switch
