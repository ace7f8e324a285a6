"""Contrast sets as files and as published: each mistake has its line, and what a file no longer has is not in force."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import scenarios.shipped
from core.published import publish
from db import Database
from modules.content.shipped import held_back, module_shelf, modules
from modules.domain.content import Mode, TrainingModule
from policies.shipped import policies
from scenarios.domain.contrast_set import ContrastSet
from scenarios.domain.rule_check import bin_of
from scenarios.published import CONTRAST_SETS, contrast_sets_in_force
from scenarios.ship import ship_scenarios
from scenarios.shipped import contrast_set_shelf, contrast_sets, contrast_sets_from
from tests.support.factories import NOW

TAGS = """\
- key: tags
  question: What does your policy say about these?
  why: Others see the tag before you do.
  acts: [photo.remove-own-tag, photo.leave-tagged-picture, photo.ask-poster-to-remove-tag]
"""
DOUBT = """\
- key: whom-to-ask
  why: A wrong address costs time.
  fact: doubt.ask
  about: [ask.at-school-first]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the contrast sets be read from an empty folder."""
    monkeypatch.setattr(scenarios.shipped, "CONTRAST_SETS", tmp_path)
    contrast_set_shelf.cache_clear()
    yield tmp_path
    contrast_set_shelf.cache_clear()


def write(folder: Path, family: str, text: str) -> Path:
    (folder / f"{family}.yaml").write_text(text, encoding="utf-8")
    contrast_set_shelf.cache_clear()
    return folder / f"{family}.yaml"


def test_sets_are_found_by_key_whatever_their_file(folder: Path) -> None:
    write(folder, "photo", TAGS)
    write(folder, "ask", DOUBT)
    assert sorted(contrast_sets()) == ["tags", "whom-to-ask"]
    assert contrast_sets()["whom-to-ask"] == ContrastSet(
        "whom-to-ask", "A wrong address costs time.", fact="doubt.ask", about=("ask.at-school-first",)
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("question:", "question: Say:", 2, "mapping values are not allowed here"),
        ("acts:", "atcs:", 4, "0.atcs: there is no field of this name here; did you mean acts?"),
        (
            "remove-own-tag",
            "remove-own-tags",
            4,
            "tags: photo.remove-own-tags is not an act in the vocabulary; did you",
        ),
        ("photo.leave-tagged-picture, ", "", 4, "tags has 2 acts; a contrast set has 3 to 6"),
        ("leave-tagged-picture", "remove-own-tag", 4, "tags names photo.remove-own-tag twice"),
        ("  acts:", "  fact: doubt.ask\n  acts:", 4, "tags has acts and a fact; keep one of them"),
        ("  acts:", "  about:", 1, "tags has neither acts nor a fact"),
        (
            "  acts:",
            "  about: [photo.remove-own-tag]\n  acts:",
            4,
            "tags has acts of its own; “about” is only for a fact",
        ),
        ("  acts:", "  fact: doubt.ask\n  #", 4, "tags is about a fact; say under “about” which acts this belongs to"),
    ],
)
def test_a_mistake_is_told_with_file_and_line_and_takes_away_its_own_file_alone(
    folder: Path, old: str, new: str, line: int, says: str
) -> None:
    write(folder, "ask", DOUBT)
    broken = write(folder, "photo", TAGS.replace(old, new, 1))
    told = list(contrast_set_shelf().mistakes)
    assert [each for each in told if each.startswith(f"{broken}:{line}: ") and says in each], told
    assert [*contrast_sets()] == ["whom-to-ask"]
    assert set(told) <= set(held_back().mistakes)
    # Without the broken file too few rule checks are left for any module, and so none is published.
    assert set(held_back().modules) == module_shelf().names


def test_a_key_that_is_used_twice_is_told_with_the_file_that_has_it_already(folder: Path) -> None:
    write(folder, "ask", DOUBT)
    second = write(folder, "photo", TAGS + DOUBT + DOUBT)
    assert list(contrast_set_shelf().mistakes) == [
        f"{second}:5: the key whom-to-ask is that of a contrast set in another file, ask.yaml",
        f"{second}:9: contrast set whom-to-ask is listed twice",
        f"{second}:9: the key whom-to-ask is that of a contrast set in another file, ask.yaml",
    ]


def ship(database: Database) -> None:
    with database.transaction() as session:
        ship_scenarios(session, NOW)


def in_force(database: Database) -> list[str]:
    with database.reading() as session:
        return [*contrast_sets_in_force(session)]


def test_what_is_in_force_is_what_was_shipped(database: Database) -> None:
    with database.reading() as session:
        assert contrast_sets_in_force(session) == contrast_sets()


def test_a_set_that_its_file_no_longer_has_is_no_longer_in_force(database: Database, folder: Path) -> None:
    write(folder, "own", TAGS + DOUBT)
    ship(database)
    assert {"tags", "whom-to-ask"} <= {*in_force(database)}
    write(folder, "own", DOUBT)
    ship(database)
    assert "whom-to-ask" in in_force(database)
    assert "tags" not in in_force(database)


def test_a_family_without_a_file_is_no_longer_in_force_unless_it_was_published_here(
    database: Database, folder: Path
) -> None:
    write(folder, "own", TAGS)
    ship(database)
    with database.transaction() as session:
        publish(session, CONTRAST_SETS, "ours", contrast_sets_from(write(folder, "ours", DOUBT)), "studio", NOW)
    for file in folder.iterdir():
        file.unlink()
    contrast_set_shelf.cache_clear()
    ship(database)
    assert in_force(database) == ["whom-to-ask"]


def test_sets_in_a_broken_file_stay_in_force_as_they_were(database: Database, folder: Path) -> None:
    write(folder, "own", TAGS)
    ship(database)
    write(folder, "own", "- key: tags\n")
    ship(database)
    assert "tags" in in_force(database)


def test_the_shipped_sets_can_be_used_and_are_many() -> None:
    assert [*contrast_set_shelf().mistakes] == []
    assert sum(bool(each.acts) for each in contrast_sets().values()) >= 48
    assert sum(bool(each.fact) for each in contrast_sets().values()) >= 12


def test_every_shipped_set_has_words_of_its_own() -> None:
    asked = [each.question for each in contrast_sets().values() if each.acts]
    assert sorted(set(asked)) == sorted(asked)
    assert len({each.why for each in contrast_sets().values()}) == len(contrast_sets())


def acts_played_in(module: TrainingModule) -> set[str]:
    scenes = (scene for key in module.scenarios for scene in scenarios.shipped.scenarios()[key].scenes)
    return {act for scene in scenes for choice in scene.choices for act in choice.acts}


@pytest.mark.parametrize(
    "module", [each for each in modules().values() if each.mode is Mode.ASSESSMENT], ids=lambda module: module.key
)
def test_every_graded_module_finds_at_least_eight_sets_about_acts_of_its_stories(module: TrainingModule) -> None:
    played = acts_played_in(module)
    assert sum(bool(each.acts) and len(played.intersection(each.acts)) >= 2 for each in contrast_sets().values()) >= 8


def test_the_acts_of_a_set_belong_in_one_bin_under_two_policies_at_most() -> None:
    for each in contrast_sets().values():
        bins = [{bin_of(policy.position_on(act)) for act in each.acts} for policy in policies().values()]
        assert sum(len(found) == 1 for found in bins) <= 2, each.key
