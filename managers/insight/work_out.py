"""Working figures out: the attempts are read once, and figures are written some at a time as they come."""

from datetime import datetime
from itertools import islice

from db import Database
from managers.insight.calculations import Named, conclude_figures, keep_figures
from managers.insight.domain.slices import InsightFigures, Slice, figures_by_slice
from managers.insight.first_attempts import first_attempts

# In small transactions, so that no one's answer waits for all of it.
WRITTEN_AT_ONCE = 20


def work_out_figures(database: Database, named: Named, moment: datetime) -> int:
    """Work out all figures of a trust's module as of a moment, let pages show them, and return how many slices."""
    written = 0
    with database.snapshot() as session:
        figures = figures_by_slice(first_attempts(session, *named))
        while some := list(islice(figures, WRITTEN_AT_ONCE)):
            _keep(database, named, moment, some)
            written += len(some)
    database.write(lambda session: conclude_figures(session, named, moment))
    return written


def _keep(database: Database, named: Named, moment: datetime, some: list[tuple[Slice, InsightFigures]]) -> None:
    database.write(lambda session: keep_figures(session, named, moment, some))
