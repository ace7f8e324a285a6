"""Checking files of contrast sets as their linter sees them: each problem as a line with file, line and plain words."""

from collections.abc import Mapping
from pathlib import Path

from core.data_files import BrokenFile, DataFile, read
from policies.shipped import acts, facts, policies
from scenarios.domain.contrast_linter import notes_on, problems_of
from scenarios.domain.contrast_set import ContrastSet
from scenarios.shipped import CONTRAST_SETS, contrast_set_shelf

Sets = tuple[ContrastSet, ...]


def holds_contrast_sets(path: Path) -> bool:
    """Say whether a file is one of contrast sets: it is in their folder, or it is a list, which a scenario is not."""
    if path.resolve().parent == CONTRAST_SETS.resolve():
        return True
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return next((line for line in lines if line.strip() and not line.startswith(("#", "---"))), "").startswith("-")


def check_contrast_sets(path: Path) -> list[str]:
    """Return the problems of one file of contrast sets, from its top down."""
    try:
        file = read(path, Sets)
    except BrokenFile as broken:
        return str(broken).splitlines()
    everywhere = list(policies().values())
    problems = problems_of(file.value, everywhere, frozenset(acts()), frozenset(facts()), _taken(path))
    return [f"{path}:{line}: {says}" for line, says in sorted(file.mistakes(problems))]


def notes_on_contrast_sets(path: Path) -> list[str]:
    """Return what an author should know about a file that has no problems; nothing about one that cannot be read."""
    if not (file := _read_if_right(path)):
        return []
    notes = file.mistakes(notes_on(file.value, list(policies().values())))
    return [f"{path}:{line}: note: {says}" for line, says in sorted(notes)]


def sets_in(path: Path) -> int:
    """Return how many contrast sets a file holds."""
    file = _read_if_right(path)
    return len(file.value) if file else 0


def _read_if_right(path: Path) -> DataFile[Sets] | None:
    try:
        return read(path, Sets)
    except BrokenFile:
        return None


def _taken(path: Path) -> Mapping[str, str]:
    """Return the keys of the library’s other sets, with the names of their files."""
    return {
        each.key: f"{family}.yaml"
        for family, sets in contrast_set_shelf().found.items()
        if CONTRAST_SETS.resolve() / f"{family}.yaml" != path.resolve()
        for each in sets
    }
