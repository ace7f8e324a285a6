"""The passes that joins transfer to the entries of a person, as they follow from the joins in force."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.domain.join_links import JoinLink, linked_with, transferred
from modules.domain.renewal import HeldPass, held_of
from modules.models import Certificate, Pass

# What tells passes apart: the attempt, and the module that it passed or renewed.
Key = tuple[int, str]


@dataclass(frozen=True)
class Passes:
    """The passes that each entry has of its own, and those transferred to it, each with the join that it came by.

    Not all of those transferred are kept as copies: see ``keep_copies``.
    """

    own: dict[int, dict[Key, Pass]]
    transferred: dict[int, dict[Key, int]]

    def source(self, key: Key) -> Pass:
        """Return the pass that a copy is made of."""
        return next(theirs[key] for theirs in self.own.values() if key in theirs)


def passes_of(session: Session, people: Collection[int], links: Sequence[JoinLink]) -> Passes:
    """Return the passes of entries, and work out what is transferred to each; a pass that was revoked goes nowhere.

    What someone took over with a click stays theirs for as long as the two entries are linked.
    """
    rows = session.scalars(select(Pass).where(Pass.person_id.in_(people)).order_by(Pass.attempt_id, Pass.module)).all()
    own: dict[int, dict[Key, Pass]] = {person_id: {} for person_id in people}
    for row in rows:
        if row.join_id is None:
            own[row.person_id][_key(row)] = row
    revoked = _revoked(session, rows)
    counting = {person_id: theirs.keys() - revoked for person_id, theirs in own.items()}
    used: dict[int, dict[Key, int]] = {}
    for row in rows:
        others = linked_with(row.person_id, links) - {row.person_id}
        if row.join_id and any(_key(row) in counting[other] for other in others):
            used.setdefault(row.person_id, {})[_key(row)] = row.join_id
    return Passes(own, transferred(counting, used, links, may_pass))


def may_pass(link: JoinLink, key: Key) -> bool:
    """Say whether a pass counts for the newer entry of a link: those of a request are about one module alone."""
    return link.module in {None, key[1]}


def _key(row: Pass) -> Key:
    return row.attempt_id, row.module


def _revoked(session: Session, rows: Iterable[Pass]) -> set[Key]:
    theirs = Certificate.attempt_id.in_({row.attempt_id for row in rows}), Certificate.revoked_at.is_not(None)
    return {(made.attempt_id, made.module) for made in session.scalars(select(Certificate).where(*theirs))}


def keep_copies(session: Session, person_id: int, passes: Passes) -> None:
    """Keep the copies of the passes that are transferred to a person, and no others.

    There are none where a pass of their own in the same module is valid as long.
    """
    transferred_here = passes.transferred.get(person_id, {})
    wanted: dict[Key, Pass] = {}
    for module in {module for _, module in transferred_here}:
        sources = [passes.source(key) for key in transferred_here if key[1] == module]
        own = held_of(
            HeldPass(row.cycle, row.valid_until) for (_, of), row in passes.own[person_id].items() if of == module
        )
        if not own or max(until(row) for row in sources) > (own.valid_until or date.max):
            wanted |= {_key(row): copy_of(row, person_id, transferred_here[_key(row)], own) for row in sources}
    copies = select(Pass).where(Pass.person_id == person_id, Pass.join_id.is_not(None))
    for row in session.scalars(copies).all():
        if _key(row) not in wanted:
            session.delete(row)
    for row in wanted.values():
        session.merge(row)


def until(row: Pass) -> date:
    """Return the last day of a pass; one that does not expire has the last day there is."""
    return row.valid_until or date.max


def copy_of(row: Pass, person_id: int, join_id: int, own: HeldPass | None = None) -> Pass:
    """Return the copy of a pass for another entry, in a later cycle than the person's own passes."""
    cycle = row.cycle + (own.cycle if own else 0)
    same = {"attempt_id": row.attempt_id, "module": row.module, "passed_at": row.passed_at}
    return Pass(**same, valid_until=row.valid_until, person_id=person_id, cycle=cycle, join_id=join_id)
