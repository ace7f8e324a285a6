"""Sending: deliveries are taken up, posted, and concluded, and nothing is held open meanwhile.

Whatever happens between the steps, also the end of the process, leaves a row from which the next try goes on: what was
taken up and never concluded is due again when its lease has run out, with the same time stamp as before.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from traceback import extract_tb

import requests
from pylti1p3.exception import LtiServiceException
from sqlalchemy import func, select

from config import Settings
from core.deadline import TimeLimit
from core.http import ForeignAddress, check_address, http_client
from db import Database, utcnow
from lti.domain.delivery import (
    BAD_CERTIFICATE,
    COLUMN_MOVED,
    COMPARE,
    DELIVERED,
    IN_PART,
    NO_ANSWER,
    NO_RIGHT,
    NOT_CALLED,
    OTHER_TRAINING,
    OUR_FAULT,
    GradeKind,
    Next,
    Verdict,
    compared,
    verdict_on,
)
from lti.domain.scopes import SCORE
from lti.due_dates import NO_DUE_DATES, DueDates
from lti.grades.completion_line_item import Columns, NoColumn
from lti.grades.dispatch import Dispatcher, Noting
from lti.grades.lease import Claim, claim_next, next_due_in
from lti.grades.score_line_item import ScoreColumns
from lti.grades.scores import GONE, held_grade, outcome_of, post_score, share_sent
from lti.grades.settle import Ending, conclude
from lti.models import DeliveryTry, Platform
from lti.services.connector import Connector
from lti.services.paging import NotWhole
from lti.services.tokens import NoToken, Tokens
from lti.services.troubleshooting import remedy_for

log = logging.getLogger(__name__)

# How an LMS answers that it already has a grade of this time or later.
ALREADY_HELD = frozenset({400, 409})
LOOK_FOR_COLUMN = Verdict(Next.SOON, "The column that says who has completed the activity is gone. We look for it.")


class GradeSender:
    """Delivers what is due; one serves a whole process."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        now: Callable[[], datetime] = utcnow,
        due_dates: DueDates = NO_DUE_DATES,
    ) -> None:
        """Deliver from this database, with these due dates for the columns that are made."""
        self._database, self._settings, self._now = database, settings, now
        self._http, self._tokens = http_client(settings), Tokens(database, settings, now)
        self._columns = Columns(database, settings, now, due_dates)
        self._score_columns = ScoreColumns(database, settings, now)
        self._dispatcher = Dispatcher(self._claim, self._deliver, settings.delivery_senders)

    def send_due(self) -> timedelta | None:
        """Deliver all that is due now; return how long until the next one is, or None where none is left.

        Several are under way at a time, as an LMS takes its time over each. What becomes due meanwhile is left for the
        next call, so that this one ends.
        """
        self._dispatcher.run(self._now())
        return self._next_due_in()

    def wake(self, plan: Callable[[timedelta | None], None], noting: Noting) -> None:
        """Start to deliver everything due, without waiting for it; afterwards say how long until the next is due."""
        self._dispatcher.wake(lambda: plan(self._next_due_in()), noting)

    def close(self, seconds: float) -> None:
        """Start nothing more, and wait this long for deliveries in progress to end."""
        self._dispatcher.close(seconds)

    def _next_due_in(self) -> timedelta | None:
        with self._database.reading() as session:
            return next_due_in(session, self._now())

    def send_next(self, due_by: datetime | None = None) -> bool:
        """Deliver one that was due by then; False where none is."""
        claim = self._claim(due_by)
        if claim:
            self._deliver(claim)
        return claim is not None

    def _claim(self, due_by: datetime | None) -> Claim | None:
        with self._database.transaction() as session:
            return claim_next(session, self._settings, self._now(), due_by)

    def _deliver(self, claim: Claim) -> None:
        ending = self._try(claim)
        with self._database.transaction() as session:
            verdict = conclude(session, self._settings, claim, ending, self._now())
        log.info("delivery %s try %s: %s", claim.delivery_id, claim.tries, verdict.next.value)

    def _try(self, claim: Claim) -> Ending:
        """Try to deliver; whatever goes wrong is an ending, since a try that is never concluded is tried for ever."""
        if not claim.is_current:
            return Ending(OTHER_TRAINING)
        knows_where = claim.url or claim.kind is GradeKind.COMPLETION
        if SCORE not in claim.scopes and knows_where:
            return Ending(NO_RIGHT)
        try:
            return self._sent(claim)
        except NoToken as error:
            return Ending(error.verdict, error.status, error.asked)
        except NoColumn as error:
            return Ending(error.verdict)
        except LtiServiceException as refused:
            outcome = outcome_of(refused.response, self._now())
            return Ending(verdict_on(outcome), outcome.status, outcome.retry_after)
        except ForeignAddress as error:
            log.warning("delivery %s: %s", claim.delivery_id, error)
            return Ending(NOT_CALLED)
        except NotWhole:
            return Ending(IN_PART)
        except requests.RequestException as error:
            log.warning("delivery %s: %s. %s", claim.delivery_id, type(error).__name__, remedy_for(error))
            return Ending(BAD_CERTIFICATE if isinstance(error, requests.exceptions.SSLError) else NO_ANSWER)
        except Exception as error:
            # Where it happened, and not what it says: its words may be about a person.
            place = extract_tb(error.__traceback__)[-1]
            log.error("delivery %s: %s at %s:%s", claim.delivery_id, type(error).__name__, place.filename, place.lineno)
            return Ending(OUR_FAULT)

    def _sent(self, claim: Claim) -> Ending:
        connector = self._connector(claim)
        url = self._column_of(connector, claim)
        if SCORE not in claim.scopes:
            return Ending(NO_RIGHT)
        url = check_address(url, self._settings)
        try:
            post_score(connector, claim, url)
        except LtiServiceException as refused:
            outcome = outcome_of(refused.response, self._now())
            ending = Ending(verdict_on(outcome), outcome.status, outcome.retry_after)
        else:
            return Ending(DELIVERED, requests.codes.ok)
        if ending.verdict.next is COMPARE.next:
            return self._compared(connector, claim, url, ending)
        if claim.url and ending.status in GONE:
            return self._without_column(connector, claim, ending)
        return ending

    def _column_of(self, connector: Connector, claim: Claim) -> str:
        """Return where the grade goes, and look it up if we do not know; NoColumn if there is nowhere yet."""
        if claim.kind is GradeKind.COMPLETION:
            return claim.url or self._columns.find_or_make(connector, claim)
        if claim.url and not self._score_columns.is_for_completion(connector, claim):
            return claim.url
        return self._score_columns.find(connector, claim)

    def _connector(self, claim: Claim) -> Connector:
        with self._database.reading() as session:
            platform = session.get_one(Platform, claim.platform_id)
            seconds = min(self._settings.grade_seconds, self._settings.lease_seconds)
            limit = TimeLimit(seconds)
            return Connector(session, platform, self._tokens, self._http, self._settings, self._now, limit)

    def _compared(self, connector: Connector, claim: Claim, url: str, ending: Ending) -> Ending:
        """Look at what the LMS holds, after it said that it has a grade of this time or later."""
        held = held_grade(connector, claim, url)
        times = 1 + self._earlier(claim, ALREADY_HELD)
        verdict = compared(held, share_sent(claim), claim.stamp, times, claim.replaces)
        return replace(ending, verdict=verdict, held_stamp=held.stamp if held else None)

    def _without_column(self, connector: Connector, claim: Claim, ending: Ending) -> Ending:
        """Look for a missing column at another address, or make the second one again; but not repeatedly."""
        if self._earlier(claim, GONE):
            return ending
        if claim.kind is GradeKind.SCORE:
            has_moved = self._score_columns.find_another(connector, claim)
            return replace(ending, verdict=COLUMN_MOVED) if has_moved else ending
        self._columns.forget(claim)
        return replace(ending, verdict=LOOK_FOR_COLUMN)

    def _earlier(self, claim: Claim, statuses: frozenset[int]) -> int:
        """Count the earlier tries of the same grade that were answered like that."""
        same = DeliveryTry.delivery_id == claim.delivery_id, DeliveryTry.version == claim.version
        with self._database.reading() as session:
            counted = select(func.count()).where(*same, DeliveryTry.status.in_(statuses))
            return session.scalar(counted) or 0
