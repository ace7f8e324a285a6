"""What an LMS lets us do, in plain words for the administrator who decides it there."""

from dataclasses import dataclass

from lti.domain.registration_answer import Granted
from lti.domain.scopes import LINE_ITEMS, RESULTS, ROSTER, SCORE


@dataclass(frozen=True, slots=True)
class Allowance:
    """One thing that an LMS lets us do or not, and what follows; ``is_given`` is None where the LMS does not say."""

    name: str
    is_given: bool | None
    says: str


def allowances_of(granted: Granted) -> tuple[Allowance, ...]:
    """Return what was granted and what was not, each with what it means."""
    return (
        *(
            _allowance(name, None if granted.scopes is None else scope in granted.scopes, given, missing)
            for scope, name, given, missing in SCOPES
        ),
        _allowance("Names", granted.shares_names, *NAMES),
        _allowance("E-mail addresses", granted.shares_email, *EMAIL),
        _allowance("Choosing training in a course", granted.lets_choose, *CHOOSING),
    )


def _allowance(name: str, is_given: bool | None, given: str, missing: str) -> Allowance:
    if is_given is None:
        return Allowance(name, None, f"Your LMS does not say. If not: {missing[0].lower()}{missing[1:]}")
    return Allowance(name, is_given, given if is_given else missing)


SCOPES = (
    (
        SCORE,
        "Sending grades",
        "Results reach the gradebook of the course.",
        "No result reaches a gradebook, and the activity cannot be completed by passing. People can still train, and "
        "those who lead a course see here who has passed.",
    ),
    (
        RESULTS,
        "Looking at our own grades",
        "After a broken connection we look whether a grade has arrived.",
        "After a broken connection we cannot look whether a grade has arrived, and send it again.",
    ),
    (
        LINE_ITEMS,
        "Making columns",
        "A course can have a second column that says whether a learner has passed.",
        "Grades go only to columns that your LMS makes.",
    ),
    (
        ROSTER,
        "The list of people in a course",
        "Those who lead a course see who has not started.",
        "Those who lead a course see only people who have opened the training at least once.",
    ),
)
NAMES = (
    "Lists and certificates show names.",
    "Lists show ids of your LMS in place of names, and certificates bear no name.",
)
EMAIL = (
    "Lists show an e-mail address where there is no name.",
    "We know no e-mail addresses.",
)
CHOOSING = (
    "Trainers choose the training in their course from a list.",
    "Trainers cannot choose the training from a list: they have to type its name into the activity's settings.",
)
