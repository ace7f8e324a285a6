"""A bounded cache for what is worked out from things that never change, such as published versions."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Key, Value]):
    """At most so many values of one process, by what identifies their source; those not used for longest go first.

    Two threads may work out the same value at the same time. Both are right, since the source never changes.
    """

    def __init__(self, most: int) -> None:
        """Begin with nothing, and keep no more than ``most`` values."""
        self._most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, work_out: Callable[[], Value]) -> Value:
        """Return the value of a key, worked out if it is not here."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = work_out()
        self._keep({key: value})
        return value

    def get_all(self, keys: Iterable[Key], work_out: Callable[[Set[Key]], Mapping[Key, Value]]) -> dict[Key, Value]:
        """Return the values of several keys; those that are not here are worked out together."""
        wanted = dict.fromkeys(keys)
        with self._lock:
            found = {key: self._kept[key] for key in wanted if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        if missing := wanted.keys() - found.keys():
            worked_out = work_out(missing)
            self._keep(worked_out)
            found.update(worked_out)
        return found

    def _keep(self, values: Mapping[Key, Value]) -> None:
        with self._lock:
            self._kept.update(values)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
