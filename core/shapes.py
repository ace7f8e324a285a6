"""How values become JSON and come back from it, and what tells one such value from another."""

import dataclasses
import json
import typing
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter

T = TypeVar("T")


def shape_of(kind: type[T]) -> TypeAdapter[T]:
    """Return what checks, loads and dumps values of a dataclass; keys that it does not know are mistakes."""
    return _shape_of(kind)  # type: ignore[arg-type]  # mypy looks for the hash of the class's objects


@cache
def _shape_of(kind: Any) -> TypeAdapter[Any]:
    for part in set(dataclasses_in(kind)):
        part.__pydantic_config__ = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    return TypeAdapter(kind)


def dataclasses_in(kind: Any) -> Iterator[Any]:
    """Give each dataclass that a type consists of, itself included."""
    if dataclasses.is_dataclass(kind):
        yield kind
        for hint in typing.get_type_hints(kind).values():
            yield from dataclasses_in(hint)
    for argument in typing.get_args(kind):
        yield from dataclasses_in(argument)


def frozen(value: T, kind: type[T]) -> Any:
    """Return a value as JSON has it."""
    return shape_of(kind).dump_python(value, mode="json")


def digest_of(content: Any) -> str:
    """Return what tells this JSON from any other, whatever the order of its keys."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
