"""What a finished attempt came to, as a whole, by topic and by story."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modules.domain.content import Content
from modules.domain.progress import Progress, Step
from scenarios.domain.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished attempt came to; ``score`` is the share, from 0 to 1, that counts as its grade."""

    marks: int
    out_of: int
    score: float
    passed: bool
    failed_on: tuple[Step, ...]


def result_of(content: Content, progress: Progress) -> Result:
    """Add up a finished attempt. The pass mark is reached on the marks themselves, never on a rounded percentage.

    A serious breach on a critical item, or of what is forbidden everywhere, fails the attempt whatever the marks. An
    LMS knows only the grade, so that must say the same: it stays one point below the pass mark.
    """
    marks, pass_mark = progress.marks, content.module.pass_mark
    failed_on = tuple(step for step in progress.steps if step.fails)
    share = marks / content.out_of
    score = min(share, (pass_mark - 1) / 100) if failed_on else share
    enough = marks * 100 >= pass_mark * content.out_of
    return Result(marks, content.out_of, score, enough and not failed_on, failed_on)


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
