"""Choosing training for a course: what a trust has to offer, and what its LMS is told of a trainer's choice."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import CompoundSelect, bindparam, null, select, union_all
from sqlalchemy.orm import Session, undefer

from config import Settings
from core.cache import Cache
from core.domain.days import last_second_of
from lti.domain.content_items import Item
from lti.domain.roles import LEADING
from lti.launch.deep_linking import choosing_of, respond
from lti.models import Activity
from lti.visits.visit import CurrentVisit
from modules.content.publish import content_of, is_latest
from modules.content.published import offering_in_force
from modules.domain.content import TrainingModule
from modules.domain.coverage import coverage_of
from modules.domain.offering import Offering
from modules.models import ChosenModule, ModuleVersion


@dataclass(frozen=True)
class ModuleOffer:
    """A module that a trainer can put into a course: how long it takes, and how many trainable clauses it covers.

    ``in_course`` says that an activity of the course asks for it; ``chosen_at`` is when it was last chosen in our
    dialog. ``is_starter`` marks the modules that most courses should begin with.
    """

    module: TrainingModule
    minutes: tuple[int, int]
    covers: int
    trainable: int
    is_starter: bool = False
    in_course: bool = False
    chosen_at: datetime | None = None

    @property
    def is_new(self) -> bool:
        """Say whether, as far as we know, the course does not have it yet."""
        return not self.in_course and self.chosen_at is None


@dataclass(frozen=True)
class ActivityOptions:
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
    "Training is added as an activity, and this part of your LMS does not accept activities.",
    "Add it where your course takes activities: in Moodle with “Add an activity or resource”, in Canvas as an "
    "assignment or in a module.",
)
NOT_A_TRAINER = Refusal(
    "Only the people who lead the course can choose training for it.",
    "Ask the person who leads the course to add the training you need.",
)

_LATEST = select(ModuleVersion.id, ModuleVersion.digest).where(ModuleVersion.trust == bindparam("trust"), is_latest())
_WHOLE = (
    select(ModuleVersion)
    .where(ModuleVersion.id.in_(bindparam("ids", expanding=True)))
    .options(undefer(ModuleVersion.content))
)
_ASKED_FOR = select(Activity.module, null().label("chosen_at")).where(
    Activity.course_id == bindparam("course_id"), Activity.module.is_not(None)
)
_CHOSEN = select(ChosenModule.module, ChosenModule.chosen_at).where(ChosenModule.course_id == bindparam("course_id"))
_KNOWN: CompoundSelect[str, datetime | None] = union_all(_CHOSEN, _ASKED_FOR)
_made: Cache[str, ModuleOffer] = Cache(500)


def offers(session: Session, trust: str, course_id: int) -> list[ModuleOffer]:
    """Return the latest version of each module a trust has published, and which of them a course already has.

    The order and the starter set are published too.
    """
    ids = {row.digest: row.id for row in session.execute(_LATEST, {"trust": trust})}

    def make(missing: Set[str]) -> dict[str, ModuleOffer]:
        wanted = session.scalars(_WHOLE, {"ids": [ids[digest] for digest in missing]})
        return {version.digest: _offer(version) for version in wanted}

    made = _made.get_all(ids, make).values()
    offering, known = offering_in_force(session), _known_in(session, course_id)
    found = sorted(made, key=lambda offer: offering.place_of(offer.module))
    return [_in_course(offer, known, offering) for offer in found]


def _known_in(session: Session, course_id: int) -> dict[str, datetime | None]:
    """Return a course's modules: those that activities ask for, with no time, and those chosen here, with the time."""
    rows = session.execute(_KNOWN, {"course_id": course_id}).all()
    return {row.module: row.chosen_at for row in sorted(rows, key=lambda row: row.chosen_at is None)}


def _in_course(offer: ModuleOffer, known: Mapping[str, datetime | None], offering: Offering) -> ModuleOffer:
    key = offer.module.key
    chosen_at = known.get(key)
    return replace(
        offer,
        is_starter=key in offering.starter,
        in_course=key in known and chosen_at is None,
        chosen_at=chosen_at,
    )


def _offer(version: ModuleVersion) -> ModuleOffer:
    content = content_of(version)
    coverage = coverage_of(content.policy, [content])
    return ModuleOffer(content.module, content.minutes, len(coverage.covered), len(coverage.trainable))


def add_to_course(
    session: Session,
    visit: CurrentVisit,
    chosen: Sequence[TrainingModule],
    options: ActivityOptions,
    due_dates: Mapping[str, date],
    settings: Settings,
    now: datetime,
) -> tuple[str, str]:
    """Return where the browser sends our answer, and the answer: an activity for each of these modules.

    The choice is recorded, so that the dialog can show it when it opens again before anyone has opened the activity.
    ``due_dates`` are those of the trust's rules, by module, for activities that get none from the trainer.
    """
    for module in chosen:
        session.merge(ChosenModule(course_id=visit.course_id, module=module.key, chosen_at=now))
    items = [_item(module, options, due_dates.get(module.key)) for module in chosen]
    return respond(session, visit, items, settings, now)


def _item(module: TrainingModule, options: ActivityOptions, due_on: date | None) -> Item:
    # A column that nothing ever comes into would only raise questions.
    graded = not module.is_practice
    has_column, marks_completion = graded and options.has_column, graded and options.marks_completion
    by_rule = last_second_of(due_on) if due_on and graded else None
    return Item(module.key, module.title, module.says, has_column, marks_completion, options.due or by_rule)


def add_nothing(session: Session, visit: CurrentVisit, settings: Settings, now: datetime) -> tuple[str, str]:
    """Return where the browser sends our answer, and the answer: no activity, and why if it was not their decision."""
    refusal = refusal_of(visit)
    return respond(session, visit, [], settings, now, f"{refusal.why} {refusal.next_step}" if refusal else None)


def refusal_of(visit: CurrentVisit) -> Refusal | None:
    """Say why nothing can be chosen in this visit; None where it can."""
    if visit.role not in LEADING:
        return NOT_A_TRAINER
    return None if choosing_of(visit).takes_links else NO_ACTIVITIES
