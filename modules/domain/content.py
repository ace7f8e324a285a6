"""What a published version of a module is made of, frozen: the module, a policy, the scenarios and their acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from core.domain.problem import Place, Problem, repeated
from core.domain.suggestion import suggestion
from modules.domain.extent import Extent
from modules.domain.pace import Stretch, joined, stretch_of_checks, stretches_of
from policies.domain.act import Act
from policies.domain.fact import Fact
from policies.domain.floor import Floor
from policies.domain.policy import Policy
from scenarios.domain.graph import decisions_ahead, weight_of
from scenarios.domain.rating import FULL_MARKS, Marking, Rating, Ruling, rate_scene
from scenarios.domain.reasons import Guidance, Reason, guidance_on, is_about_a_child, reasons_for
from scenarios.domain.rule_check import RuleCheck
from scenarios.domain.scenario import Choice, Scenario, Scene

# Rule checks are meant to be half of a module's marks; with much fewer, a grade says less about knowing the policy.
FEWEST_CHECKED = 0.4


class Mode(Enum):
    """What an attempt is for.

    Explaining every answer at once helps most (Van der Kleij 2015), and so both modes do. In an *assessment* each
    decision is made once, counts, and is explained at once; the attempt is graded and can earn a certificate. In
    *practice* people can take a decision back as soon as they have read what happens next, and make it again: coming
    back to things helps people remember them (Latimier 2021), and no one tries the tempting choice where it counts. So
    nothing of it is graded, certified or shown to those who lead the course.
    """

    ASSESSMENT = "assessment"
    PRACTICE = "practice"


@dataclass(frozen=True)
class TrainingModule:
    """An ordered set of scenarios, with what it takes to pass and why.

    ``minutes`` may be left out: pages say what the usual route takes, and a claim of fewer is not believed.
    ``stop_after`` names scenarios after which the module says that this is a good place to stop for now.
    ``pass_mark`` is a percentage. ``critical`` names scenes, as ``scenario/scene``, in which a serious breach fails the
    attempt whatever the percentage. A pass is valid for ``valid_months``, or does not expire if that is None. It
    can be renewed in the last ``renew_days``: by default long enough to renew a pass that ends in September before the
    summer holidays. A refresher's pass also ``renews`` those of other modules. Anyone who takes a module that
    ``acknowledges`` also has to confirm that they have read the policy.
    """

    key: str
    title: str
    says: str
    pass_mark: int
    pass_mark_reason: str
    scenarios: tuple[str, ...]
    minutes: int = 0
    critical: tuple[str, ...] = ()
    valid_months: int | None = None
    acknowledges: bool = False
    renew_days: int = 60
    renews: tuple[str, ...] = ()
    mode: Mode = Mode.ASSESSMENT
    stop_after: tuple[str, ...] = ()

    @property
    def is_practice(self) -> bool:
        """Say whether nothing of it counts, so that it brings no grade either."""
        return self.mode is Mode.PRACTICE


@dataclass(frozen=True)
class Content:
    """One module under one trust's policy; rulings and weights are worked out once and kept.

    ``marking`` is the edition of the rules that it is marked by; versions from before there were two name none.
    ``draws`` are parallel draws of rule checks, out of the same marks: one attempt has the first, the next the second.
    """

    module: TrainingModule
    policy: Policy
    scenarios: tuple[Scenario, ...]
    acts: tuple[Act, ...]
    floor: Floor | None = None
    marking: Marking = Marking.FIRST
    facts: tuple[Fact, ...] = ()
    draws: tuple[tuple[RuleCheck, ...], ...] = ()

    def scenario(self, key: str) -> Scenario:
        """Return the scenario with this key; KeyError where the module has none."""
        for scenario in self.scenarios:
            if scenario.key == key:
                return scenario
        raise KeyError(key)

    def act(self, key: str) -> Act:
        """Return the act with this key; KeyError where the module does not name it."""
        return self._acts[key]

    def fact(self, key: str) -> Fact:
        """Return the fact with this key; KeyError where no rule check asks for it."""
        return self._facts[key]

    def checks_of(self, draw: int) -> tuple[RuleCheck, ...]:
        """Return the rule checks of a draw, counted from 0; after the last draw, the first comes again."""
        return self.draws[draw % len(self.draws)] if self.draws else ()

    def checks_after(self, scenario: Scenario, draw: int) -> tuple[RuleCheck, ...]:
        """Return the rule checks of a draw that follow a scenario."""
        return self._checks_after[draw % len(self.draws)].get(scenario.key, ()) if self.draws else ()

    def rulings_on(self, scenario: Scenario, scene: Scene) -> Mapping[str, Ruling]:
        """Return the ruling on each choice of a scene, by choice."""
        return self._rulings[scenario.key, scene.key]

    def reasons_for(self, ruling: Ruling) -> tuple[Reason, ...]:
        """Return why a choice is rated as it is: what the policy says, and apart from it the guidance."""
        return reasons_for(ruling, self.policy, self.floor)

    def guidance_on(self, act: str) -> Guidance | None:
        """Return what national guidance says about an act, or None if nothing."""
        return guidance_on(act, self.policy, self.floor)

    def is_about_a_child(self, ruling: Ruling) -> bool:
        """Say whether the worst that a choice does is about a child."""
        return is_about_a_child(ruling, self.policy, self.floor)

    def weight_of(self, scenario: Scenario, scene: Scene, choice: Choice) -> int:
        """Return how many decisions a choice stands for."""
        return weight_of(choice, scene, self._ahead[scenario.key])

    def is_critical(self, scenario: Scenario, scene: Scene) -> bool:
        """Say whether a serious breach in this scene fails the attempt."""
        return f"{scenario.key}/{scene.key}" in self.module.critical

    def fails_on(self, scenario: Scenario, scene: Scene, ruling: Ruling) -> bool:
        """Say whether a ruling in a scene fails the attempt: on a critical item, or by what is forbidden everywhere."""
        is_serious = ruling.rating is Rating.SERIOUS_BREACH
        return is_serious and (ruling.breaks_floor or self.is_critical(scenario, scene))

    @cached_property
    def can_fail_on_one_choice(self) -> bool:
        """Say whether some choice fails the attempt under this policy, whatever the percentage."""
        return any(
            self.fails_on(scenario, scene, ruling)
            for scenario in self.scenarios
            for scene in scenario.scenes
            for ruling in self.rulings_on(scenario, scene).values()
        )

    @cached_property
    def out_of(self) -> int:
        """Return the marks that the module is out of: the same for everybody, whatever route they take."""
        return FULL_MARKS * self.tested.decisions + sum(check.out_of for check in self.checks_of(0))

    @cached_property
    def tested(self) -> Extent:
        """Return what the module tests: the same for everybody, since all draws ask about as many rules."""
        decisions = sum(self._ahead[scenario.key][scenario.start.key] for scenario in self.scenarios)
        return Extent(decisions, sum(check.rules for check in self.checks_of(0)))

    @property
    def lacks_checks(self) -> bool:
        """Say whether too few rule checks could be drawn under this policy: fewer than two fifths of the marks."""
        checked = sum(check.out_of for check in self.checks_of(0))
        return self.marking is not Marking.FIRST and checked < FEWEST_CHECKED * self.out_of

    def ahead_in_story(self, scenario: Scenario, scene: Scene) -> Stretch:
        """Return what someone in a scene usually still has to do to finish its story, including that scene."""
        return self._stretches[scenario.key][scene.key]

    def ahead_after(self, scenario: Scenario, draw: int) -> Stretch:
        """Return what comes after a scenario and its rule checks, with the checks of a draw."""
        return self._ahead_after[draw % max(len(self.draws), 1)][scenario.key]

    @cached_property
    def usual(self) -> Stretch:
        """Return all that there is to do on the usual route through the module."""
        return self._all_of(self.scenarios, 0)

    @cached_property
    def minutes(self) -> tuple[int, int]:
        """Return about how many minutes the module takes at least and at most; a claim of fewer is not believed."""
        least = max(self.module.minutes, self.usual.minutes)
        return least, max(least, self.usual.minutes_at_most)

    @property
    def stops(self) -> tuple[str, ...]:
        """Return the titles of the stories after which is a good place to stop."""
        return tuple(self.scenario(key).title for key in self.module.stop_after)

    @property
    def claims_too_little(self) -> bool:
        """Say whether the module claims fewer minutes than its usual route takes."""
        return 0 < self.module.minutes < self.usual.minutes

    def _all_of(self, scenarios: Sequence[Scenario], draw: int) -> Stretch:
        stories = [self._stretches[scenario.key][scenario.start.key] for scenario in scenarios]
        return joined([*stories, *(stretch_of_checks(self.checks_after(scenario, draw)) for scenario in scenarios)])

    @cached_property
    def _ahead_after(self) -> list[dict[str, Stretch]]:
        """Return, for each draw, what comes after each scenario."""
        order = list(enumerate(self.scenarios, start=1))
        return [
            {scenario.key: self._all_of(self.scenarios[place:], draw) for place, scenario in order}
            for draw in range(max(len(self.draws), 1))
        ]

    @cached_property
    def _checks_after(self) -> list[dict[str, tuple[RuleCheck, ...]]]:
        """Return, for each draw, the rule checks that follow each scenario."""
        keys = [scenario.key for scenario in self.scenarios]
        return [{key: tuple(check for check in draw if check.after == key) for key in keys} for draw in self.draws]

    @cached_property
    def _stretches(self) -> dict[str, Mapping[str, Stretch]]:
        return {scenario.key: stretches_of(scenario, self._rulings, self.policy) for scenario in self.scenarios}

    @cached_property
    def _ahead(self) -> dict[str, Mapping[str, int]]:
        return {scenario.key: decisions_ahead(scenario) for scenario in self.scenarios}

    @cached_property
    def _facts(self) -> dict[str, Fact]:
        return {fact.key: fact for fact in self.facts}

    @cached_property
    def _acts(self) -> dict[str, Act]:
        return {act.key: act for act in self.acts}

    @cached_property
    def _rulings(self) -> dict[tuple[str, str], Mapping[str, Ruling]]:
        return {
            (scenario.key, scene.key): rate_scene(scene, self.policy, self._acts, self.floor, self.marking)
            for scenario in self.scenarios
            for scene in scenario.scenes
        }


def problems_of(module: TrainingModule, scenarios: Mapping[str, Scenario]) -> list[Problem]:
    """List what keeps a module from being played: wrong scenarios, unknown critical scenes, a wrong pass mark."""
    problems = _wrong_in_scenarios(module, scenarios)
    if not 1 <= module.pass_mark <= 100:
        problems.append(Problem(("pass_mark",), "the pass mark must be a percentage from 1 to 100"))
    problems += _wrong_in_renewal(module)
    problems += [
        Problem(("stop_after", number), f"{key} is not a scenario of this module that others follow")
        for number, key in enumerate(module.stop_after)
        if key not in module.scenarios[:-1]
    ]
    scenes = {f"{key}/{scene.key}" for key in module.scenarios if key in scenarios for scene in scenarios[key].scenes}
    return problems + [
        Problem(("critical", number), f"{place} is not a scene of this module{suggestion(place, scenes)}")
        for number, place in enumerate(module.critical)
        if place not in scenes
    ]


def _wrong_in_renewal(module: TrainingModule) -> list[Problem]:
    problems = []
    if not 0 <= module.renew_days <= 365:
        problems.append(Problem(("renew_days",), "a pass can be renewed from 0 to 365 days before its end"))
    if module.key in module.renews:
        problems.append(Problem(("renews",), "a module renews itself anyway; name only others"))
    if module.is_practice and (module.acknowledges or module.renews or module.valid_months is not None):
        problems.append(Problem(("mode",), "practice certifies nothing: no valid_months, acknowledges or renews"))
    return problems


def _wrong_in_scenarios(module: TrainingModule, scenarios: Mapping[str, Scenario]) -> list[Problem]:
    unknown = [
        Problem(("scenarios", number), f"{key} is not a scenario{suggestion(key, scenarios)}")
        for number, key in enumerate(module.scenarios)
        if key not in scenarios
    ]
    twice: list[Place] = [("scenarios", number) for number in repeated(module.scenarios)]
    wrong = twice if module.scenarios else [("scenarios",)]
    return unknown + [Problem(place, "a module needs scenarios, each once") for place in wrong]
