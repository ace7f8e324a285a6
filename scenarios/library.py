"""The scenarios that come with the product, read from their files."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from policies.library import acts
from policies.reading import misnamed, read_quickly
from scenarios.domain.graph import problems_of
from scenarios.domain.scenario import Scenario

DATA = Path(__file__).parent / "data"


@cache
def scenarios() -> Mapping[str, Scenario]:
    """Return the library of scenarios by key; BrokenFile where a file is wrong."""
    found = [scenario_from(path) for path in sorted(DATA.glob("*.yaml"))]
    return {scenario.key: scenario for scenario in found}


def scenario_from(path: Path) -> Scenario:
    """Read one scenario file and check that it can be played and marked; BrokenFile where it cannot."""
    file = read_quickly(path, Scenario)
    return file.unless([*misnamed(path, file.value.key), *problems_of(file.value, frozenset(acts()))])
