"""Who manages whom: a line leads up to someone whom no one manages, and never back."""

from collections.abc import Iterator, Mapping


def managed_wrongly(given: str, manager: int | None, staff_id: int, has_left: bool) -> str | None:
    """Say why someone cannot have this line manager, and what to do; None if they can."""
    if manager is None:
        return f"No one is known as the line manager “{given}”. Correct the address or number, or add them to the list."
    if manager == staff_id:
        return f"{given} is their own line manager. Enter someone else, or “-” for no line manager."
    if has_left:
        return f"The line manager {given} has left all their courses. Enter who manages this person now, or “-”."
    return None


def loops_in(managers: Mapping[int, int]) -> Iterator[tuple[int, ...]]:
    """Give each loop of two or more people once, in the order of the line."""
    done: set[int] = set()
    for start in managers:
        way: dict[int, int] = {}
        each: int | None = start
        while each is not None and each not in done and each not in way:
            way[each] = len(way)
            each = managers.get(each)
        if each is not None and each in way:
            loop = tuple(way)[way[each] :]
            if len(loop) > 1:
                yield loop
        done.update(way)
