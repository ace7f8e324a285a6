"""First attempts as the records have them, one after the other, marked under the version that each was made at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Exists, Row, Select, and_, select
from sqlalchemy.orm import Session, aliased

from core.domain.days import day_of
from lti.domain.roles import Role
from lti.models import Activity, Membership
from managers.insight.banks import banks_of
from managers.insight.domain.item_bank import AskedQuestion, ItemBank
from managers.insight.domain.responses import GivenAnswer, responses_to
from managers.insight.domain.slices import MarkedAttempt
from managers.insight.domain.term import term_of
from managers.models import StaffEntry, StaffMember
from modules.models import AnswerRow, Attempt, CheckAnswerRow, ModuleVersion, ResultRow

AT_ONCE = 500


def first_attempts(session: Session, trust: str, module: str) -> Iterator[MarkedAttempt]:
    """Give the first attempts of all who learn, by school and then by time, some hundred read at once.

    Someone whose first attempt is not finished, or was dropped, has none: they have seen answers since. So has someone
    who began one before under another of their ids. Practice has no results, and so it is never here.
    """
    found = session.execute(_first(trust, module), execution_options={"yield_per": AT_ONCE})
    for some in found.partitions():
        yield from _marked(session, some)


def _first(trust: str, module: str) -> Select[Any]:
    in_course = Membership.course_id == Activity.course_id, Membership.person_id == Attempt.person_id
    return (
        select(Attempt.id, Attempt.draw, Attempt.started_at, ResultRow.finished_at, StaffMember.school_id)
        .add_columns(ModuleVersion.digest, ModuleVersion.number.label("version"))
        .join(ResultRow, ResultRow.attempt_id == Attempt.id)
        .join(ModuleVersion, ModuleVersion.id == Attempt.version_id)
        .join(Activity, Activity.id == Attempt.activity_id)
        .join(Membership, and_(*in_course))
        .outerjoin(StaffEntry, StaffEntry.person_id == Attempt.person_id)
        .outerjoin(StaffMember, StaffMember.id == StaffEntry.staff_id)
        .where(ModuleVersion.trust == trust, ResultRow.module == module)
        .where(Membership.role == Role.STAFF, ~_began_before(), ~_began_before_elsewhere())
        .order_by(StaffMember.school_id, ResultRow.finished_at, Attempt.id)
    )


def _began_before() -> Exists:
    earlier = aliased(Attempt)
    same = earlier.person_id == Attempt.person_id, earlier.module == Attempt.module
    return select(earlier.id).where(*same, earlier.id < Attempt.id).exists()


def _began_before_elsewhere() -> Exists:
    """Return what says that someone began an earlier attempt under an id that belongs to the same staff member."""
    earlier, other = aliased(Attempt), aliased(StaffEntry)
    same = other.staff_id == StaffEntry.staff_id, earlier.module == Attempt.module
    begun = select(earlier.id).join(other, other.person_id == earlier.person_id)
    return begun.where(*same, earlier.id < Attempt.id).exists()


def _marked(session: Session, attempts: Sequence[Row[Any]]) -> Iterator[MarkedAttempt]:
    answers = _answers_of(session, [attempt.id for attempt in attempts])
    banks = banks_of(session, {attempt.digest for attempt in attempts})
    for attempt in attempts:
        given = _given(banks[attempt.digest], attempt, answers[attempt.id])
        term = term_of(day_of(attempt.finished_at)).key
        yield MarkedAttempt(attempt.school_id, term, attempt.version, responses_to(given))


def _answers_of(session: Session, attempts: Sequence[int]) -> Mapping[int, list[Row[Any]]]:
    """Return the answers to decisions and to rule checks of each attempt, in the order in which they were given."""
    decided = select(AnswerRow.attempt_id, AnswerRow.number, AnswerRow.scenario, AnswerRow.scene, AnswerRow.choice)
    checked = select(CheckAnswerRow.attempt_id, CheckAnswerRow.number, CheckAnswerRow.rule_check, CheckAnswerRow.given)
    answers: dict[int, list[Row[Any]]] = {attempt: [] for attempt in attempts}
    for row in (
        *session.execute(decided.add_columns(AnswerRow.given_at).where(AnswerRow.attempt_id.in_(attempts))),
        *session.execute(checked.add_columns(CheckAnswerRow.given_at).where(CheckAnswerRow.attempt_id.in_(attempts))),
    ):
        answers[row.attempt_id].append(row)
    for own in answers.values():
        own.sort(key=lambda row: row.number)
    return answers


def _given(bank: ItemBank, attempt: Row[Any], answers: Iterable[Row[Any]]) -> Iterator[GivenAnswer]:
    """Give the answers of an attempt; each took from the one before it, or from the start, until it was given."""
    before: datetime = attempt.started_at
    for row in answers:
        question, given = _asked(bank, attempt.draw, row)
        yield GivenAnswer(question, given, (row.given_at - before).total_seconds())
        before = row.given_at


def _asked(bank: ItemBank, draw: int, row: Row[Any]) -> tuple[AskedQuestion, Mapping[str, str]]:
    if "rule_check" in row._fields:
        return bank.check_asked(draw, row.rule_check), row.given
    return bank.decisions[row.scenario, row.scene], {row.scene: row.choice}
