"""The floor: what national law and guidance say about acts, whatever a trust's own policy says or leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from core.domain.problem import Problem, repeated
from core.domain.suggestion import suggestion
from policies.domain.policy import SILENCE, Position, Stance, problems_of_position


class Status(Enum):
    """How binding a national text is; only the law may be called the law."""

    LAW = "law"
    STATUTORY_GUIDANCE = "statutory-guidance"
    GOOD_PRACTICE = "good-practice"

    @property
    def opening(self) -> str:
        """Return the words that a sentence with a clause of this status begins with."""
        return _OPENINGS[self]


_OPENINGS: Mapping[Status, str] = {
    Status.LAW: "The law says you must",
    Status.STATUTORY_GUIDANCE: "Statutory guidance says you should",
    Status.GOOD_PRACTICE: "Good practice is to",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A national text in one edition: where we read it, when, and in ``note`` how far that reading can be relied on."""

    key: str
    short: str
    title: str
    edition: str
    address: str
    read_on: date
    note: str | None = None


@dataclass(frozen=True, slots=True)
class FloorClause:
    """One rule of a national text, in our own words, which begin with what to do: “Tell the safeguarding lead”.

    ``ref`` is our own and stays the same in later editions, since trusts' settings name it; ``paragraph`` is the
    text's own, and moves from year to year. ``speaks_to`` says whom the text itself addresses, ``heading`` what the
    rule is about, and ``note`` what in the stances is our conclusion and not in the text.
    """

    ref: str
    says: str
    status: Status
    source: str
    paragraph: str
    speaks_to: str = "all staff"
    heading: str = ""
    note: str | None = None

    @property
    def anchor(self) -> str:
        """Return the name of the clause's place on a page, such as ``floor-N8``."""
        return f"floor-{self.ref}"

    @property
    def sentence(self) -> str:
        """Return the rule with what it is: “Statutory guidance says you should tell the safeguarding lead”."""
        return f"{self.status.opening} {self.says[:1].lower()}{self.says[1:]}"


@dataclass(frozen=True, slots=True)
class FloorSettings:
    """What a trust has decided about the floor: who has confirmed it, and what is shown and never marked.

    ``confirmed_as`` is that person's role, such as designated safeguarding lead. ``shown_only`` gives the reason for
    each clause, by its reference.
    """

    confirmed_by: str | None = None
    confirmed_as: str | None = None
    confirmed_on: date | None = None
    confirmed_edition: str | None = None
    shown_only: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Floor:
    """One edition of the floor, with the settings of the trust that it is for."""

    edition: str
    sources: tuple[Source, ...]
    clauses: tuple[FloorClause, ...]
    stances: Mapping[str, Position] = field(default_factory=dict)
    settings: FloorSettings = field(default_factory=FloorSettings)

    @property
    def by_heading(self) -> Mapping[str, list[FloorClause]]:
        """Return the clauses under each heading, in their order."""
        found: dict[str, list[FloorClause]] = {}
        for clause in self.clauses:
            found.setdefault(clause.heading, []).append(clause)
        return found

    @property
    def is_confirmed(self) -> bool:
        """Say whether someone at the trust has confirmed this very edition."""
        return self.settings.confirmed_by is not None and self.settings.confirmed_edition == self.edition

    def position_on(self, act: str) -> Position:
        """Return the position on the act with this key, which is silence where the floor does not name it."""
        return self.stances.get(act, SILENCE)

    def marks(self, act: str) -> Position:
        """Return the position that counts: without clauses that the trust only shows, so perhaps silence."""
        position = self.position_on(act)
        counting = tuple(ref for ref in position.clauses if not self.only_shows(ref))
        return Position(position.stance, counting) if counting else SILENCE

    def only_shows(self, ref: str) -> bool:
        """Say whether the trust shows a clause and does not mark by it; a critical clause is always marked."""
        return ref in self.settings.shown_only and not self.is_critical(ref)

    def is_critical(self, ref: str) -> bool:
        """Say whether an act that the clause forbids is a serious breach in every trust."""
        critical = [each for each in self.stances.values() if each.stance is Stance.PROHIBITED_CRITICAL]
        return any(ref in position.clauses for position in critical)

    def stances_by(self, ref: str) -> Mapping[str, Stance]:
        """Return the acts that a clause judges, with the stance on each."""
        return {act: position.stance for act, position in self.stances.items() if ref in position.clauses}

    def clause(self, ref: str) -> FloorClause:
        """Return the clause with this reference; KeyError where there is none."""
        return {clause.ref: clause for clause in self.clauses}[ref]

    def source_of(self, clause: FloorClause) -> Source:
        """Return the text that a clause is from; KeyError where there is none."""
        return {source.key: source for source in self.sources}[clause.source]

    def citation(self, ref: str) -> str:
        """Return where a clause is to be found, such as “KCSIE 2025, paragraph 15”."""
        clause = self.clause(ref)
        return f"{self.source_of(clause).short}, {clause.paragraph}"


def problems_of(floor: Floor, acts: frozenset[str]) -> list[Problem]:
    """List what is wrong with the floor's data: repeated or unused parts, unknown acts and sources, missing clauses."""
    refs = [clause.ref for clause in floor.clauses]
    problems = [Problem(("clauses", number), f"clause {refs[number]} is listed twice") for number in repeated(refs)]
    problems += [*_wrong_in_sources(floor), *_carrying_nothing(floor), *_settings_in(floor)]
    for act, position in floor.stances.items():
        problems += problems_of_position(act, position, refs, acts)
    return problems


def _wrong_in_sources(floor: Floor) -> list[Problem]:
    keys = [source.key for source in floor.sources]
    cited = {clause.source for clause in floor.clauses}
    twice = [Problem(("sources", number), f"source {keys[number]} is listed twice") for number in repeated(keys)]
    unused = [Problem(("sources", n), f"no clause is from {key}") for n, key in enumerate(keys) if key not in cited]
    unknown = [
        Problem(("clauses", number, "source"), f"{clause.source} is not a source{suggestion(clause.source, keys)}")
        for number, clause in enumerate(floor.clauses)
        if clause.source not in keys
    ]
    return twice + unused + unknown


def _carrying_nothing(floor: Floor) -> list[Problem]:
    carrying = {ref for position in floor.stances.values() for ref in position.clauses}
    return [
        Problem(("clauses", number), f"clause {clause.ref} carries no stance on any act")
        for number, clause in enumerate(floor.clauses)
        if clause.ref not in carrying
    ]


def _settings_in(floor: Floor) -> list[Problem]:
    words = "settings do not belong here: each trust makes its own, with the commands for it"
    return [Problem(("settings",), words)] * (floor.settings != FloorSettings())
