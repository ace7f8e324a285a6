"""A folder of data files, each read separately: a mistake in one file holds back only what needs it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from core.data_files import BrokenFile

T = TypeVar("T")


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """What a folder's files contain: ``found`` by key, and ``broken`` by the name of the file, with what is wrong."""

    found: Mapping[str, T]
    broken: Mapping[str, BrokenFile]

    @property
    def names(self) -> frozenset[str]:
        """Return every name that has a file, whether the file is right or not."""
        return frozenset([*self.found, *self.broken])

    @property
    def mistakes(self) -> Iterator[str]:
        """Give a line for each mistake, with its file and line."""
        for broken in self.broken.values():
            yield from str(broken).splitlines()


def shelf_of(paths: Iterable[Path], read: Callable[[Path], T]) -> Shelf[T]:
    """Read each of these files with ``read``, which raises BrokenFile if the file cannot be used."""
    found: dict[str, T] = {}
    broken: dict[str, BrokenFile] = {}
    for path in sorted(paths):
        try:
            found[path.stem] = read(path)
        except BrokenFile as error:
            broken[path.stem] = error
    return Shelf(found, broken)
