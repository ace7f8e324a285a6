"""The training modules that come with the product, read from their files."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from modules.domain.content import Content, TrainingModule, problems_of
from policies.domain.problem import Problem
from policies.library import acts, policies
from policies.reading import DataFile, misnamed, read_quickly
from scenarios.library import scenarios

DATA = Path(__file__).parent / "data"


@cache
def modules() -> Mapping[str, TrainingModule]:
    """Return the shipped modules by key; BrokenFile where a file is wrong."""
    files = [_checked(path) for path in sorted(DATA.glob("*.yaml"))]
    keys = {file.value.key for file in files}
    for file in files:
        unknown = [number for number, key in enumerate(file.value.renews) if key not in keys]
        file.unless(Problem(("renews", number), "this is no module") for number in unknown)
    return {file.value.key: file.value for file in files}


def _checked(path: Path) -> DataFile[TrainingModule]:
    """Read one module file and check it against the library of scenarios; BrokenFile where it is wrong."""
    file = read_quickly(path, TrainingModule)
    file.unless([*misnamed(path, file.value.key), *problems_of(file.value, scenarios())])
    return file


def contents() -> list[Content]:
    """Return every shipped module under every trust's policy."""
    return [content_for(module, trust) for trust in policies() for module in modules().values()]


def content_for(module: TrainingModule, trust: str) -> Content:
    """Put a module together with a trust's policy and what its scenarios need."""
    played = tuple(scenarios()[key] for key in module.scenarios)
    committed = {
        act for scenario in played for scene in scenario.scenes for choice in scene.choices for act in choice.acts
    }
    return Content(module, policies()[trust], played, tuple(acts()[key] for key in sorted(committed)))
