"""Which figures are to be worked out: asked for by people and every night, and claimed by one job at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, delete, func, or_, select, union
from sqlalchemy.orm import Session

from core.shapes import frozen
from managers.insight.domain.slices import InsightFigures, Slice
from managers.insight.models import InsightCalculation, KeptFigures
from modules.models import Attempt, ModuleVersion, ResultRow

# It takes some seconds of a processor, and tells little more than the last time.
AT_MOST_EVERY = timedelta(minutes=10)
# Far more than it takes: a job that has been at it for so long was ended.
LEASE = timedelta(minutes=30)
# People change schools, which no result shows.
ANEW_AFTER = timedelta(days=7)
Named = tuple[str, str]


def ask_for_figures(session: Session, trust: str, module: str, now: datetime, *every: timedelta) -> bool:
    """Ask for the figures of a trust's module; False if they are wanted already, or were worked out so recently."""
    found = session.get(InsightCalculation, (trust, module))
    least = every[0] if every else timedelta(0)
    if found and (found.asked_at or (found.worked_out_at and now - found.worked_out_at < least)):
        return False
    found = found or InsightCalculation(trust=trust, module=module)
    found.asked_at = now
    session.add(found)
    session.flush()
    return True


def ask_for_changed(session: Session, now: datetime) -> int:
    """Ask for all figures that results have come in for since, or that are a week old; return how many."""
    old = select(InsightCalculation.trust, InsightCalculation.module)
    old = old.where(InsightCalculation.worked_out_at < now - ANEW_AFTER)
    due = union(_outdated(), old)
    return sum(ask_for_figures(session, trust, module, now) for trust, module in session.execute(due).all())


def _outdated() -> Select[str, str]:
    """Select the trusts and modules with results from after their figures were worked out, or that have none yet."""
    named = ModuleVersion.trust, ModuleVersion.module
    last = select(*named, func.max(ResultRow.finished_at).label("finished_at")).group_by(*named)
    last = last.join(Attempt, Attempt.version_id == ModuleVersion.id)
    latest = last.join(ResultRow, ResultRow.attempt_id == Attempt.id).subquery()
    same = InsightCalculation.trust == latest.c.trust, InsightCalculation.module == latest.c.module
    known = select(latest.c.trust, latest.c.module).outerjoin(InsightCalculation, and_(*same))
    worked_out_at = InsightCalculation.worked_out_at
    return known.where(or_(worked_out_at.is_(None), worked_out_at < latest.c.finished_at))


def claim_figures(session: Session, now: datetime) -> Named | None:
    """Claim the figures that were asked for first, and that no one is working out; None if there are none."""
    wanted = select(InsightCalculation).where(
        InsightCalculation.asked_at.is_not(None),
        or_(InsightCalculation.begun_at.is_(None), InsightCalculation.begun_at < now - LEASE),
    )
    first = wanted.order_by(InsightCalculation.asked_at).limit(1).with_for_update(skip_locked=True)
    found = session.scalar(first)
    if not found:
        return None
    found.begun_at = now
    return found.trust, found.module


def put_back(session: Session, named: Named, now: datetime) -> None:
    """Let figures that could not be worked out be tried again, after all others that are wanted."""
    calculation = session.get_one(InsightCalculation, named)
    calculation.asked_at, calculation.begun_at = now, None


def keep_figures(
    session: Session, named: Named, moment: datetime, some: Sequence[tuple[Slice, InsightFigures]]
) -> None:
    """Keep figures of a moment, which pages do not show before all of it are there."""
    trust, module = named
    session.add_all(
        KeptFigures(
            trust=trust,
            module=module,
            worked_out_at=moment,
            school_id=each.school,
            term=each.term,
            figures=frozen(figures, InsightFigures),
        )
        for each, figures in some
    )


def conclude_figures(session: Session, named: Named, moment: datetime) -> None:
    """Let pages show the figures of this moment, and clear away all others."""
    trust, module = named
    calculation = session.get(InsightCalculation, named) or InsightCalculation(trust=trust, module=module)
    calculation.asked_at = calculation.begun_at = None
    calculation.worked_out_at = moment
    session.add(calculation)
    of_module = KeptFigures.trust == trust, KeptFigures.module == module
    session.execute(delete(KeptFigures).where(*of_module, KeptFigures.worked_out_at != moment))
