"""Where a person has met the clauses of their policy: in the questions of any module that they answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from modules.content.publish import contents_by_digest
from modules.domain.content import Content
from modules.domain.exposure import ClauseExposure, clauses_asked_in, clauses_behind
from modules.models import AnswerRow, Attempt, CheckAnswerRow, ModuleVersion
from policies.domain.policy import Clause

ANSWERED = (
    select(AnswerRow, ModuleVersion.digest)
    .join(Attempt, Attempt.id == AnswerRow.attempt_id)
    .join(ModuleVersion, ModuleVersion.id == Attempt.version_id)
    .where(Attempt.person_id == bindparam("person_id"))
)
CHECKED = (
    select(CheckAnswerRow, ModuleVersion.digest, Attempt.draw)
    .join(Attempt, Attempt.id == CheckAnswerRow.attempt_id)
    .join(ModuleVersion, ModuleVersion.id == Attempt.version_id)
    .where(Attempt.person_id == bindparam("person_id"))
)


@dataclass(frozen=True)
class Meeting:
    """An answered question and the clauses that it brought up; the same question can be met in several attempts."""

    when: tuple[datetime, int]
    question: tuple[str, ...]
    exposure: ClauseExposure
    clauses: tuple[Clause, ...]


def exposures_of(session: Session, person_id: int) -> Mapping[Clause, tuple[ClauseExposure, ...]]:
    """Return each clause that a person's answers brought up, with the latest answer to each question that did.

    A clause is known by its words: one that says something else in a later version has not been met in that version.
    """
    met: dict[Clause, dict[tuple[str, ...], ClauseExposure]] = {}
    for meeting in sorted(_meetings(session, person_id), key=lambda meeting: meeting.when, reverse=True):
        for clause in meeting.clauses:
            met.setdefault(clause, {}).setdefault(meeting.question, meeting.exposure)
    return {clause: tuple(exposures.values()) for clause, exposures in met.items()}


def _meetings(session: Session, person_id: int) -> list[Meeting]:
    who = {"person_id": person_id}
    answered, checked = session.execute(ANSWERED, who).all(), session.execute(CHECKED, who).all()
    contents = contents_by_digest(session, {row.digest for row in (*answered, *checked)})
    return [
        *(_in_scene(contents[row.digest], row.AnswerRow) for row in answered),
        *(_in_check(contents[row.digest], row.CheckAnswerRow, row.draw) for row in checked),
    ]


def _in_scene(content: Content, row: AnswerRow) -> Meeting:
    story = content.scenario(row.scenario)
    exposure = ClauseExposure(row.attempt_id, row.number, story.title, story.scene(row.scene).heading)
    clauses = clauses_behind(content, row.scenario, row.scene, row.choice)
    return Meeting((row.given_at, row.number), (row.scenario, row.scene), exposure, clauses)


def _in_check(content: Content, row: CheckAnswerRow, draw: int) -> Meeting:
    check = next(each for each in content.checks_of(draw) if each.key == row.rule_check)
    story = content.scenario(check.after)
    exposure = ClauseExposure(row.attempt_id, row.number, story.title, check.question, is_check=True)
    return Meeting((row.given_at, row.number), (check.key,), exposure, clauses_asked_in(content, check))
