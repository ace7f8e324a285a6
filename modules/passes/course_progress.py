"""How far each person in a course has got with a module, worked out by the database for all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, case, literal, or_, select

from lti.learners import LEARNS_NOW
from lti.models import Activity, Membership
from lti.services.restrictions import ActivityRestriction
from modules.domain.content import TrainingModule
from modules.models import Acknowledgement, Attempt, Pass, ResultRow
from modules.passes.entries import earlier_entries
from modules.passes.passes import is_valid
from policies.domain.policy import Policy


class Standing(Enum):
    """How far a person has got with a module; ``UNCONFIRMED`` means passed without having confirmed the policy."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    NOT_PASSED = "not-passed"
    PASSED = "passed"
    UNCONFIRMED = "policy-not-confirmed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class ProgressQuery:
    """Whose standing we want: a course's people, one module, and the policy that it asks them to confirm, if any.

    ``versions`` are those whose confirmation counts for that policy. Where the course ``is_restricted``, some of its
    people cannot open one of its activities. ``among`` are further conditions for those whom we want.
    """

    course_id: int
    module: TrainingModule
    policy: Policy | None
    versions: Sequence[str]
    now: datetime
    is_restricted: bool = False
    among: tuple[ColumnElement[bool], ...] = ()


def standings_of(asked: ProgressQuery) -> Select[int, str]:
    """Select the people of a course who have to take the module, each with their standing."""
    module, now = asked.module.key, asked.now
    theirs = select(ResultRow.attempt_id).where(ResultRow.module == module, ResultRow.person_id == Membership.person_id)
    under_way = select(Attempt.id).where(
        Attempt.module == module,
        Attempt.person_id == Membership.person_id,
        Attempt.finished_at.is_(None),
        Attempt.dropped_at.is_(None),
    )
    passes = select(Pass.attempt_id).where(Pass.module == module, Pass.person_id == Membership.person_id)
    # Worked out person by person, so that a page does so only for the people it shows.
    standing = case(
        (passes.where(is_valid(now)).exists(), _passed(asked)),
        (passes.exists(), literal(Standing.EXPIRED.value)),
        (under_way.exists(), literal(Standing.IN_PROGRESS.value)),
        (theirs.exists(), literal(Standing.NOT_PASSED.value)),
        else_=literal(Standing.NOT_STARTED.value),
    )
    return select(Membership.person_id, standing.label("standing")).where(*takes(asked))


def _passed(asked: ProgressQuery) -> ColumnElement[str]:
    """Return the standing of someone who has passed, which depends on the policy where the module asks for that too."""
    passed = literal(Standing.PASSED.value)
    if not asked.policy:
        return passed
    confirmed = has_confirmed(asked.policy, asked.versions)
    return case((confirmed, passed), else_=literal(Standing.UNCONFIRMED.value))


def has_confirmed(policy: Policy, versions: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition for a member of a course to have confirmed the policy, in one of the versions that count."""
    theirs = Acknowledgement.person_id == Membership.person_id, Acknowledgement.trust == policy.key
    return select(Acknowledgement.version).where(*theirs, Acknowledgement.version.in_(versions)).exists()


@lru_cache(maxsize=256)
def learns_in(course_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return what makes someone one of those who have to take a course's modules: there now, and no leader.

    Someone with two entries in the course counts once, under the one they use now.
    """
    here = Membership.course_id == course_id, *LEARNS_NOW
    return *here, Membership.person_id.not_in(earlier_entries(course_id))


def takes(asked: ProgressQuery) -> tuple[ColumnElement[bool], ...]:
    """Return what makes someone one of those who have to take this module: they learn here, and can open it."""
    learns = *learns_in(asked.course_id), *asked.among
    return (*learns, can_open(asked.course_id, asked.module.key)) if asked.is_restricted else learns


def can_open(course_id: int, module: str) -> ColumnElement[bool]:
    """Return what lets a member of a course open a module: an activity that is not restricted for them, or a start."""
    same = ActivityRestriction.activity_id == Activity.id, ActivityRestriction.person_id == Membership.person_id
    restricted = select(ActivityRestriction.person_id).where(*same).correlate(Activity, Membership).exists()
    placed = select(Activity.id).where(Activity.course_id == course_id, Activity.module == module)
    begun = select(Attempt.id).where(Attempt.module == module, Attempt.person_id == Membership.person_id)
    return or_(placed.where(~restricted).exists(), begun.exists())


def taken_in_by(only: Standing) -> list[str]:
    """Return the standings that count under this one."""
    return [only.value, Standing.UNCONFIRMED.value] if only is Standing.PASSED else [only.value]
