"""The guide for authors: its examples are a sound scenario and sound sets, and its limits and commands are so."""

import re
from pathlib import Path

from config import ROOT
from policies.shipped import acts, floor, policies
from scenarios import commands
from scenarios.check import check_file
from scenarios.domain.contrast_linter import MOST_WORDS_OF_A_QUESTION
from scenarios.domain.contrast_set import FEWEST_ACTS, MOST_ACTS
from scenarios.domain.rating import Rating, rate_scene
from scenarios.domain.rule_check import Bin, bin_of
from scenarios.domain.text_rules import MOST_WORDS
from scenarios.schemas import SCHEMAS
from scenarios.shipped import contrast_sets_from, scenario_from
from scenarios.starting_file import STARTING_FILE

GUIDE = (ROOT / "docs" / "writing-scenarios.md").read_text(encoding="utf-8")


def written(folder: Path, name: str, number: int) -> Path:
    """Write the guide's example with this number to a file."""
    file = folder / name
    file.write_text(re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[number], encoding="utf-8")
    return file


def example(folder: Path) -> Path:
    return written(folder, "staff-room-selfie.yaml", 0)


def test_the_worked_example_has_no_problems(tmp_path: Path) -> None:
    assert check_file(example(tmp_path)) == []


def test_the_policies_disagree_about_the_worked_example_and_asking_is_best_for_some(tmp_path: Path) -> None:
    scene = scenario_from(example(tmp_path)).start
    ratings = [rate_scene(scene, policy, acts(), floor()) for policy in policies().values()]
    assert len({rating["sam-said-so"].rating for rating in ratings}) > 1
    assert {rating["ask"].rating for rating in ratings} > {Rating.BEST}


def test_the_example_of_contrast_sets_has_no_problems_and_needs_all_three_bins_under_some_policy(
    tmp_path: Path,
) -> None:
    file = written(tmp_path, "pictures.yaml", 1)
    assert check_file(file) == []
    pictures, doubt = contrast_sets_from(file)
    assert all(doubt.fact in policy.facts for policy in policies().values())
    bins = [{bin_of(policy.position_on(act)) for act in pictures.acts} for policy in policies().values()]
    assert max(map(len, bins)) == len(Bin)


def test_the_guide_names_the_limits_of_contrast_sets_and_their_schema() -> None:
    section = GUIDE.partition("## Contrast sets")[2]
    assert f"At most {MOST_WORDS_OF_A_QUESTION} words" in section
    assert (FEWEST_ACTS, MOST_ACTS) == (3, 6) and "three to six" in section
    assert [name for name in SCHEMAS if f"/{name}" not in GUIDE] == []


def test_the_guide_and_the_starting_file_name_the_limits_as_they_are() -> None:
    for limit in MOST_WORDS.values():
        assert re.search(rf"\b{limit}\b", GUIDE)
    for kind in ("scene", "choice", "consequence", "because"):
        assert f"At most {MOST_WORDS[kind]} words" in STARTING_FILE.read_text(encoding="utf-8")


def test_every_command_for_authors_that_the_guide_names_exists() -> None:
    named = re.findall(r"flask policies ([a-z]+-[a-z-]+)", GUIDE + STARTING_FILE.read_text(encoding="utf-8"))
    assert set(named) == {"add-scenario", "check-scenarios"}
    assert set(named) <= {command.name for command in commands.COMMANDS}
