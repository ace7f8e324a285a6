"""The scenarios and contrast sets that come with the product, read from their files.

Only commands read them: pages ask the database.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from core.data_files import misnamed, read_quickly
from core.shelf import Shelf, shelf_of
from policies.shipped import acts, facts
from scenarios.domain import contrast_linter
from scenarios.domain.contrast_set import ContrastSet
from scenarios.domain.graph import problems_of
from scenarios.domain.scenario import Scenario

DATA = Path(__file__).parent / "data"
CONTRAST_SETS = Path(__file__).parent / "contrast_sets"
NO_OTHERS: Mapping[str, str] = MappingProxyType({})


def scenarios() -> Mapping[str, Scenario]:
    """Return the library of scenarios by key, without those whose files have a mistake."""
    return scenario_shelf().found


@cache
def scenario_shelf() -> Shelf[Scenario]:
    """Return the library of scenarios, and what is wrong in files that cannot be used."""
    return shelf_of(DATA.glob("*.yaml"), scenario_from)


def scenario_from(path: Path) -> Scenario:
    """Read one scenario file and check that it can be played and marked; BrokenFile where it cannot."""
    file = read_quickly(path, Scenario)
    return file.unless([*misnamed(path, file.value.key), *problems_of(file.value, frozenset(acts()))])


def contrast_sets() -> Mapping[str, ContrastSet]:
    """Return the contrast sets by key, without those in files that have a mistake."""
    return {each.key: each for sets in contrast_set_shelf().found.values() for each in sets}


@cache
def contrast_set_shelf() -> Shelf[tuple[ContrastSet, ...]]:
    """Return the contrast sets by family, which is the name of their file, and what is wrong in the other files."""
    taken: dict[str, str] = {}

    def read(path: Path) -> tuple[ContrastSet, ...]:
        sets = contrast_sets_from(path, taken)
        taken.update({each.key: path.name for each in sets})
        return sets

    return shelf_of(CONTRAST_SETS.glob("*.yaml"), read)


def contrast_sets_from(path: Path, taken: Mapping[str, str] = NO_OTHERS) -> tuple[ContrastSet, ...]:
    """Read a file of contrast sets and check that they can be asked and marked; BrokenFile where they cannot.

    ``taken`` are the keys of sets in other files, with the names of these files.
    """
    file = read_quickly(path, tuple[ContrastSet, ...])
    return file.unless(contrast_linter.unusable(file.value, frozenset(acts()), frozenset(facts()), taken))
