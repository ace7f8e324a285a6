"""Measures the project as its laws read it: ``./run house``, or ``./run house PATH`` to set another checkout beside it.

It is here, and not with the benchmarks, because it reads the sources through the same code as the laws: what a law
forbids and what this counts is one and the same.
"""

import ast
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.law.circles import circles_of_files, circles_of_folders, imports_between
from tests.law.docstrings import described_in
from tests.law.sources import ROOT, Source, is_outside_tests, length_of, sources_in

FULLEST = 3


@dataclass(frozen=True)
class House:
    """A checkout of the project: where it is, and its Python files."""

    root: Path
    everything: list[Source]

    @property
    def sources(self) -> list[Source]:
        """The files that people read, run and serve."""
        return [source for source in self.everything if is_outside_tests(source)]


def functions(house: House) -> str:
    """Say how long functions are."""
    return spread([length_of(function) for source in house.sources for function in source.functions])


def files(house: House) -> str:
    """Say how long files are."""
    return spread([source.length for source in house.sources])


def spread(lengths: list[int]) -> str:
    """Put the median, the 95th percentile and the longest of some lengths in a row."""
    ordered = sorted(lengths)
    return " / ".join(str(ordered[min(int(len(ordered) * share), len(ordered) - 1)]) for share in (0.5, 0.95, 1))


def folders(house: House) -> str:
    """Name the folders with the most files; migrations have one for every change of the tables."""
    counts = Counter(source.folder for source in house.everything if source.package != "migrations")
    return ", ".join(f"{folder or 'top'} {count}" for folder, count in counts.most_common(FULLEST))


def file_circles(house: House) -> str:
    """Count the circles of imports between files."""
    return str(len(circles_of_files(imports_between(house.everything))))


def folder_circles(house: House) -> str:
    """Count the circles of imports between neighbours in a folder."""
    return str(len(circles_of_folders(imports_between(house.everything))))


def module_docstrings(house: House) -> str:
    """Say how many of the modules have a docstring."""
    return share_described([source.tree for source in house.sources])


def other_docstrings(house: House) -> str:
    """Say how many of the public classes, functions and methods have a docstring."""
    things = [thing for source in house.sources for _, thing in described_in(source)]
    return share_described([thing for thing in things if not isinstance(thing, ast.Module)])


def share_described(things: list[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]) -> str:
    """Return how many of the things have a docstring, in per cent."""
    return percent(sum(bool(ast.get_docstring(thing)) for thing in things), len(things))


def percent(part: int, whole: int) -> str:
    """Write a part of a whole in per cent, never more than it is."""
    return f"{100 * part // whole} %"


def lines_of_tests(house: House) -> str:
    """Say how many lines of tests there are for a line of code."""
    tested = sum(source.length for source in house.everything if source.package == "tests")
    return f"{tested / sum(source.length for source in house.sources):.2f}"


def typed(house: House) -> str:
    """Say on how many of the lines the project has its types checked strictly."""
    mypy = tomllib.loads((house.root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    checked = sum(source.length for source in house.sources if mypy.get("strict") and is_checked(source.place, mypy))
    return percent(checked, sum(source.length for source in house.sources))


def is_checked(place: str, mypy: dict[str, list[str]]) -> bool:
    """Say whether mypy checks a file as it is set up."""
    named = any(f"{place}/".startswith(f"{part}/") or part == "." for part in mypy["files"])
    return named and not any(re.search(pattern, place) for pattern in mypy.get("exclude", []))


def findings(house: House) -> str:
    """Count what mypy finds as it is set up here, whatever it is told elsewhere."""
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", cache]
        said = subprocess.run(command, cwd=house.root, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Found (\d+) errors? in (\d+) files?", said)
    return f"{found[1]} in {found[2]} files" if found else "0"


MEASURES: dict[str, Callable[[House], str]] = {
    "Lines of functions: median / 95 % / longest": functions,
    "Lines of files: median / 95 % / longest": files,
    "Folders with the most Python files": folders,
    "Circles of imports between files": file_circles,
    "Circles between neighbours in a folder": folder_circles,
    "Modules with a docstring": module_docstrings,
    "Public classes and functions with one": other_docstrings,
    "Lines of tests for a line of code": lines_of_tests,
    "Lines under strict types": typed,
    "What mypy, as set up here, finds there": findings,
}


def main(paths: list[str]) -> None:
    """Print the measures of this checkout, and before them those of others."""
    houses = [House(path, sources_in(path)) for path in (*(Path(given).resolve() for given in paths), ROOT)]
    rows = [["", *(house.root.name for house in houses)]]
    rows += [[name, *(measure(house) for house in houses)] for name, measure in MEASURES.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main(sys.argv[1:])
