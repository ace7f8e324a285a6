"""Policies side by side: the table, the command that prints it, and the page for those who lead a course."""

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from policies.compare import compare, lines_of
from policies.domain.act import Act, Nature
from policies.domain.comparison import compare_acts, families_of
from policies.domain.policy import SILENCE, Position, Stance
from policies.shipped import acts, policies
from tests.support.factories import ACTS, POLICY

DOG = Act("dog.walk", Nature.PROTECTIVE, "Walk the dog.")


def test_acts_are_grouped_by_family_in_the_order_of_the_vocabulary() -> None:
    families = compare_acts([*ACTS, DOG], [POLICY])
    assert [family.name for family in families] == ["photo", "ask", "dog"]
    assert families_of([*ACTS, DOG]) == ("photo", "ask", "dog")


def test_each_row_has_the_position_of_every_policy() -> None:
    (family,) = compare_acts([*ACTS, DOG], [POLICY, POLICY], "dog")
    assert [row.positions for row in family.rows] == [(SILENCE, SILENCE)]


def test_every_act_of_the_vocabulary_is_compared_once() -> None:
    families = compare_acts(acts().values(), list(policies().values()))
    assert sorted(row.act.key for family in families for row in family.rows) == sorted(acts())


def run(*words: str, columns: int = 120) -> Result:
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(compare, words)


def test_the_command_prints_each_act_by_key_and_sentence_with_stance_and_clauses_of_every_policy() -> None:
    (photo,) = compare_acts(ACTS, [POLICY], "photo")
    assert list(lines_of(photo, [POLICY], 60)) == [
        "PHOTO",
        "                                  invictus",
        "photo.decline                     required",
        "Decline to post the photo.        1",
        "",
        "photo.post                        PROHIBITED, critical",
        "Post the photo.                   2",
        "",
        "photo.joke                        –",
        "Joke about the photo.",
        "",
    ]


def test_long_references_are_broken_within_their_columns() -> None:
    position = Position(Stance.REQUIRED, ("Social media in a personal capacity (c)",))
    side_by_side = [replace(POLICY, stances={"dog.walk": position}), POLICY]
    (family,) = compare_acts([DOG], side_by_side)
    table = list(lines_of(family, side_by_side, 80))
    assert table[3] == "Walk the dog.                     Social media in a"
    assert all(len(line) <= 80 for line in table)


def test_the_whole_table_fits_the_terminal() -> None:
    answer = run(columns=140)
    assert answer.exit_code == 0
    assert max(len(line) for line in answer.output.splitlines()) <= 140
    assert [family.upper() for family in families_of(acts().values())] == re.findall(
        r"^[A-Z-]+$", answer.output, re.MULTILINE
    )


def test_one_family_can_be_asked_for() -> None:
    assert re.findall(r"^[A-Z-]+$", run("--family", "contact").output, re.MULTILINE) == ["CONTACT"]


def test_a_family_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    answer = run("--family", "contakt")
    assert answer.exit_code == 2
    assert "there is no family contakt; did you mean contact? Choose one of contact, photo" in answer.output


@pytest.mark.parametrize("family", families_of(acts().values()))
def test_families_have_plain_names(family: str) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", family)
