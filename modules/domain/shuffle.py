"""The order in which an attempt shows the choices of a scene, or the acts of a rule check."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


def shuffled(things: Sequence[T], *seed: object) -> tuple[T, ...]:
    """Return things in an order that depends on the seed alone: the same on every device and each time.

    Each order comes up as often as any other, so that no place in a list says anything about what stands there.
    """
    left = list(things)
    rest = int.from_bytes(sha256("/".join(map(str, seed)).encode()).digest())
    order = []
    while left:
        rest, place = divmod(rest, len(left))
        order.append(left.pop(place))
    return tuple(order)
