"""Choosing training for a course: what a trust has to offer, and what its LMS is told of a trainer's choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, undefer

from config import Settings
from lti.deep_linking import choosing_of, respond
from lti.domain.content_items import Item
from lti.domain.roles import LEADING
from lti.visits import CurrentVisit
from modules.domain.content import TrainingModule
from modules.domain.coverage import coverage_of
from modules.models import ModuleVersion
from modules.publish import content_of, is_latest


@dataclass(frozen=True)
class Offer:
    """A module that a trainer can put into a course, with how many of the trust's trainable clauses it covers."""

    module: TrainingModule
    covers: int
    trainable: int


@dataclass(frozen=True)
class Wishes:
    """What a trainer wants of activities: a column for the score, one for completion, a moment to be done by."""

    has_column: bool = True
    marks_completion: bool = False
    due: datetime | None = None


@dataclass(frozen=True)
class Refusal:
    """Why nothing can be chosen, and what to do next."""

    why: str
    next_step: str


NO_ACTIVITIES = Refusal(
    "Training is added as an activity, and this part of your LMS does not take activities.",
    "Add it where your course takes activities: in Moodle with “Add an activity or resource”, in Canvas as an "
    "assignment or in a module.",
)
NOT_A_TRAINER = Refusal(
    "Only those who lead the course can choose training for it.",
    "Ask whoever leads the course to add the training that you are looking for.",
)

_LATEST = select(ModuleVersion.id, ModuleVersion.digest).where(ModuleVersion.trust == bindparam("trust"), is_latest())
_WHOLE = (
    select(ModuleVersion)
    .where(ModuleVersion.id.in_(bindparam("ids", expanding=True)))
    .options(undefer(ModuleVersion.content))
)
_made: dict[str, Offer] = {}


def offers(session: Session, trust: str) -> list[Offer]:
    """Return what a trust has published, the latest version of each module.

    What everybody needs stands first, then what renews it, then what is for practice; each by title.
    """
    latest = session.execute(_LATEST, {"trust": trust}).all()
    # Versions never change, so that what is told of each is worked out once a process.
    if unknown := [row.id for row in latest if row.digest not in _made]:
        for version in session.scalars(_WHOLE, {"ids": unknown}):
            _made[version.digest] = _offer(version)
    return sorted((_made[row.digest] for row in latest), key=lambda offer: _order(offer.module))


def _order(module: TrainingModule) -> tuple[bool, bool, str]:
    return module.is_practice, bool(module.renews), module.title.casefold()


def _offer(version: ModuleVersion) -> Offer:
    content = content_of(version)
    coverage = coverage_of(content.policy, [content])
    return Offer(content.module, len(coverage.covered), len(coverage.trainable))


def add_to_course(
    session: Session,
    visit: CurrentVisit,
    chosen: Sequence[TrainingModule],
    wishes: Wishes,
    settings: Settings,
    now: datetime,
) -> tuple[str, str]:
    """Return where the browser is to take our answer, and the answer: an activity for each of these modules."""
    return respond(session, visit, [_item(module, wishes) for module in chosen], settings, now)


def _item(module: TrainingModule, wishes: Wishes) -> Item:
    # A column that nothing ever comes into would only raise questions.
    graded = not module.is_practice
    has_column, marks_completion = graded and wishes.has_column, graded and wishes.marks_completion
    return Item(module.key, module.title, module.says, has_column, marks_completion, wishes.due)


def add_nothing(session: Session, visit: CurrentVisit, settings: Settings, now: datetime) -> tuple[str, str]:
    """Return where the browser is to take our answer, and the answer: no activity, and why where nobody decided so."""
    refusal = refusal_of(visit)
    return respond(session, visit, [], settings, now, f"{refusal.why} {refusal.next_step}" if refusal else None)


def refusal_of(visit: CurrentVisit) -> Refusal | None:
    """Say why nothing can be chosen in this visit; None where it can."""
    if visit.role not in LEADING:
        return NOT_A_TRAINER
    return None if choosing_of(visit).takes_links else NO_ACTIVITIES
