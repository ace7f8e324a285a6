"""Moodle's rules for a score that the tool posts: what it turns down, what it keeps, and what it wipes."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import TypeGuard

from sqlalchemy.orm import Session

from practice.courses.holds import Hold, hold_on
from practice.courses.people import PracticePerson
from practice.models import Grade, LineItem
from practice.problems import require, required
from practice.vocabulary import Json

REQUIRED = ("userId", "timestamp", "gradingProgress", "activityProgress")
# Moodle insists on a time zone; without one it could not say which moment is meant.
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


# Finds a person by their id.
Find = Callable[[str], PracticePerson | None]


@dataclass(frozen=True)
class PostedScore:
    """A score that passed the checks: a share of the maximum, or nothing when the grade is to be wiped."""

    person: PracticePerson
    score: float | None
    comment: str | None
    stamped_at: int


def read_score(body: bytes, _now: int, find: Find) -> PostedScore:
    """The score in the tool's JSON; anything that Moodle would not take is 400 with the body in the reason."""
    sent = _json_or_none(body)
    reason = f"Incorrect score received{json.dumps(sent)}"
    fields: Json = required(sent if isinstance(sent, dict) else None, 400, reason)
    require(all(fields.get(name) for name in REQUIRED), 400, reason)
    stamped_at = required(whole_seconds(str(fields["timestamp"])), 400, reason)
    require(_marks_add_up(fields), 400, reason)
    require(isinstance(fields.get("comment"), str | None), 400, reason)
    person = required(find(str(fields["userId"])), 400, reason)
    require(person.is_graded, 400, reason)
    return PostedScore(person, _share(fields), fields.get("comment"), stamped_at)


def keep_score(session: Session, item: LineItem, posted: PostedScore) -> Grade:
    """Put the score into the gradebook, over any earlier one, higher or not; an old or equal time stamp is 409.

    Anything the tool leaves out is erased: the grade if there is no score, the comment if there is no comment. A grade
    that a trainer has set by hand stays as it is, and the tool gets 200; for a locked one it gets 500.
    """
    held = hold_on(session, item, posted.person)
    require(held is not Hold.LOCKED, 500, "The grade is locked")
    grade = grade_of(session, item, posted.person)
    if held is Hold.OVERRIDDEN:
        return grade
    require(posted.stamped_at > grade.stamped_at, 409, "Refusing score with an earlier timestamp")
    grade.score = posted.score
    grade.comment = posted.comment
    grade.stamped_at = posted.stamped_at
    grade.writes += 1
    return grade


def _json_or_none(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _marks_add_up(fields: Json) -> bool:
    """Whether the marks are numbers and come with a maximum above zero, or there are no marks at all."""
    given, maximum = fields.get("scoreGiven"), fields.get("scoreMaximum")
    if given is None:
        return maximum is None or is_number(maximum)
    return is_number(given) and is_number(maximum) and maximum > 0


def is_number(value: object) -> TypeGuard[float]:
    """Whether this is a number in JSON, where true and false are none, and Python would let infinity pass."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _share(fields: Json) -> float | None:
    """The share of the maximum, which counts only once it is fully graded."""
    if fields["gradingProgress"] != "FullyGraded" or fields.get("scoreGiven") is None:
        return None
    share: float = fields["scoreGiven"] / fields["scoreMaximum"]
    return min(max(share, 0.0), 1.0)


def whole_seconds(stamp: str) -> int | None:
    """The moment without its fraction, or nothing if there is no such moment."""
    try:
        return int(datetime.fromisoformat(stamp).timestamp()) if STAMP.fullmatch(stamp) else None
    except ValueError:
        return None


def grade_of(session: Session, item: LineItem, person: PracticePerson) -> Grade:
    """The person's row in the gradebook for that line item, a new one where there is none."""
    key = (item.id, person.id)
    return session.get(Grade, key) or _new_grade(session, *key)


def _new_grade(session: Session, line_item_id: str, person_id: str) -> Grade:
    grade = Grade(line_item_id=line_item_id, person_id=person_id, stamped_at=0, writes=0)
    session.add(grade)
    return grade
