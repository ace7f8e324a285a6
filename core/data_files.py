"""Reading our data files: YAML into frozen dataclasses, with every mistake named by file, line and reason."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from core.domain.problem import Place, Problem
from core.domain.suggestion import suggestion
from core.shapes import dataclasses_in, shape_of

T = TypeVar("T")


# Where pydantic speaks of Python, authors read this.
PLAINLY = {
    "dataclass_type": "a mapping is wanted here, in lines of “name: value”",
    "mapping_type": "a mapping is wanted here, in lines of “name: value”",
    "tuple_type": "a list is wanted here, in lines that begin with a dash",
}


class BrokenFile(Exception):
    """A data file that cannot be used; the message has a line for each mistake, with file, line and what is wrong."""

    def __init__(self, path: Path, *mistakes: tuple[int, str]):
        """Say where and what, from the top of the file down; lines count from 1."""
        super().__init__("\n".join(f"{path}:{line}: {says}" for line, says in sorted(mistakes)))


@dataclass(frozen=True)
class DataFile(Generic[T]):
    """A data file of the right shape: its value, and its text, which is looked at again for the lines of problems."""

    path: Path
    value: T
    text: str

    def unless(self, problems: Iterable[Problem]) -> T:
        """Return the value unless there are problems; BrokenFile lists them all, each with its line."""
        if mistakes := self.mistakes(problems):
            raise BrokenFile(self.path, *mistakes)
        return self.value

    def mistakes(self, problems: Iterable[Problem]) -> list[tuple[int, str]]:
        """Return problems with the line at which each stands, in their order."""
        found = list(problems)
        tree = _parse(self.path, self.text) if found else None
        return [(_line_of(tree, problem.place), problem.says) for problem in found]


def read(path: Path, kind: type[T]) -> DataFile[T]:
    """Read one YAML file as a dataclass; BrokenFile says where and why it cannot be read."""
    text = _text_of(path)
    tree = _parse(path, text)
    try:
        return DataFile(path, shape_of(kind).validate_python(tree), text)
    except ValidationError as error:
        misfits = error.errors(include_url=False)
        words = [(_line_of(tree, misfit["loc"]), _words_for(misfit, kind)) for misfit in misfits]
        raise BrokenFile(path, *words) from error


def read_quickly(path: Path, kind: type[T]) -> DataFile[T]:
    """Read a file of the library as ``read`` does, in a tenth of its time.

    The parser is libyaml's, where there is one for this machine. It knows no lines, so that a file which it or the
    shape does not take is read once more.
    """
    text = _text_of(path)
    try:
        return DataFile(path, shape_of(kind).validate_python(YAML(typ="safe").load(text)), text)
    except Exception:  # whatever it is, the other parser says it in words and with its line
        return read(path, kind)


def _words_for(misfit: ErrorDetails, kind: Any) -> str:
    place = ".".join(str(step) for step in misfit["loc"]) or "the file"
    if misfit["type"] == "unexpected_keyword_argument":
        return f"{place}: there is no field of this name here{suggestion(str(misfit['loc'][-1]), _fields_of(kind))}"
    return f"{place}: {PLAINLY.get(misfit['type'], misfit['msg'])}"


def _fields_of(kind: Any) -> frozenset[str]:
    return frozenset(field.name for part in dataclasses_in(kind) for field in dataclasses.fields(part))


def misnamed(path: Path, key: str) -> list[Problem]:
    """Report a file that is not called after its key; therefore no two files of a folder share one."""
    if key == path.stem:
        return []
    if any(other.stem == key for other in path.parent.glob("*.yaml")):
        return [Problem(("key",), f"the key {key} is that of another file, {key}.yaml")]
    return [Problem(("key",), f"the key is {key}, but the file is called {path.name}")]


def _parse(path: Path, text: str) -> Any:
    """Return a tree that knows the line of each of its parts."""
    try:
        tree = YAML().load(text)
    except Exception as error:  # besides its own errors, the parser lets Python's through: an odd tag, a 30 February
        raise BrokenFile(path, _mistake_in(text, error)) from error
    if tree is None:
        raise BrokenFile(path, (1, "the file is empty"))
    return tree


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BrokenFile(path, (1, "this is not UTF-8 text")) from error
    except OSError as error:
        raise BrokenFile(path, (1, f"the file cannot be read: {error.strerror}")) from error


def _mistake_in(text: str, error: Exception) -> tuple[int, str]:
    """Return the line and the words of a parser's complaint."""
    if isinstance(error, MarkedYAMLError) and error.problem_mark:
        # A key that stands twice is complained of with both values, which can be whole scenes.
        return error.problem_mark.line + 1, str(error.problem).partition(" with value ")[0]
    if isinstance(error, ReaderError):
        return text.count("\n", 0, error.position) + 1, f"{error.reason} (U+{error.character:04X})"
    return 1, f"a value of this file cannot be read: {error}"


def _line_of(tree: Any, steps: Place) -> int:
    """Return the line, from 1, of the deepest part of a YAML tree that these steps reach."""
    line = 0
    for step in steps:
        try:
            mark, tree = tree.lc.data[step], tree[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
        line = mark[0]
    return line + 1
