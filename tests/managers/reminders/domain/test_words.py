"""The words of reminders: what can be changed of them, and how names and lists get in."""

from datetime import date

import pytest

from managers.reminders.domain.plan import Occasion, Saying
from managers.reminders.domain.words import (
    DEFAULT_WORDS,
    Filling,
    LetterPart,
    ReminderKind,
    Way,
    Words,
    parts_of,
    problem_with,
    said_of,
    subject_of,
)

TODAY = date(2026, 11, 20)
COURSE = Way("Open the course Induction", "https://lms.example/course/view.php?id=2")
NAMES = {"name": "Ada {link} Okafor", "trust": "Oak Tree Trust", "manager": "Jo Hill"}


@pytest.mark.parametrize("kind", ReminderKind)
def test_our_own_words_can_be_used(kind: ReminderKind) -> None:
    assert problem_with(kind, DEFAULT_WORDS[kind]) is None


@pytest.mark.parametrize(
    ("subject", "text", "part", "says"),
    [
        ("", "{modules} {link}", "subject", "Enter a subject"),
        ("One\nTwo", "{modules} {link}", "subject", "one line"),
        ("S" * 151, "{modules} {link}", "subject", "up to 150"),
        ("{modules}", "{modules} {link}", "subject", "cannot contain {modules}"),
        ("Due", "", "text", "Enter a message"),
        ("Due", "{modules}", "text", "must contain {link}"),
        ("Due", "{link}", "text", "must contain {modules}"),
        (
            "Due",
            "{modules} {link} {nmae}",
            "text",
            "no {nmae}. You can use {name}, {modules}, {link}, {trust}",
        ),
        ("Due", "{modules} {link} {manager}", "text", "There is no {manager}"),
    ],
)
def test_words_that_cannot_be_used_are_refused_with_what_to_do(subject: str, text: str, part: str, says: str) -> None:
    problem = problem_with(ReminderKind.DIGEST, Words(subject, text))
    assert problem is not None
    assert problem[0] == part
    assert says in problem[1]


def test_lists_and_links_take_a_part_of_their_own_and_braces_in_a_name_stay() -> None:
    words = Words("For {trust}", "Hello {name},\r\n\r\nDo this: {modules}\n\n{link}\nBye {unknown}\n")
    parts = parts_of(words, Filling(NAMES, (LetterPart(items=("Photos: due on 3 December 2026",)),), (COURSE,)))
    assert parts == [
        LetterPart("Hello Ada {link} Okafor,"),
        LetterPart("Do this:"),
        LetterPart(items=("Photos: due on 3 December 2026",)),
        LetterPart(ways=(COURSE,)),
        LetterPart("Bye {unknown}"),
    ]


def test_a_name_cannot_add_a_line_or_an_encoded_word_to_a_subject() -> None:
    subject = subject_of(Words("From {manager}", ""), {"manager": "Jo\r\nBcc: x@y.example =?utf-8?q?=0A?="})
    assert subject == "From Jo Bcc: x@y.example = ?utf-8?q?=0A?="


@pytest.mark.parametrize(
    ("saying", "says"),
    [
        (Saying("p", Occasion.BEFORE, date(2026, 12, 3)), "Photos: due on 3 December 2026"),
        (Saying("p", Occasion.ON_THE_DAY, TODAY), "Photos: due on 20 November 2026"),
        (Saying("p", Occasion.OVERDUE, date(2026, 11, 1)), "Photos: was due on 1 November 2026"),
        (Saying("p", Occasion.EXPIRING, date(2026, 12, 3)), "Photos: your certificate ends on 3 December 2026"),
        (Saying("p", Occasion.EXPIRING, date(2026, 11, 1)), "Photos: your certificate ended on 1 November 2026"),
        (Saying("p", Occasion.TO_DO, None), "Photos: still to do"),
    ],
)
def test_each_reason_is_said_with_its_date(saying: Saying, says: str) -> None:
    assert said_of(saying, "Photos", TODAY) == says
