"""Five people who answer the small module with rule checks, so that every figure can be worked out on paper.

What each of them earns, of 55 marks; Cas posts the photo at once and does not come to the second scene:

=====  ==========  ==========  ==========================  ==========  ========
who    first       second      acts: decline, post, joke   only        fact
=====  ==========  ==========  ==========================  ==========  ========
Ann    10 of 10    10 of 10    5, 5, 5                     10 of 10    10
Bea    5 of 10     10 of 10    5, 0, 5                     5 of 10     10
Cas    0 of 20     –           5, 5, 0                     10 of 10    0
Dev    10 of 10    5 of 10     5, 0, 0                     0 of 10     10
Eve    10 of 10    10 of 10    5, 5, 5                     10 of 10    0
=====  ==========  ==========  ==========================  ==========  ========
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lti.models import Activity, Person
from modules.models import AnswerRow, Attempt, CheckAnswerRow, ModuleVersion, ResultRow
from tests.support.checked import RIGHT, WHOM
from tests.support.factories import NOW


@dataclass(frozen=True)
class Paper:
    """What someone answers: a choice in each scene that they come to, a bin for each act, and a fact."""

    first: str
    second: str | None
    acts: Mapping[str, str]
    only: str
    fact: str

    @property
    def answers(self) -> list[tuple[tuple[str, ...], Mapping[str, str]]]:
        """Return the questions in their order, and what is given to each."""
        decisions = {"first": self.first} | ({"second": self.second} if self.second else {})
        return [
            *((("fork", scene), {scene: choice}) for scene, choice in decisions.items()),
            (("pictures",), self.acts),
            (("short", "only"), {"only": self.only}),
            (("whom",), {WHOM.key: self.fact}),
        ]


PAPERS = {
    "Ann": Paper("decline", "decline", RIGHT, "decline", "head"),
    "Bea": Paper("ask", "decline", RIGHT | {"photo.post": "allows"}, "ask", "head"),
    "Cas": Paper("post", None, RIGHT | {"photo.joke": "forbids"}, "decline", "no-one"),
    "Dev": Paper("decline", "ask", dict.fromkeys(RIGHT, "allows"), "post", "head"),
    "Eve": Paper("decline", "decline", RIGHT, "decline", "silent"),
}
SECONDS_EACH = 40
EACH = timedelta(seconds=SECONDS_EACH)


def add_attempt(
    session: Session, activity: Activity, version: ModuleVersion, person: Person, paper: Paper, at: datetime = NOW
) -> Attempt:
    """Add a finished attempt of someone, in which each question took them 40 seconds."""
    about = {"person_id": person.id, "module": activity.module}
    attempt = Attempt(activity_id=activity.id, version_id=version.id, started_at=at, finished_at=at, **about)
    session.add(attempt)
    session.flush()
    for number, (place, given) in enumerate(paper.answers, start=1):
        said = {"attempt_id": attempt.id, "number": number, "given_at": at + number * EACH}
        if len(place) == 1:
            session.add(CheckAnswerRow(rule_check=place[0], given=dict(given), **said))
        else:
            session.add(AnswerRow(scenario=place[0], scene=place[1], choice=given[place[1]], **said))
    score = {"marks": 30, "out_of": 55, "score": 30 / 55, "passed": False}
    session.add(ResultRow(attempt_id=attempt.id, finished_at=at, **about, **score))
    session.flush()
    return attempt
