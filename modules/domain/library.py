"""A library of training: all that modules are made of, and each module put together under each policy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from modules.domain.content import Content, TrainingModule
from policies.domain.act import Act
from policies.domain.policy import Policy
from scenarios.domain.scenario import Scenario


@dataclass(frozen=True)
class Library:
    """What training consists of, by key; policies by the key of their trust."""

    acts: Mapping[str, Act]
    policies: Mapping[str, Policy]
    scenarios: Mapping[str, Scenario]
    modules: Mapping[str, TrainingModule]

    def contents(self) -> list[Content]:
        """Return every module under every trust's policy, without modules that lack something they are made of."""
        playable = [module for module in self.modules.values() if self._has_all_of(module)]
        return [self.content_of(module, trust) for trust in self.policies for module in playable]

    def content_of(self, module: TrainingModule, trust: str) -> Content:
        """Put a module together with a trust's policy and what its scenarios need."""
        played = tuple(self.scenarios[key] for key in module.scenarios)
        acts = sorted(set(_acts_in(played)))
        return Content(module, self.policies[trust], played, tuple(self.acts[key] for key in acts))

    def _has_all_of(self, module: TrainingModule) -> bool:
        played = [self.scenarios[key] for key in module.scenarios if key in self.scenarios]
        return len(played) == len(module.scenarios) and self.acts.keys() >= set(_acts_in(played))


def _acts_in(scenarios: Sequence[Scenario]) -> Iterator[str]:
    for scenario in scenarios:
        for scene in scenario.scenes:
            for choice in scene.choices:
                yield from choice.acts
