"""What an audit event says: who did it, what was done to what, and details that give away nothing about people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

ACTION = re.compile(r"[a-z]+( [a-z]+){0,4}")
# A name has a capital letter or a space, and an address has an @.
KEY = re.compile(r"[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?")

Plain = int | bool | str | None
Detail = Plain | list[Plain]


class ActorKind(Enum):
    """Who can do something: a person in a visit, a command, the holder of something we gave out, or the system."""

    PERSON = "person"
    COMMAND = "command"
    HOLDER = "holder"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and by what means: a visit, a command, something we gave out, or a job."""

    kind: ActorKind
    means: str
    person_id: int | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """What something is done to: its kind in a plain word, such as certificate, and its id."""

    kind: str
    id: int


def in_visit(person_id: int, visit: str) -> Actor:
    """Return a person as the one who acts, in the visit whose token has this hash."""
    return Actor(ActorKind.PERSON, visit, person_id=person_id)


def by_command(account: str, command: str) -> Actor:
    """Return the operating system's user who runs a command, such as ``people revoke-certificate``, as the actor."""
    return Actor(ActorKind.COMMAND, command, account=account)


def by_holder(means: str) -> Actor:
    """Return someone unknown who acts with something we gave out, such as ``an invitation``."""
    return Actor(ActorKind.HOLDER, means)


def by_system(job: str) -> Actor:
    """Return the system as the one who acts, in this job."""
    return Actor(ActorKind.SYSTEM, job)


def words_of_actor(actor: Actor) -> str:
    """Say in plain words who did something."""
    match actor.kind:
        case ActorKind.PERSON:
            return f"by person {actor.person_id} in visit {actor.means[:8]}"
        case ActorKind.COMMAND:
            return f"by {actor.account} with the command “{actor.means}”"
        case ActorKind.HOLDER:
            return f"by someone with {actor.means}"
        case ActorKind.SYSTEM:
            return f"by the system in the job “{actor.means}”"


def words_of_event(thing: Thing, action: str, actor: Actor, details: Mapping[str, Detail]) -> str:
    """Say in plain words what was done to what, who did it, and the details."""
    said = "".join(f"; {name.replace('_', ' ')}: {_words_of(value)}" for name, value in details.items())
    return f"{thing.kind.capitalize()} {thing.id} {action} {words_of_actor(actor)}{said}"


def problem_of(thing: Thing, action: str, details: Mapping[str, Detail]) -> str | None:
    """Say why something cannot be recorded as it is given, or return None."""
    if not ACTION.fullmatch(action) or not ACTION.fullmatch(thing.kind):
        return "an action and the kind of a thing are a few plain words in small letters"
    if wrong := [name for name, value in details.items() if not _gives_nothing_away(value)]:
        return f"details are numbers and keys, never names or addresses: {', '.join(wrong)}"
    return None


def _gives_nothing_away(value: Detail) -> bool:
    if isinstance(value, list):
        return all(not isinstance(each, list) and _gives_nothing_away(each) for each in value)
    return value is None or isinstance(value, int) or (isinstance(value, str) and bool(KEY.fullmatch(value)))


def _words_of(value: Detail) -> str:
    if isinstance(value, list):
        return ", ".join(map(_words_of, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
