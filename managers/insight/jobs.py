"""The jobs of insight: figures are worked out when they are asked for, and every night where results have come in."""

from datetime import timedelta

from core.queue.jobs import Job
from core.queue.queue import Queue
from db import Database, utcnow
from managers.insight.calculations import (
    AT_MOST_EVERY,
    Named,
    ask_for_changed,
    ask_for_figures,
    claim_figures,
    put_back,
)
from managers.insight.work_out import work_out_figures

WORK_OUT = "work_out_insight"
ASK = "ask_for_insight"


class InsightJobs:
    """Asks for figures, and works them out one module at a time; one serves a whole process."""

    def __init__(self, queue: Queue, database: Database) -> None:
        """Register the jobs with this queue."""
        self._queue, self._database = queue, database
        # A thread of its own: it takes a while. By itself it finds what a lost wake-up left behind.
        queue.register(Job(WORK_OUT, self.work_out_due, minute="*/10", lane=lambda: WORK_OUT))
        queue.register(Job(ASK, self._ask_for_changed, minute="40", hour="2"))

    def ask(self, trust: str, module: str, every: timedelta = AT_MOST_EVERY) -> bool:
        """Ask for the figures of a module because someone wants them now; False if they were asked for of late."""
        wanted = self._database.write(lambda session: ask_for_figures(session, trust, module, utcnow(), every))
        if wanted:
            self._queue.put(WORK_OUT)
        return wanted

    def work_out_due(self) -> None:
        """Work out all figures that were asked for."""
        while named := self._database.write(lambda session: claim_figures(session, utcnow())):
            self._work_out(named)

    def _work_out(self, named: Named) -> None:
        try:
            work_out_figures(self._database, named, utcnow())
        except Exception:
            self._database.write(lambda session: put_back(session, named, utcnow()))
            raise

    def _ask_for_changed(self) -> None:
        if self._database.write(lambda session: ask_for_changed(session, utcnow())):
            self._queue.put(WORK_OUT)
