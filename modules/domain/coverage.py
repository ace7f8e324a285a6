"""Coverage: which clauses of a policy the training brings before staff, and which it leaves out.

A clause is covered where some choice of a module's scenarios commits an act on which the policy's position cites it.
The clauses on doubt are covered by a scene of doubt: one where the policy's silence speaks against some choice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from modules.domain.content import Content
from policies.domain.policy import Clause, Policy
from scenarios.domain.rating import Rating, Ruling


@dataclass(frozen=True, slots=True)
class Coverage:
    """The trainable clauses of a policy, and for each that is covered the scenes, as ``scenario/scene``, that do so."""

    policy: Policy
    trainable: tuple[Clause, ...]
    scenes: Mapping[str, tuple[str, ...]]

    @property
    def covered(self) -> tuple[Clause, ...]:
        """Return the clauses that some scene brings before staff."""
        return tuple(clause for clause in self.trainable if clause.ref in self.scenes)

    @property
    def uncovered(self) -> tuple[Clause, ...]:
        """Return the clauses that no scene brings before staff."""
        return tuple(clause for clause in self.trainable if clause.ref not in self.scenes)


def coverage_of(policy: Policy, contents: Sequence[Content]) -> Coverage:
    """Work out what modules, each put together with this policy, cover of it."""
    scenes: dict[str, dict[str, None]] = {}
    for content in contents:
        for place, ref in _cited(content):
            scenes.setdefault(ref, {})[place] = None
    trainable = tuple(clause for clause in policy.clauses if clause.untrainable is None)
    return Coverage(policy, trainable, {ref: tuple(places) for ref, places in scenes.items()})


def _cited(content: Content) -> Iterator[tuple[str, str]]:
    """Give each clause that a scene cites, with the scene, as often as it does."""
    for scenario in content.scenarios:
        for scene in scenario.scenes:
            for ref in _refs_in(content.rulings_on(scenario, scene), content.policy):
                yield f"{scenario.key}/{scene.key}", ref


def _refs_in(rulings: Mapping[str, Ruling], policy: Policy) -> Iterator[str]:
    for ruling in rulings.values():
        for finding in ruling.findings:
            yield from finding.position.clauses
    if any(ruling.rating is Rating.ASK_FIRST for ruling in rulings.values()):
        yield from policy.doubt.clauses
