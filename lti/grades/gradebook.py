"""Comparing: which of our grades an LMS still has, read in the background, and sending again any that are gone.

A course that is reset loses its grades, and a trainer can set a mark by hand; no LMS tells a tool about either. So we
read an activity's results after a grade has arrived, and when people check at it, once an hour at most.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import requests
from pylti1p3.exception import LtiServiceException
from sqlalchemy.orm import Session

from config import Settings
from core.deadline import TimeLimit
from core.http import ForeignAddress, check_address, http_client
from db import Database, utcnow
from lti.domain.delivery import Next, verdict_on
from lti.grades import gradebook_checks as checks
from lti.grades.gradebook_checks import GradebookCheck
from lti.grades.results import Results, read_results
from lti.grades.scores import GONE, outcome_of
from lti.models import Platform
from lti.services.connector import Connector
from lti.services.tokens import NoToken, Tokens

log = logging.getLogger(__name__)

# Rows are written in small pieces, so that people's answers get their turn.
PIECE = 100
MOST_ACTIVITIES = 50

StillCounting = Callable[[Session, str, Sequence[int], datetime], set[int]]


class Comparer:
    """Compares the grades we owe with those LMSs have; one serves a whole process."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        still_counting: StillCounting,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        """Compare for this database; ``still_counting`` says whose results in a module count today."""
        self._database, self._settings, self._now = database, settings, now
        self._still_counting = still_counting
        self._http, self._tokens = http_client(settings), Tokens(database, settings, now)

    def platforms_due(self) -> list[int]:
        """Return the platforms where something is due to be looked at now."""
        with self._database.reading() as session:
            return checks.platforms_due(session, self._now())

    def compare_due(self, platform_id: int) -> int:
        """Look at everything due on a platform; return how many grades have to be sent again."""
        with self._database.reading() as session:
            due = checks.activities_due(session, platform_id, self._now(), MOST_ACTIVITIES)
        connector = self._connector(platform_id) if due else None
        return sum(self._compare(connector, activity_id) for activity_id in due if connector)

    def _connector(self, platform_id: int) -> Connector:
        limit = TimeLimit(self._settings.roster_seconds)
        with self._database.reading() as session:
            platform = session.get_one(Platform, platform_id)
            return Connector(session, platform, self._tokens, self._http, self._settings, self._now, limit)

    def _compare(self, connector: Connector, activity_id: int) -> int:
        """Look at what is due in an activity; if an LMS in trouble does not answer, it is asked again later."""
        with self._database.transaction() as session:
            taken = checks.take_on(session, activity_id, self._now())
        try:
            lost = sum(self._checked(connector, check) for check in taken)
        except (LtiServiceException, NoToken, requests.RequestException, ForeignAddress, ValueError) as error:
            log.info("the results of activity %s were not read: %s", activity_id, type(error).__name__)
            if not self._is_passing(error):
                with self._database.transaction() as session:
                    checks.give_up(session, activity_id, self._now())
            return 0
        with self._database.transaction() as session:
            checks.end(session, activity_id, taken, lost, self._now())
        return lost

    def _checked(self, connector: Connector, check: GradebookCheck) -> int:
        try:
            results, lost = self._results(connector, check), 0
        except LtiServiceException as refused:
            if refused.response.status_code not in GONE or not (ids := self._shown_before(check)):
                raise
            # Its column is gone, with all that it held: sending finds another, or says so.
            results, lost = Results(), 0
        else:
            with self._database.reading() as session:
                ids = checks.concerned(session, check, results)
        for start in range(0, len(ids), PIECE):
            piece = ids[start : start + PIECE]
            with self._database.transaction() as session:
                now = self._now()
                learners = checks.learners_of(session, piece)
                counting = self._still_counting(session, check.module, sorted(learners), now)
                lost += checks.note(session, piece, check, results, counting, now)
        return lost

    def _shown_before(self, check: GradebookCheck) -> list[int]:
        with self._database.reading() as session:
            return checks.shown_before(session, check)

    def _results(self, connector: Connector, check: GradebookCheck) -> Results:
        url = check_address(check.url, self._settings)
        if check.subjects is None:
            return read_results(connector, url, check.scopes)
        found = Results()
        for subject in sorted(check.subjects):
            found.add(read_results(connector, url, check.scopes, subject))
        return found

    def _is_passing(self, error: Exception) -> bool:
        """Say whether an LMS may soon give a better answer."""
        if isinstance(error, LtiServiceException):
            return verdict_on(outcome_of(error.response, self._now())).next is Next.WAIT
        if isinstance(error, NoToken):
            return error.verdict.next is Next.WAIT
        return isinstance(error, requests.RequestException)
