"""The project's Python files as trees: read in one way, for the laws and for the figures of ./run house."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What surrounds the tool and is never served: it may lean on everything, and nothing may lean on it.
WORKSHOP = ("bench", "migrations", "tests")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file: its place, such as ``lti/launch/views/launch.py``, and its text."""

    place: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The text as a syntax tree."""
        return ast.parse(self.text)

    @cached_property
    def functions(self) -> list[Function]:
        """Every function of the file, methods and functions within functions too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @cached_property
    def imports(self) -> list[tuple[ast.stmt, str]]:
        """Each import with the dotted name that it asks for, relative ones spelt out."""
        return list(self._imports())

    def _imports(self) -> Iterator[tuple[ast.stmt, str]]:
        folder = self.place.split("/")[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = folder[: len(folder) - node.level + 1] if node.level else []
                stem = [*base, *(node.module or "").split(".")]
                yield from ((node, ".".join(filter(None, [*stem, alias.name]))) for alias in node.names)

    @property
    def length(self) -> int:
        """The file's number of lines."""
        return len(self.text.splitlines())

    @property
    def package(self) -> str:
        """The package or top file that the file belongs to."""
        return self.place.split("/")[0].removesuffix(".py")

    @property
    def folder(self) -> str:
        """The folder that the file is in."""
        return self.place.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The dotted name under which the file is imported."""
        return self.place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def at(self, node: ast.AST) -> str:
        """Name a node's place, for the message of a broken law."""
        return f"{self.place}:{getattr(node, 'lineno', 1)}"


def length_of(function: Function) -> int:
    """Return a function's number of lines, without its decorators."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def sources_in(root: Path) -> list[Source]:
    """Read every Python file below a folder, except for those in top folders that git ignores."""
    tops = [top for top in sorted(root.iterdir()) if not _is_ignored(top.name, root)]
    paths = [path for top in tops for path in (sorted(top.rglob("*.py")) if top.is_dir() else [top])]
    return [
        Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
        if path.suffix == ".py"
    ]


def _is_ignored(name: str, root: Path) -> bool:
    patterns = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    return name.startswith(".") or any(fnmatch(name, pattern.rstrip("/")) for pattern in patterns if pattern)


@cache
def everything() -> list[Source]:
    """Return every Python file of the project."""
    return sources_in(ROOT)


def is_outside_tests(source: Source) -> bool:
    """Say whether people read, run and serve a file: it is no test, and no migration, which nobody edits again."""
    return source.package not in ("migrations", "tests")


def outside_tests() -> list[Source]:
    """Return the files that people read, run and serve."""
    return [source for source in everything() if is_outside_tests(source)]


def served() -> list[Source]:
    """Return the files of the tool itself: its packages, and the files at the top."""
    return [source for source in everything() if source.package not in WORKSHOP]
