"""The page of insight: what was worked out of a module, for the school and the term that someone chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.schools import School, schools_of, schools_with
from core.shapes import shape_of
from managers.insight.banks import banks_of, digests_of
from managers.insight.calculations import AT_MOST_EVERY
from managers.insight.domain.report import InsightReport, report_of
from managers.insight.domain.slices import InsightFigures, Slice
from managers.insight.domain.term import SchoolTerm, term_named
from managers.insight.models import InsightCalculation, KeptFigures
from modules.content.publish import NotPublished, contents_by_digest, is_latest
from modules.domain.content import TrainingModule
from modules.models import ModuleVersion

# Wordings from before the last ten changes say little about the training as it is, and each costs some milliseconds.
MOST_VERSIONS = 10


@dataclass(frozen=True, slots=True)
class InsightChoice:
    """What someone asks to see, as their address says it; without a module, the one that they are at."""

    module: str | None = None
    school: str = ""
    term: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a trust, the module that they are at, and the schools that they may see; None are all."""

    trust: str
    at_module: str | None = None
    schools: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class InsightFilters:
    """What can be chosen and what is; ``wrong`` are the names of filters for which something unknown was chosen.

    Without a school it is all schools, or none to someone who may not see all.
    """

    schools: Sequence[School]
    school: School | None
    terms: Sequence[SchoolTerm]
    term: SchoolTerm | None
    wrong: frozenset[str]

    @property
    def slice(self) -> Slice:
        """Return the slice that is chosen."""
        return Slice(self.school.id if self.school else None, self.term.key if self.term else None)


@dataclass(frozen=True)
class InsightPage:
    """What the page shows: a module with its figures, if there are any for what was chosen."""

    modules: Sequence[TrainingModule]
    module: TrainingModule
    filters: InsightFilters
    calculation: InsightCalculation | None
    report: InsightReport | None

    @property
    def worked_out_at(self) -> datetime | None:
        """Return the moment of which the figures are, or None if there are none yet."""
        return self.calculation.worked_out_at if self.calculation else None

    @property
    def is_wanted(self) -> bool:
        """Say whether newer figures are on their way."""
        return self.calculation is not None and self.calculation.asked_at is not None

    def may_ask_at(self, now: datetime) -> bool:
        """Say whether figures can be asked for: not while they are on their way, nor soon after the last time."""
        return not self.is_wanted and (self.worked_out_at is None or now - self.worked_out_at >= AT_MOST_EVERY)


def insight_page(session: Session, viewer: Viewer, choice: InsightChoice) -> InsightPage:
    """Return the page of a module; NotPublished if the trust has no such module that counts."""
    modules = counting_modules(session, viewer.trust)
    module = _module(modules, choice.module, viewer.at_module)
    calculation = session.get(InsightCalculation, (viewer.trust, module.key))
    slices = _slices(session, calculation)
    filters = _filters(_schools_seen(session, viewer), _terms_in(slices), viewer, choice)
    may_see = filters.school is not None or viewer.schools is None
    shown = calculation if may_see and not filters.wrong else None
    report = _report(session, shown, slices.get(filters.slice)) if shown else None
    return InsightPage([*modules.values()], module, filters, calculation, report)


def _filters(
    schools: Sequence[School], terms: Sequence[SchoolTerm], viewer: Viewer, choice: InsightChoice
) -> InsightFilters:
    """Return what is chosen; someone who may not see all schools sees the first of theirs until they choose."""
    school = next((each for each in schools if str(each.id) == choice.school), None)
    term = next((each for each in terms if each.key == choice.term), None)
    wrong = {"school": choice.school and not school, "term": choice.term and not term}
    if viewer.schools is not None and not choice.school:
        school = next(iter(schools), None)
    return InsightFilters(schools, school, terms, term, frozenset(name for name, is_so in wrong.items() if is_so))


def _terms_in(slices: Mapping[Slice, int]) -> list[SchoolTerm]:
    """Return the terms of which there are figures, the latest first."""
    named = (term_named(each.term) for each in slices if each.term)
    return sorted({term for term in named if term}, reverse=True)


def counting_modules(session: Session, trust: str) -> Mapping[str, TrainingModule]:
    """Return the modules of a trust that are not for practice, by key and in the order of their titles."""
    digests = set(session.scalars(select(ModuleVersion.digest).where(ModuleVersion.trust == trust, is_latest())))
    found = [content.module for content in contents_by_digest(session, digests).values()]
    counting = [module for module in found if not module.is_practice]
    return {module.key: module for module in sorted(counting, key=lambda module: module.title)}


def _module(modules: Mapping[str, TrainingModule], asked: str | None, at_module: str | None) -> TrainingModule:
    if asked is not None:
        if asked not in modules:
            raise NotPublished(asked)
        return modules[asked]
    if not modules:
        raise NotPublished(asked)
    return modules.get(at_module or "") or next(iter(modules.values()))


def _schools_seen(session: Session, viewer: Viewer) -> Sequence[School]:
    if viewer.schools is None:
        return schools_of(session, viewer.trust)
    return schools_with(session, viewer.trust, viewer.schools)


def _slices(session: Session, calculation: InsightCalculation | None) -> dict[Slice, int]:
    """Return the slices that have figures, each with the id of its row."""
    if not calculation or not calculation.worked_out_at:
        return {}
    rows = select(KeptFigures.school_id, KeptFigures.term, KeptFigures.id).where(
        KeptFigures.trust == calculation.trust,
        KeptFigures.module == calculation.module,
        KeptFigures.worked_out_at == calculation.worked_out_at,
    )
    return {Slice(school, term): number for school, term, number in session.execute(rows)}


def _report(session: Session, calculation: InsightCalculation, number: int | None) -> InsightReport | None:
    """Return the report on a row of figures, or on none where no one of the slice has finished an attempt."""
    if not calculation.worked_out_at:
        return None
    kept = session.scalar(select(KeptFigures.figures).where(KeptFigures.id == number)) if number else None
    figures = shape_of(InsightFigures).validate_python(kept) if kept else InsightFigures(0, (), {})
    digests = digests_of(session, calculation.trust, calculation.module)
    newest = sorted({each.version for each in figures.items.values()} | {max(digests)})[-MOST_VERSIONS:]
    banks = banks_of(session, {digests[version] for version in newest})
    return report_of(figures, {version: banks[digests[version]] for version in newest})
