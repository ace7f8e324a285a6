"""The project's Python files as trees, for the laws to read."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("core", "lti", "policies", "scenarios", "modules")


@dataclass(frozen=True)
class Source:
    """One file: its place, such as ``lti/views/launching.py``, and its text."""

    place: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The text as a syntax tree."""
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        """The package or top module that the file belongs to."""
        return self.place.split("/")[0].removesuffix(".py")

    def at(self, node: ast.AST) -> str:
        """Name a node's place, for the message of a broken law."""
        return f"{self.place}:{getattr(node, 'lineno', 1)}"


def packaged() -> list[Source]:
    """Read the files of the packages."""
    return [source(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def written() -> list[Source]:
    """Read the files of the packages, and those beside them."""
    return [source(path) for path in sorted(ROOT.glob("*.py"))] + packaged()


def source(path: Path) -> Source:
    """Read one file."""
    return Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def imports_of(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Give each import with the dotted name that it asks for, relative ones spelt out."""
    folder = source.place.split("/")[:-1]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) - node.level + 1] if node.level else []
            stem = [*base, *(node.module or "").split(".")]
            yield from ((node, ".".join(filter(None, [*stem, alias.name]))) for alias in node.names)
