"""Where a person has met the clauses of their policy: in the scenes of any module that they answered."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from modules.content.publish import contents_by_digest
from modules.domain.exposure import ClauseExposure, clauses_behind
from modules.models import AnswerRow, Attempt, ModuleVersion
from policies.domain.policy import Clause

ANSWERED = (
    select(
        AnswerRow.attempt_id,
        AnswerRow.number,
        AnswerRow.scenario,
        AnswerRow.scene,
        AnswerRow.choice,
        ModuleVersion.digest,
    )
    .join(Attempt, Attempt.id == AnswerRow.attempt_id)
    .join(ModuleVersion, ModuleVersion.id == Attempt.version_id)
    .where(Attempt.person_id == bindparam("person_id"))
    .order_by(AnswerRow.given_at.desc(), AnswerRow.number.desc())
)


def exposures_of(session: Session, person_id: int) -> Mapping[Clause, tuple[ClauseExposure, ...]]:
    """Return each clause that a person's answers brought up, with the latest answer in each scene that did.

    A clause is known by its words: one that says something else in a later version has not been met in that version.
    """
    answered = session.execute(ANSWERED, {"person_id": person_id}).all()
    contents = contents_by_digest(session, {row.digest for row in answered})
    met: dict[Clause, dict[tuple[str, str], ClauseExposure]] = {}
    for row in answered:
        content, place = contents[row.digest], (row.scenario, row.scene)
        story = content.scenario(row.scenario)
        exposure = ClauseExposure(row.attempt_id, row.number, story.title, story.scene(row.scene).heading)
        for clause in clauses_behind(content, *place, row.choice):
            met.setdefault(clause, {}).setdefault(place, exposure)
    return {clause: tuple(exposures.values()) for clause, exposures in met.items()}
