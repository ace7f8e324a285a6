"""The guide for authors: its worked example is a sound scenario, and what it says of limits and commands is so."""

import re
from pathlib import Path

from config import ROOT
from policies.shipped import acts, policies
from scenarios import commands
from scenarios.check import check_file
from scenarios.domain.rating import Rating, rate_scene
from scenarios.domain.text_rules import MOST_WORDS
from scenarios.shipped import scenario_from
from scenarios.starting_file import STARTING_FILE

GUIDE = (ROOT / "docs" / "writing-scenarios.md").read_text(encoding="utf-8")


def example(folder: Path) -> Path:
    (text,) = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    file = folder / "staff-room-selfie.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_worked_example_has_no_problems(tmp_path: Path) -> None:
    assert check_file(example(tmp_path)) == []


def test_the_policies_disagree_about_the_worked_example_and_asking_is_best_for_some(tmp_path: Path) -> None:
    scene = scenario_from(example(tmp_path)).start
    ratings = [rate_scene(scene, policy, acts()) for policy in policies().values()]
    assert len({rating["sam-said-so"].rating for rating in ratings}) > 1
    assert {rating["ask"].rating for rating in ratings} > {Rating.BEST}


def test_the_guide_and_the_starting_file_name_the_limits_as_they_are() -> None:
    for limit in MOST_WORDS.values():
        assert re.search(rf"\b{limit}\b", GUIDE)
    for kind in ("scene", "choice", "consequence", "because"):
        assert f"At most {MOST_WORDS[kind]} words" in STARTING_FILE.read_text(encoding="utf-8")


def test_every_command_for_authors_that_the_guide_names_exists() -> None:
    named = re.findall(r"flask policies ([a-z]+-[a-z-]+)", GUIDE + STARTING_FILE.read_text(encoding="utf-8"))
    assert set(named) == {"add-scenario", "check-scenarios"}
    assert set(named) <= {command.name for command in commands.COMMANDS}
