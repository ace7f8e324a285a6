"""Reading our data files: YAML into frozen dataclasses, with every mistake named by file, line and reason."""

import dataclasses
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

T = TypeVar("T")


class BrokenFile(Exception):
    """A data file that cannot be used; the message names file, line and what is wrong."""

    def __init__(self, path: Path, line: int, problem: str):
        """Say where and what; ``line`` counts from 1."""
        super().__init__(f"{path}:{line}: {problem}")


def read(path: Path, kind: type[T]) -> T:
    """Read one YAML file as a dataclass; BrokenFile says where and why it cannot be read."""
    tree = _parse(path)
    try:
        return shape_of(kind).validate_python(tree)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        raise BrokenFile(path, line_of(tree, first["loc"]), f"{place}: {first['msg']}") from error


def _parse(path: Path) -> Any:
    try:
        return YAML().load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BrokenFile(path, line, error.problem or "this is no YAML") from error
    except UnicodeDecodeError as error:
        raise BrokenFile(path, 1, "this is no UTF-8 text") from error


def line_of(tree: Any, steps: tuple[Any, ...]) -> int:
    """Return the line, from 1, of the deepest part of a YAML tree that these steps reach."""
    line = 0
    for step in steps:
        try:
            mark, tree = tree.lc.data[step], tree[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
        line = mark[0]
    return line + 1


@cache
def shape_of(kind: type[T]) -> TypeAdapter[T]:
    """Return what checks, loads and dumps values of a dataclass; keys that it does not know are mistakes."""
    for part in set(_dataclasses_in(kind)):
        part.__pydantic_config__ = ConfigDict(extra="forbid")
    return TypeAdapter(kind)


def _dataclasses_in(kind: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(kind):
        yield kind
        for hint in typing.get_type_hints(kind).values():
            yield from _dataclasses_in(hint)
    for argument in typing.get_args(kind):
        yield from _dataclasses_in(argument)
