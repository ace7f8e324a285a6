"""Answers to all attempts of a crowd, and the schools that its people belong to, written straight into the tables."""

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.crowd import Values
from core.schools import School
from managers.models import StaffEntry, StaffMember
from modules.domain.check_step import CheckAnswer, asked_in
from modules.domain.content import Content
from modules.domain.progress import Answer, CheckPoint, DecisionPoint, progress_from, progress_with
from modules.models import AnswerRow, Attempt, CheckAnswerRow
from scenarios.domain.rule_check import Bin
from tests.support.knowing import right_answer

SCHOOLS = 40
# So many ways of answering: working one out takes longer than writing it.
WAYS = 200
KNOWN = 0.7
SECONDS = 40
AT_ONCE = 500


def give_answers(session: Session, content: Content) -> None:
    """Answer every attempt in one of many ways, as people do who know most of the policy."""
    chance = random.Random(1)
    ways = [list(_way(content, chance)) for _ in range(WAYS)]
    attempts = iter(session.execute(select(Attempt.id, Attempt.started_at)).all())
    while some := list(islice(attempts, AT_ONCE)):
        rows: dict[type[AnswerRow] | type[CheckAnswerRow], list[Values]] = {AnswerRow: [], CheckAnswerRow: []}
        for attempt_id, started_at in some:
            for number, (table, values) in enumerate(ways[attempt_id % WAYS], start=1):
                given_at = started_at + timedelta(seconds=SECONDS * number)
                rows[table].append({"attempt_id": attempt_id, "number": number, "given_at": given_at, **values})
        for table, written in rows.items():
            session.execute(insert(table), written)


def _way(content: Content, chance: random.Random) -> Iterator[tuple[type[AnswerRow] | type[CheckAnswerRow], Values]]:
    progress = progress_from(content, [])
    while place := progress.place:
        answer = _answer(content, place, chance)
        progress = progress_with(content, progress, answer)
        if isinstance(answer, CheckAnswer):
            yield CheckAnswerRow, {"rule_check": answer.check, "given": dict(answer.given)}
        else:
            yield AnswerRow, {"scenario": answer.scenario, "scene": answer.scene, "choice": answer.choice}


def _answer(content: Content, place: DecisionPoint | CheckPoint, chance: random.Random) -> Answer | CheckAnswer:
    if chance.random() < KNOWN:
        return right_answer(content, place)
    if isinstance(place, DecisionPoint):
        return Answer(place.scenario.key, place.scene.key, chance.choice(place.scene.choices).key)
    fact = place.check.fact
    ways = [answer.key for answer in content.fact(fact).answers] if fact else [each.value for each in Bin]
    return CheckAnswer(place.check.key, {key: chance.choice(ways) for key in asked_in(place.check)})


def put_in_schools(session: Session, trust: str, staff: int) -> None:
    """Let each of the people be a member of staff of one of the schools."""
    schools = range(1, SCHOOLS + 1)
    named = [{"id": n, "trust": trust, "name": f"School {n}", "sort_name": f"school {n:03}"} for n in schools]
    session.execute(insert(School), named)
    people = range(1, staff + 1)
    members = [{"id": n, "trust": trust, "sort_name": f"{n:06}", "school_id": n % SCHOOLS + 1} for n in people]
    session.execute(insert(StaffMember), [{**each, "school_given": False} for each in members])
    session.execute(insert(StaffEntry), [{"person_id": n, "staff_id": n} for n in people])
