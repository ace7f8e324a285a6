"""The staff of a large trust, at forty schools and each somewhere in ten modules: written straight into the tables."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.people import under_another_key
from core.domain.days import day_of
from core.domain.names import sort_name
from core.schools import School
from managers.models import StaffMember, StaffTraining
from managers.overview import note_overviews
from modules.content.publish import publish
from modules.domain.content import Content
from modules.passes.course_progress import Standing

SCHOOLS = 40
AT_ONCE = 500
Values = dict[str, Any]
# Four of five have passed everything, and of twenty modules of the others, so many are elsewhere.
STANDINGS = {
    **dict.fromkeys(range(5), Standing.NOT_STARTED),
    **dict.fromkeys(range(5, 8), Standing.IN_PROGRESS),
    **dict.fromkeys(range(8, 10), Standing.NOT_PASSED),
}


def fill(session: Session, content: Content, staff: int, modules: int, now: datetime) -> None:
    """Write so many staff, each with so many modules; the schools are of different sizes."""
    trust = content.policy.key
    keys = [f"{content.module.key}-{number}" for number in range(1, modules + 1)]
    for key in keys:
        publish(session, under_another_key(content, key), now)
    schools = [School(trust=trust, name=f"School {n:02}", sort_name=f"school {n:02}") for n in range(1, SCHOOLS + 1)]
    session.add_all(schools)
    session.flush()
    ids = [school.id for school in schools]
    for first in range(1, staff + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, staff + 1))
        members = [_member(trust, number, ids) for number in numbers]
        session.execute(insert(StaffMember), members)
        session.execute(insert(StaffTraining), [row for member in members for row in _trainings(member, keys, now)])
        note_overviews(session, numbers)


def _member(trust: str, number: int, schools: list[int]) -> Values:
    name = f"Person {number}"
    # One of fifty belongs to no school yet.
    school = None if number % 50 == 0 else schools[(number + number // 97) % len(schools) * (1 + number % 2) // 2]
    email = f"w{number}@school.example"
    return {
        "id": number,
        "trust": trust,
        "name": name,
        "email": email,
        "sort_name": sort_name(name, email, None),
        "school_id": school,
    }


def _trainings(member: Values, modules: list[str], now: datetime) -> Iterator[Values]:
    today, number = day_of(now), member["id"]
    is_behind = number % 5 == 0 or (member["school_id"] or 0) % 9 == 1
    for place, module in enumerate(modules):
        case = number * 7 + place * 3 + number // 11
        reached = STANDINGS.get(case % 20, Standing.PASSED) if is_behind else Standing.PASSED
        lasts = today + timedelta(days=case % 350 - 10 * is_behind) if reached is Standing.PASSED else None
        yield {
            "staff_id": number,
            "module": module,
            "since": today - timedelta(days=200),
            "reached": reached,
            "passed_at": now - timedelta(days=15) if lasts else None,
            "valid_until": lasts,
            "due_on": lasts or today + timedelta(days=case % 120 - 30),
            **{name: member[name] for name in ("trust", "school_id", "sort_name")},
        }
