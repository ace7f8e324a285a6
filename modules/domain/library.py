"""A library of training: all that modules are made of, and each module put together under each policy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from modules.domain.content import Content, TrainingModule
from modules.domain.draw import Syllabus, draws_from
from policies.domain.act import Act
from policies.domain.fact import Fact
from policies.domain.floor import Floor
from policies.domain.policy import Policy
from scenarios.domain.contrast_set import ContrastSet
from scenarios.domain.rating import Marking
from scenarios.domain.scenario import Scenario


@dataclass(frozen=True)
class Library:
    """What training consists of, by key; policies, and the floor with a trust's settings, by the key of the trust."""

    acts: Mapping[str, Act]
    policies: Mapping[str, Policy]
    scenarios: Mapping[str, Scenario]
    modules: Mapping[str, TrainingModule]
    contrast_sets: Mapping[str, ContrastSet] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    floors: Mapping[str, Floor] = field(default_factory=dict)

    def contents(self, only: str | None = None) -> list[Content]:
        """Return every playable module under every trust's policy, or under one alone."""
        trusts, playable = [trust for trust in self.policies if only in (None, trust)], self.playable()
        return [self.content_of(module, trust) for trust in trusts for module in playable]

    def playable(self) -> list[TrainingModule]:
        """Return the modules that lack nothing they are made of."""
        return [module for module in self.modules.values() if not self._lacks(module)]

    def lacking(self) -> dict[str, list[str]]:
        """Return what each module lacks that it is made of, in words; modules that have everything are left out."""
        lacks = {key: self._lacks(module) for key, module in self.modules.items()}
        return {key: words for key, words in lacks.items() if words}

    def content_of(self, module: TrainingModule, trust: str) -> Content:
        """Put a module together with a trust's policy and what its scenarios and rule checks need."""
        played = tuple(self.scenarios[key] for key in module.scenarios)
        draws = draws_from(self.syllabus_of(module, trust))
        checks = [check for draw in draws for check in draw]
        acts = {*_acts_in(played), *(act for check in checks for act in check.acts)}
        return Content(
            module,
            self.policies[trust],
            played,
            tuple(self.acts[key] for key in sorted(acts)),
            self.floors.get(trust),
            Marking.SECOND,
            tuple(self.facts[key] for key in sorted({check.fact for check in checks if check.fact})),
            draws,
        )

    def syllabus_of(self, module: TrainingModule, trust: str) -> Syllabus:
        """Return what the rule checks of a module can be drawn from under a trust's policy."""
        others = tuple(policy for key, policy in self.policies.items() if key != trust)
        played = tuple(self.scenarios[key] for key in module.scenarios)
        sets = tuple(self.contrast_sets.values())
        return Syllabus(self.policies[trust], others, played, self.acts, sets, self.facts, self.floors.get(trust))

    def _lacks(self, module: TrainingModule) -> list[str]:
        played = [self.scenarios[key] for key in module.scenarios if key in self.scenarios]
        scenarios = [f"scenario {key}" for key in module.scenarios if key not in self.scenarios]
        return scenarios + [f"act {key}" for key in sorted({*_acts_in(played)} - self.acts.keys())]


def _acts_in(scenarios: Sequence[Scenario]) -> Iterator[str]:
    for scenario in scenarios:
        for scene in scenario.scenes:
            for choice in scene.choices:
                yield from choice.acts
