"""Checking authors’ files as the linters see them: each problem as a line with file, line and plain words."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from config import ROOT
from core.data_files import BrokenFile, DataFile, misnamed, read
from core.domain.problem import Problem
from policies.shipped import acts, floor_if_right, policies
from policies.shipped import mistakes as mistakes_in_policies
from scenarios.contrast_check import check_contrast_sets, holds_contrast_sets, sets_in
from scenarios.domain import graph
from scenarios.domain.blind import WAYS
from scenarios.domain.guess_rules import problems_of as problems_of_guessing
from scenarios.domain.guess_rules import share_in_scene
from scenarios.domain.linter import problems_of
from scenarios.domain.rated import Rated, rate
from scenarios.domain.scenario import Scenario
from scenarios.domain.spread import problems_across
from scenarios.shipped import CONTRAST_SETS, DATA, scenarios

PICTURES = ROOT / "static" / "scenarios"


def check_file(path: Path) -> list[str]:
    """Return the problems of one file, from its top down; one that cannot be read has those of its shape."""
    return check_contrast_sets(path) if holds_contrast_sets(path) else _check_scenario(path)


def _check_scenario(path: Path) -> list[str]:
    try:
        file = read(path, Scenario)
    except BrokenFile as broken:
        return str(broken).splitlines()
    return [f"{path}:{line}: {says}" for line, says in sorted(_mistakes_in(file))]


def _mistakes_in(file: DataFile[Scenario]) -> list[tuple[int, str]]:
    scenario = file.value
    problems = misnamed(file.path, scenario.key)
    problems += problems_of(scenario, list(policies().values()), acts(), floor_if_right())
    problems += _guessed(scenario)
    problems += _missing_pictures(scenario)
    return file.mistakes(problems)


def _guessed(scenario: Scenario) -> list[Problem]:
    if graph.problems_of(scenario, frozenset(acts())):
        return []
    return list(problems_of_guessing(_rated(scenario), acts()))


def _rated(scenario: Scenario) -> Rated:
    return rate(scenario, list(policies().values()), acts(), floor_if_right())


def _missing_pictures(scenario: Scenario) -> list[Problem]:
    return [
        Problem(("scenes", number, "picture"), f"there is no picture {scene.picture.file} in static/scenarios")
        for number, scene in enumerate(scenario.scenes)
        if scene.picture and not (PICTURES / Path(scene.picture.file).name).is_file()
    ]


def guesses_in(path: Path) -> list[str]:
    """Return what someone gets in each scene of a file who knows no policy; nothing where it cannot be played."""
    try:
        scenario = read(path, Scenario).value
    except BrokenFile:
        return []
    if graph.problems_of(scenario, frozenset(acts())):
        return []
    return list(_table_of(_rated(scenario)))


def _table_of(rated: Rated) -> Iterator[str]:
    scenes = [scene for _, scene in rated.decisions]
    yield f"{rated.scenario.key}: the share of the marks that someone gets without knowing any policy"
    yield f"  {'':26}" + "".join(f"  {scene.key}" for scene in scenes)
    for name, score in WAYS.items():
        shares = (f"{share_in_scene(rated, scene, score, acts()):>{len(scene.key) + 2}.0%}" for scene in scenes)
        yield f"  {name:26}" + "".join(shares)


def check_library() -> list[str]:
    """Return the problems of the policies and of every file, and then those of the library’s scenarios as a whole."""
    rated = [_rated(scenario) for scenario in scenarios().values()]
    return (
        mistakes_in_policies()
        + check_files(library_files())
        + [f"{shown(DATA)}: {says}" for says in problems_across(rated)]
    )


def check_files(paths: Sequence[Path]) -> list[str]:
    """Return the problems of several files, in their order."""
    return [line for path in paths for line in check_file(path)]


def library_files() -> list[Path]:
    """Return the files of the library: scenarios by name, and then contrast sets by family."""
    return [shown(path) for folder in (DATA, CONTRAST_SETS) for path in sorted(folder.glob("*.yaml"))]


def counted(files: Sequence[Path]) -> str:
    """Return how many scenarios and contrast sets these files hold, in words."""
    lists = [path for path in files if holds_contrast_sets(path)]
    counts = {"scenario": len(files) - len(lists), "contrast set": sum(map(sets_in, lists))}
    return " and ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items() if count)


def shown(path: Path) -> Path:
    """Return a path as you would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
