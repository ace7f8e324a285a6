"""How far an attempt has come, worked out from its answers alone, so that nothing about it can disagree with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modules.domain.content import Content
from scenarios.domain.rating import FULL_MARKS, Rating, Ruling
from scenarios.domain.scenario import Choice, Scenario, Scene


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person chose in a scene, by keys."""

    scenario: str
    scene: str
    choice: str


@dataclass(frozen=True, slots=True)
class Step:
    """An answer in full: the choice, the policy's ruling on it, its weight, and where it led."""

    number: int
    scenario: Scenario
    scene: Scene
    choice: Choice
    ruling: Ruling
    weight: int
    critical: bool
    leads_to: Scene

    @property
    def marks(self) -> int:
        """Return the marks earned."""
        return self.ruling.marks * self.weight

    @property
    def out_of(self) -> int:
        """Return the marks that could have been earned."""
        return FULL_MARKS * self.weight

    @property
    def fails(self) -> bool:
        """Say whether this step fails the attempt on its own."""
        return self.critical and self.ruling.rating is Rating.SERIOUS_BREACH


@dataclass(frozen=True, slots=True)
class DecisionPoint:
    """The next decision of a person: its scenario and its scene."""

    scenario: Scenario
    scene: Scene

    def asks(self, answer: Answer) -> bool:
        """Say whether an answer is to the question that is asked here."""
        return (self.scenario.key, self.scene.key) == (answer.scenario, answer.scene)


@dataclass(frozen=True, slots=True)
class Progress:
    """The steps taken, and the place reached; no place is left where the module is finished."""

    steps: tuple[Step, ...]
    place: DecisionPoint | None


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far an attempt has got, as its pages show.

    ``made`` decisions out of ``about`` how many: stories branch, so this is an estimate unless it ``is_certain``.
    ``share`` is in hundredths and never falls, whatever route is taken: 0 at the start, 100 at the end.
    """

    made: int
    about: int
    is_certain: bool
    share: int
    minutes_left: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished attempt came to; ``score`` is the share, from 0 to 1, that counts as its grade."""

    marks: int
    out_of: int
    score: float
    passed: bool
    failed_on: tuple[Step, ...]


def progress_from(content: Content, answers: Sequence[Answer]) -> Progress:
    """Follow the answers through the module; ValueError where they do not fit it."""
    steps: list[Step] = []
    place = _first_place(content, 0)
    for answer in answers:
        if not place or not place.asks(answer):
            raise ValueError("an answer does not follow from those before it")
        step = _step(content, place, answer.choice, len(steps) + 1)
        steps.append(step)
        place = _place_after(content, step)
    return Progress(tuple(steps), place)


def how_far(content: Content, progress: Progress) -> HowFar:
    """Return how far an attempt has got. The share uses weights, which add up to the same sum on every route."""
    made, place = len(progress.steps), progress.place
    share = 100 * FULL_MARKS * sum(step.weight for step in progress.steps) // content.out_of
    if not place:
        return HowFar(made, made, True, share, 0)
    ahead = content.ahead_of(place.scenario, place.scene)
    return HowFar(made, made + ahead.decisions, ahead.is_certain, share, ahead.minutes)


def result_of(content: Content, steps: Sequence[Step]) -> Result:
    """Add up a finished attempt. The pass mark is reached on the marks themselves, never on a rounded percentage.

    A serious breach on a critical item fails the attempt whatever the marks. An LMS knows only the grade, so that must
    say the same: it stays one point below the pass mark.
    """
    marks, pass_mark = sum(step.marks for step in steps), content.module.pass_mark
    failed_on = tuple(step for step in steps if step.fails)
    share = marks / content.out_of
    score = min(share, (pass_mark - 1) / 100) if failed_on else share
    enough = marks * 100 >= pass_mark * content.out_of
    return Result(marks, content.out_of, score, enough and not failed_on, failed_on)


def _step(content: Content, place: DecisionPoint, key: str, number: int) -> Step:
    scenario, scene = place.scenario, place.scene
    choice = scene.choice(key)
    return Step(
        number=number,
        scenario=scenario,
        scene=scene,
        choice=choice,
        ruling=content.rulings_on(scenario, scene)[key],
        weight=content.weight_of(scenario, scene, choice),
        critical=content.is_critical(scenario, scene),
        leads_to=scenario.scene(choice.leads_to),
    )


def _place_after(content: Content, step: Step) -> DecisionPoint | None:
    if not step.leads_to.is_ending:
        return DecisionPoint(step.scenario, step.leads_to)
    return _first_place(content, content.scenarios.index(step.scenario) + 1)


def _first_place(content: Content, index: int) -> DecisionPoint | None:
    if index >= len(content.scenarios):
        return None
    scenario = content.scenarios[index]
    return DecisionPoint(scenario, scenario.start)


@dataclass(frozen=True, slots=True)
class TopicScore:
    """A person's marks in one topic."""

    topic: str
    marks: int
    out_of: int

    @property
    def missed(self) -> int:
        """Return the marks that were lost."""
        return self.out_of - self.marks


def by_topic(steps: Sequence[Step]) -> list[TopicScore]:
    """Add up the marks of a finished attempt by topic, in the order in which the topics came."""
    steps_by: dict[str, list[Step]] = {}
    for step in steps:
        steps_by.setdefault(step.scenario.topic, []).append(step)
    return [
        TopicScore(topic, sum(step.marks for step in own), sum(step.out_of for step in own))
        for topic, own in steps_by.items()
    ]


def by_scenario(content: Content, steps: Sequence[Step]) -> Iterator[tuple[Scenario, tuple[Step, ...]]]:
    """Group steps by scenario, in the module's order; scenarios not yet reached come with none."""
    for scenario in content.scenarios:
        yield scenario, tuple(step for step in steps if step.scenario.key == scenario.key)
