"""Attempts: finding one, and how far it has come."""

from sqlalchemy import Select, bindparam, null, select, type_coerce, union_all
from sqlalchemy.orm import Session, joinedload

from modules.content.publish import content_of
from modules.domain.check_step import CheckAnswer
from modules.domain.content import Content
from modules.domain.progress import Answer, Progress, progress_from
from modules.errors import Dropped, NotYours
from modules.models import AnswerRow, Attempt, CheckAnswerRow

OWN_ATTEMPT = (
    select(Attempt)
    .options(joinedload(Attempt.version, innerjoin=True))
    .where(Attempt.id == bindparam("attempt_id"), Attempt.person_id == bindparam("person_id"))
)


TAKEN = OWN_ATTEMPT.with_for_update(of=Attempt)
ANSWERS = (
    select(AnswerRow.number, AnswerRow.scenario, AnswerRow.scene, AnswerRow.choice)
    .where(AnswerRow.attempt_id == bindparam("attempt_id"))
    .order_by(AnswerRow.number)
)
# The columns of both tables, those of the other empty: decisions and rule checks are numbered together.
ALL_ANSWERS = union_all(
    select(
        AnswerRow.number,
        AnswerRow.scenario,
        AnswerRow.scene,
        AnswerRow.choice,
        type_coerce(null(), CheckAnswerRow.rule_check.type).label("rule_check"),
        type_coerce(null(), CheckAnswerRow.given.type).label("given"),
    ).where(AnswerRow.attempt_id == bindparam("attempt_id")),
    select(CheckAnswerRow.number, null(), null(), null(), CheckAnswerRow.rule_check, CheckAnswerRow.given).where(
        CheckAnswerRow.attempt_id == bindparam("attempt_id")
    ),
).order_by("number")


OPEN = (
    select(Attempt)
    .options(joinedload(Attempt.version, innerjoin=True))
    .where(Attempt.person_id == bindparam("person_id"), Attempt.module == bindparam("module"))
    .where(Attempt.finished_at.is_(None), Attempt.dropped_at.is_(None))
)


def open_attempt(session: Session, person_id: int, module: str) -> Attempt | None:
    """Return the attempt at a module that a person has neither finished nor dropped, or None."""
    return session.scalar(OPEN, {"person_id": person_id, "module": module})


def find_attempt(session: Session, attempt_id: int, person_id: int) -> Attempt:
    """Return a person's own attempt with its version; NotYours otherwise."""
    return _own(session, OWN_ATTEMPT, attempt_id, person_id)


def take_attempt(session: Session, attempt_id: int, person_id: int) -> Attempt:
    """Return a person's own attempt, which no one else can write until our transaction ends; NotYours otherwise."""
    return _own(session, TAKEN, attempt_id, person_id)


def _own(session: Session, statement: Select[Attempt], attempt_id: int, person_id: int) -> Attempt:
    attempt = session.scalar(statement, {"attempt_id": attempt_id, "person_id": person_id})
    if not attempt:
        raise NotYours
    return attempt


def require_kept(attempt: Attempt) -> None:
    """Refuse to continue an attempt that has been dropped."""
    if attempt.dropped_at:
        raise Dropped


def progress_of(session: Session, attempt: Attempt) -> Progress:
    """Return how far an attempt has come."""
    content = content_of(attempt.version)
    return progress_from(content, answers_to(session, attempt, content), attempt.draw)


def answers_to(session: Session, attempt: Attempt, content: Content) -> list[Answer | CheckAnswer]:
    """Return the answers of an attempt in the order in which they were given."""
    own = {"attempt_id": attempt.id}
    if not content.draws:
        return [Answer(*answer) for _, *answer in session.execute(ANSWERS, own).all()]
    return [
        CheckAnswer(row.rule_check, row.given) if row.rule_check else Answer(row.scenario, row.scene, row.choice)
        for row in session.execute(ALL_ANSWERS, own).all()
    ]
