"""What was missed in a finished attempt: topic by topic, with the clauses to read again before the next one."""

from collections.abc import Sequence
from dataclasses import dataclass

from modules.domain.content import Content
from modules.domain.exposure import clauses_behind
from modules.domain.progress import Step
from modules.domain.result import TopicScore, by_topic
from policies.domain.policy import Clause


@dataclass(frozen=True, slots=True)
class Missed:
    """A topic where marks were lost, and the clauses that cost them, each once."""

    score: TopicScore
    decisions: int
    clauses: tuple[Clause, ...]


def missed_in(content: Content, steps: Sequence[Step]) -> list[Missed]:
    """Return the topics where marks were lost, the one with most to gain first."""
    found = [_missed(content, score, steps) for score in by_topic(steps) if score.missed]
    return sorted(found, key=lambda missed: missed.score.missed, reverse=True)


def _missed(content: Content, score: TopicScore, steps: Sequence[Step]) -> Missed:
    short = [step for step in steps if step.scenario.topic == score.topic and step.marks < step.out_of]
    clauses = (
        clause
        for step in short
        for clause in clauses_behind(content, step.scenario.key, step.scene.key, step.choice.key)
    )
    return Missed(score, len(short), tuple(dict.fromkeys(clauses)))
