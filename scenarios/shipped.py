"""The scenarios that come with the product, read from their files. Only commands read them: pages ask the database."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from core.data_files import misnamed, read_quickly
from core.shelf import Shelf, shelf_of
from policies.shipped import acts
from scenarios.domain.graph import problems_of
from scenarios.domain.scenario import Scenario

DATA = Path(__file__).parent / "data"


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
