"""What has to say in a docstring what it is: every module, and every class and function that others may use."""

import ast
from collections.abc import Iterator

from tests.law.sources import Function, Source

Described = ast.Module | ast.ClassDef | Function


def described_in(source: Source) -> Iterator[tuple[str, Described]]:
    """Give a file's module and its public classes, functions and methods, each with what messages call it."""
    yield source.place, source.tree
    for name, thing in _public_in(source.tree):
        yield f"{source.at(thing)} {name}", thing


def _public_in(node: ast.Module | ast.ClassDef) -> Iterator[tuple[str, ast.ClassDef | Function]]:
    for child in node.body:
        if isinstance(child, ast.ClassDef | Function) and not child.name.startswith("_"):
            yield child.name, child
            if isinstance(child, ast.ClassDef):
                yield from ((f"{child.name}.{name}", inner) for name, inner in _public_in(child))


def undescribed_in(source: Source) -> list[str]:
    """Name what has no docstring though it should have one."""
    return [name for name, thing in described_in(source) if not ast.get_docstring(thing)]
