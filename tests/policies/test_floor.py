"""The floor as data: its words, what counts of it, whether it is confirmed, and mistakes in its file."""

from dataclasses import replace
from datetime import date

import pytest

from core.shapes import frozen, shape_of
from policies.domain.floor import Floor, FloorClause, FloorSettings, Source, Status, problems_of
from policies.domain.policy import SILENCE, Position, Stance
from tests.support.factories import ACTS

KNOWN = frozenset(act.key for act in ACTS)
LAW = Source("act", "the Photo Act", "Photo Act", "2003", "https://law.example/photos", date(2026, 11, 27))
GUIDANCE = replace(LAW, key="guidance", short="Guidance 2025", note="Second-hand.")
FLOOR = Floor(
    edition="2026-11",
    sources=(LAW, GUIDANCE),
    clauses=(
        FloorClause("N1", "Never post the photo.", Status.LAW, "act", "section 1", "anyone"),
        FloorClause("N2", "Be careful with jokes.", Status.STATUTORY_GUIDANCE, "guidance", "paragraph 2"),
        FloorClause("N3", "Ask before you joke.", Status.GOOD_PRACTICE, "guidance", "paragraph 3"),
    ),
    stances={
        "photo.post": Position(Stance.PROHIBITED_CRITICAL, ("N1",)),
        "photo.joke": Position(Stance.ADVISED_AGAINST, ("N2", "N3")),
        "ask.first": Position(Stance.REQUIRED, ("N3",)),
    },
)


def showing(**reasons: str) -> Floor:
    return replace(FLOOR, settings=FloorSettings(shown_only=reasons))


def test_only_the_law_is_called_the_law() -> None:
    assert [clause.sentence for clause in FLOOR.clauses] == [
        "The law says you must never post the photo.",
        "Statutory guidance says you should be careful with jokes.",
        "Good practice is to ask before you joke.",
    ]


def test_a_clause_is_cited_by_its_text_with_edition_and_paragraph() -> None:
    assert FLOOR.citation("N2") == "Guidance 2025, paragraph 2"


def test_the_floor_is_silent_on_what_it_does_not_name() -> None:
    assert FLOOR.position_on("photo.decline") == FLOOR.marks("photo.decline") == SILENCE


def test_a_clause_that_is_only_shown_no_longer_counts_and_is_still_there() -> None:
    floor = showing(N3="We have our own rule.")
    assert floor.marks("photo.joke") == Position(Stance.ADVISED_AGAINST, ("N2",))
    assert floor.marks("ask.first") == SILENCE
    assert floor.position_on("ask.first") == Position(Stance.REQUIRED, ("N3",))


def test_a_critical_clause_counts_whatever_the_settings_say() -> None:
    assert showing(N1="We disagree.").marks("photo.post") == FLOOR.position_on("photo.post")


def test_a_confirmation_is_for_one_edition() -> None:
    confirmed = FloorSettings("Ada Brown", "designated safeguarding lead", date(2026, 11, 28), "2026-11")
    assert not FLOOR.is_confirmed
    assert replace(FLOOR, settings=confirmed).is_confirmed
    assert not replace(FLOOR, settings=confirmed, edition="2027-09").is_confirmed


@pytest.mark.parametrize("floor", [FLOOR, showing(N3="We have our own rule.")])
def test_a_floor_comes_back_from_json_as_it_was(floor: Floor) -> None:
    assert shape_of(Floor).validate_python(frozen(floor, Floor)) == floor


def test_a_sound_floor_has_no_problems() -> None:
    assert problems_of(FLOOR, KNOWN) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"clauses": (*FLOOR.clauses, FLOOR.clauses[0])}, "clause N1 is listed twice"),
        ({"sources": (*FLOOR.sources, LAW)}, "source act is listed twice"),
        ({"sources": (*FLOOR.sources, replace(LAW, key="old"))}, "no clause is from old"),
        ({"sources": (LAW, replace(GUIDANCE, key="guidanse"))}, "guidance is not a source; did you mean guidanse?"),
        ({"stances": {**FLOOR.stances, "photo.jokes": SILENCE}}, "photo.jokes is not an act"),
        ({"stances": {**FLOOR.stances, "photo.joke": Position(Stance.REQUIRED)}}, "names no clause"),
        ({"stances": {**FLOOR.stances, "ask.first": Position(Stance.REQUIRED, ("N4",))}}, "N4, which is not a clause"),
        ({"stances": {"photo.joke": FLOOR.stances["photo.joke"]}}, "clause N1 carries no stance on any act"),
        ({"settings": FloorSettings("Ada Brown")}, "settings do not belong here"),
    ],
)
def test_what_is_wrong_is_said(wrong: dict[str, object], says: str) -> None:
    assert any(says in str(problem) for problem in problems_of(replace(FLOOR, **wrong), KNOWN))
