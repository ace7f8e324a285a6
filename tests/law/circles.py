"""Who imports whom, between files and between neighbours in a folder; and where that goes in circles."""

from collections import defaultdict
from collections.abc import Iterable

from tests.law.sources import Source

Imports = dict[str, set[str]]
Circle = tuple[str, ...]


def imports_between(sources: Iterable[Source]) -> Imports:
    """Return, for each file by its place, the files of ours that it imports."""
    places = {source.name: source.place for source in sources}
    return {
        source.place: {place for _, name in source.imports if (place := _file_of(name, places))} - {source.place}
        for source in sources
    }


def _file_of(name: str, places: dict[str, str]) -> str | None:
    """Return the file in which a dotted name is defined: ``lti.models.Person`` is in ``lti/models.py``."""
    while name and name not in places:
        name = name.rpartition(".")[0]
    return places.get(name)


def imports_in_folders(imports: Imports) -> dict[str, Imports]:
    """Return, for each folder, what its files and sub-folders import of each other, a sub-folder taken as one."""
    folders: dict[str, Imports] = defaultdict(lambda: defaultdict(set))
    for importing, imported in ((one, other) for one, others in imports.items() for other in others):
        folder, one, other = _parting(importing, imported)
        folders[folder][one].add(other)
    return folders


def _parting(one: str, other: str) -> tuple[str, str, str]:
    """Return the folder where two paths part, and the next step of each."""
    steps, others = one.split("/"), other.split("/")
    shared = next(index for index, pair in enumerate(zip(steps, others, strict=False)) if pair[0] != pair[1])
    return "/".join(steps[:shared]), _neighbour(steps[shared:]), _neighbour(others[shared:])


def _neighbour(steps: list[str]) -> str:
    """Return the neighbour that a path leads to; its pages count apart, since they may use what it does not."""
    return f"{steps[0]}/views" if "views" in steps[1:] else steps[0]


def circles_of_files(imports: Imports) -> list[Circle]:
    """Return the groups of files of which each reaches each other."""
    reached = {one: reached_from(one, imports) for one in imports}
    groups = {tuple(sorted({other for other in reached[one] if one in reached.get(other, ())})) for one in imports}
    return sorted(group for group in groups if len(group) > 1)


def circles_of_folders(imports: Imports) -> list[Circle]:
    """Return the groups of neighbours, files or sub-folders of one folder, of which each reaches each other."""
    folders = sorted(imports_in_folders(imports).items())
    return [
        tuple(f"{folder}/{name}".lstrip("/") for name in circle)
        for folder, neighbours in folders
        for circle in circles_of_files(neighbours)
    ]


def reached_from(start: str, imports: Imports) -> set[str]:
    """Return what a file imports, directly or by way of others."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = imports.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(new)
    return reached
