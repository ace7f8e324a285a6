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
        playable = [module for module in self.modules.values() if not self._lacks(module)]
        return [self.content_of(module, trust) for trust in self.policies for module in playable]

    def lacking(self) -> dict[str, list[str]]:
        """Return what each module lacks that it is made of, in words; modules that have everything are left out."""
        lacks = {key: self._lacks(module) for key, module in self.modules.items()}
        return {key: words for key, words in lacks.items() if words}

    def content_of(self, module: TrainingModule, trust: str) -> Content:
        """Put a module together with a trust's policy and what its scenarios need."""
        played = tuple(self.scenarios[key] for key in module.scenarios)
        acts = sorted(set(_acts_in(played)))
        return Content(module, self.policies[trust], played, tuple(self.acts[key] for key in acts))

    def _lacks(self, module: TrainingModule) -> list[str]:
        played = [self.scenarios[key] for key in module.scenarios if key in self.scenarios]
        scenarios = [f"scenario {key}" for key in module.scenarios if key not in self.scenarios]
        return scenarios + [f"act {key}" for key in sorted({*_acts_in(played)} - self.acts.keys())]


def _acts_in(scenarios: Sequence[Scenario]) -> Iterator[str]:
    for scenario in scenarios:
        for scene in scenario.scenes:
            for choice in scene.choices:
                yield from choice.acts
