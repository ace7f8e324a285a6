"""How far an attempt has come, worked out from its answers alone, so that nothing about it can disagree with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from modules.domain.check_step import CheckAnswer, CheckStep, check_step
from modules.domain.content import Content
from modules.domain.pace import Stretch, joined, stretch_of_checks
from scenarios.domain.rating import FULL_MARKS, Ruling
from scenarios.domain.rule_check import RuleCheck
from scenarios.domain.scenario import Choice, Scenario, Scene


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person chose in a scene, by keys."""

    scenario: str
    scene: str
    choice: str

    @property
    def question(self) -> tuple[str, ...]:
        """Return what tells the question that it answers from any other of the attempt."""
        return (self.scenario, self.scene)


@dataclass(frozen=True, slots=True)
class Step:
    """An answer in full: the choice, the policy's ruling on it, its weight, and where it led.

    One that ``fails`` fails the attempt on its own.
    """

    number: int
    scenario: Scenario
    scene: Scene
    choice: Choice
    ruling: Ruling
    weight: int
    fails: bool
    leads_to: Scene

    @property
    def marks(self) -> int:
        """Return the marks earned."""
        return self.ruling.marks * self.weight

    @property
    def out_of(self) -> int:
        """Return the marks that could have been earned."""
        return FULL_MARKS * self.weight


@dataclass(frozen=True, slots=True)
class DecisionPoint:
    """The next decision of a person: its scenario and its scene."""

    scenario: Scenario
    scene: Scene

    def asks(self, answer: Answer | CheckAnswer) -> bool:
        """Say whether an answer is to the question that is asked here."""
        if isinstance(answer, CheckAnswer):
            return False
        return (self.scenario.key, self.scene.key) == (answer.scenario, answer.scene)


@dataclass(frozen=True, slots=True)
class CheckPoint:
    """The next rule check of a person, and the scenario that it follows."""

    scenario: Scenario
    check: RuleCheck

    def asks(self, answer: Answer | CheckAnswer) -> bool:
        """Say whether an answer is to this rule check."""
        return isinstance(answer, CheckAnswer) and answer.check == self.check.key


@dataclass(frozen=True, slots=True)
class Progress:
    """The decisions made and the rule checks answered, and the place reached; a finished module has none left.

    Decisions and rule checks are numbered together, in the order in which they came.
    """

    steps: tuple[Step, ...]
    checks: tuple[CheckStep, ...]
    place: DecisionPoint | CheckPoint | None
    draw: int = 0

    @property
    def answered(self) -> int:
        """Return how many decisions and rule checks have been answered."""
        return len(self.steps) + len(self.checks)

    @property
    def marked_out_of(self) -> int:
        """Return the marks that could have been earned so far."""
        return sum(step.out_of for step in self.steps) + sum(check.out_of for check in self.checks)

    @property
    def marks(self) -> int:
        """Return the marks earned so far."""
        return sum(step.marks for step in self.steps) + sum(check.marks for check in self.checks)


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far an attempt has got, as its pages show.

    ``made`` questions out of ``about`` how many, decisions and rule checks: stories branch, so this is an estimate
    unless it ``is_certain``.
    ``share`` is in hundredths and never falls, whatever route is taken: 0 at the start, 100 at the end.
    """

    made: int
    about: int
    is_certain: bool
    share: int
    minutes_left: int


def progress_from(content: Content, answers: Sequence[Answer | CheckAnswer], draw: int = 0) -> Progress:
    """Follow the answers through the module with one of its draws; ValueError where they do not fit it."""
    progress = Progress((), (), _first_place(content, 0), draw)
    for answer in answers:
        progress = progress_with(content, progress, answer)
    return progress


def progress_with(content: Content, progress: Progress, answer: Answer | CheckAnswer) -> Progress:
    """Return how far an attempt has come with one more answer; ValueError where it does not fit."""
    place, number, draw = progress.place, progress.answered + 1, progress.draw
    if isinstance(place, CheckPoint) and isinstance(answer, CheckAnswer) and place.asks(answer):
        check = check_step(content, place.check, answer, number)
        return Progress(progress.steps, (*progress.checks, check), _place_after_check(content, place, draw), draw)
    if isinstance(place, DecisionPoint) and isinstance(answer, Answer) and place.asks(answer):
        step = _step(content, place, answer.choice, number)
        return Progress((*progress.steps, step), progress.checks, _place_after(content, step, draw), draw)
    raise ValueError("an answer does not follow from those before it")


def how_far(content: Content, progress: Progress) -> HowFar:
    """Return how far an attempt has got. The share uses marks, which add up to the same sum on every route."""
    made, place = progress.answered, progress.place
    share = 100 * progress.marked_out_of // content.out_of
    if not place:
        return HowFar(made, made, True, share, 0)
    ahead = joined([_ahead_in_story(content, place, progress.draw), content.ahead_after(place.scenario, progress.draw)])
    return HowFar(made, made + ahead.questions, ahead.is_certain, share, ahead.minutes)


def _ahead_in_story(content: Content, place: DecisionPoint | CheckPoint, draw: int) -> Stretch:
    checks = content.checks_after(place.scenario, draw)
    if isinstance(place, CheckPoint):
        return stretch_of_checks(checks[checks.index(place.check) :])
    return joined([content.ahead_in_story(place.scenario, place.scene), stretch_of_checks(checks)])


def _step(content: Content, place: DecisionPoint, key: str, number: int) -> Step:
    scenario, scene = place.scenario, place.scene
    choice, ruling = scene.choice(key), content.rulings_on(scenario, scene)[key]
    return Step(
        number=number,
        scenario=scenario,
        scene=scene,
        choice=choice,
        ruling=ruling,
        weight=content.weight_of(scenario, scene, choice),
        fails=content.fails_on(scenario, scene, ruling),
        leads_to=scenario.scene(choice.leads_to),
    )


def _place_after(content: Content, step: Step, draw: int) -> DecisionPoint | CheckPoint | None:
    if not step.leads_to.is_ending:
        return DecisionPoint(step.scenario, step.leads_to)
    return _after_story(content, step.scenario, content.checks_after(step.scenario, draw))


def _place_after_check(content: Content, place: CheckPoint, draw: int) -> DecisionPoint | CheckPoint | None:
    checks = content.checks_after(place.scenario, draw)
    return _after_story(content, place.scenario, checks[checks.index(place.check) + 1 :])


def _after_story(
    content: Content, scenario: Scenario, checks: Sequence[RuleCheck]
) -> DecisionPoint | CheckPoint | None:
    """Return the next rule check of a story, or else where the next story starts."""
    if checks:
        return CheckPoint(scenario, checks[0])
    return _first_place(content, content.scenarios.index(scenario) + 1)


def _first_place(content: Content, index: int) -> DecisionPoint | None:
    if index >= len(content.scenarios):
        return None
    scenario = content.scenarios[index]
    return DecisionPoint(scenario, scenario.start)
