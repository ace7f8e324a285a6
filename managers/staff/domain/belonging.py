"""To which staff member an entry belongs: what joins, addresses and the past say, in this order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.domain.names import alike


@dataclass(frozen=True)
class LmsPerson:
    """A person of an LMS: their name, and what is known to be theirs: their address, folded, and their staff number."""

    person_id: int
    trust: str
    name: str | None
    address: str | None
    number: str | None = None


@dataclass(frozen=True)
class Known:
    """A staff member as known before: their name, and the first of their entries, if they have any."""

    staff_id: int
    name: str | None
    first_entry: int | None


def groups_of(entries: Sequence[LmsPerson], links: Iterable[tuple[int, int]]) -> list[list[LmsPerson]]:
    """Return the entries in groups of those that are linked, the oldest entry first in each group and of all groups."""
    group_of = {entry.person_id: [entry] for entry in sorted(entries, key=lambda entry: entry.person_id)}
    for one, other in links:
        if one in group_of and other in group_of and group_of[one] is not group_of[other]:
            merged = sorted(group_of[one] + group_of[other], key=lambda entry: entry.person_id)
            group_of |= {entry.person_id: merged for entry in merged}
    return list({id(group): group for group in group_of.values()}.values())


def belongs_to(
    group: Sequence[LmsPerson],
    by_address: Mapping[tuple[str, str], Known],
    by_number: Mapping[tuple[str, str], Known],
    current: Mapping[int, Known],
) -> int | None:
    """Return the staff member to whom entries of one person belong, or None if they are no one we know.

    An address or a number that two people share does not make them one: their names have to be alike too. An address
    counts for more. Without either, those who were the first entry of a staff member stay it.
    """
    for known_by, key in ((by_address, "address"), (by_number, "number")):
        for entry in group:
            known = known_by.get((entry.trust, getattr(entry, key) or ""))
            if known and _may_be(entry, known):
                return known.staff_id
    for entry in group:
        known = current.get(entry.person_id)
        if known and known.first_entry in {each.person_id for each in group}:
            return known.staff_id
    return None


def _may_be(entry: LmsPerson, known: Known) -> bool:
    return entry.name is None or known.name is None or alike(entry.name, known.name)
