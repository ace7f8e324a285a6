"""Who may decide about entries: no one decides about their own, under whichever id they have it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.domain.names import alike
from lti.models import Person
from modules.passes.entries import entries_of
from modules.passes.join_errors import CannotJoin

NOT_YOURSELF = "One of them is you, or seems to be. Someone else who leads the course has to decide that."


@dataclass(frozen=True)
class Decider:
    """Someone who decides about entries, with all the ids that are joined with theirs."""

    person: Person
    ids: frozenset[int]

    def is_one_of(self, *people: Person) -> bool:
        """Say whether one of these entries is theirs, or seems to be: their name and address agree."""
        return any(each.id in self.ids or self._seems_to_be(each) for each in people)

    def _seems_to_be(self, other: Person) -> bool:
        own, theirs = ((each.email or "").strip().lower() for each in (self.person, other))
        return bool(own) and own == theirs and alike(self.person.name, other.name)


def decider_of(session: Session, person_id: int) -> Decider:
    """Return someone as one who decides about entries."""
    return Decider(session.get_one(Person, person_id), frozenset(entries_of(session, person_id)))


def require_other(session: Session, person_id: int, entries: tuple[int, int]) -> None:
    """Raise CannotJoin where someone decides about an entry of their own; ids that no one has are no one's."""
    people = (session.get(Person, each) for each in entries)
    if decider_of(session, person_id).is_one_of(*filter(None, people)):
        raise CannotJoin(NOT_YOURSELF)
