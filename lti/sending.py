"""Sending: one delivery at a time is taken up, posted, and concluded, and nothing is held open meanwhile.

Whatever happens between the steps, also the end of the process, leaves a row from which the next try goes on: what was
taken up and never concluded is due again when its lease has run out, with the same time stamp as before.
"""

import logging
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import requests
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.exception import LtiServiceException
from pylti1p3.grade import Grade as Score
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Settings
from db import Database, utcnow
from lti.connector import Connector, Tokens
from lti.deliveries import Claim, claim_next
from lti.domain.delivery import NO_ANSWER, Next, Outcome, State, Verdict, verdict_on, wait_after
from lti.models import Delivery, DeliveryTry, Platform
from lti.net import ForeignAddress, check_address, http_client

log = logging.getLogger(__name__)

RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
RESULTS_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
NOT_ALLOWED = "The LMS does not let us send grades to this activity. Its administrator can allow it."
FOREIGN_ADDRESS = (
    "We may not call the address that the LMS gives for grades: it does not begin with https://, or it lies in a "
    "network that we are kept out of. Whoever runs Fit to Post can see to it."
)
SCORE_MAXIMUM = 100
ENOUGH_COMPARISONS = 8
# What other platforms say, with 400, where Moodle says 409; the last are Canvas's.
WORDS_OF_STALENESS = ("already exists", "older", "before last updated timestamp")


class GradeSender:
    """Delivers what is due; one serves a whole process.

    A platform that does not answer rests for a while, so that it does not hold up the grades of all others.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        """Deliver from this database."""
        self._database, self._settings = database, settings
        self._http, self._tokens = http_client(settings), Tokens()
        self._resting: dict[int, datetime] = {}

    def send_due(self) -> timedelta | None:
        """Deliver all that is due now; return how long until the next one is, or None where none is left."""
        due_by = utcnow()
        if self.send_next(due_by):
            self._send_rest(due_by)
        with self._database.reading() as session:
            return next_due_in(session, utcnow())

    def _send_rest(self, due_by: datetime) -> None:
        """Deliver what else is due, several at a time: an LMS takes its time over each. A claim keeps them apart."""
        with ThreadPoolExecutor(self._settings.delivery_senders, "sender") as senders:
            for sent in [senders.submit(self._send_all, due_by) for _ in range(self._settings.delivery_senders)]:
                sent.result()

    def _send_all(self, due_by: datetime) -> None:
        while self.send_next(due_by):
            pass

    def send_next(self, due_by: datetime | None = None) -> bool:
        """Deliver one that was due by then; False where none is."""
        now = utcnow()
        resting = [platform for platform, until in list(self._resting.items()) if until > now]
        with self._database.transaction() as session:
            claim = claim_next(session, now, timedelta(seconds=self._settings.lease_seconds), resting, due_by)
        if not claim:
            return False
        status, verdict, asked = self._try(claim)
        if status is None and verdict.next is Next.WAIT:
            self._resting[claim.platform_id] = utcnow() + timedelta(seconds=self._settings.first_wait_seconds)
        with self._database.transaction() as session:
            conclude(session, claim, status, verdict, self._pause(claim, asked), utcnow())
        log.info("delivery %s try %s: %s", claim.delivery_id, claim.tries, verdict.next.value)
        return True

    def _pause(self, claim: Claim, asked: int | None) -> timedelta:
        first = timedelta(seconds=self._settings.first_wait_seconds)
        longest = timedelta(seconds=self._settings.longest_wait_seconds)
        return wait_after(claim.tries, first, longest, random.random(), asked)

    def _try(self, claim: Claim) -> tuple[int | None, Verdict, int | None]:
        """Try to deliver; whatever goes wrong is an outcome, since a try that is never concluded is tried for ever."""
        if SCORE_SCOPE not in claim.scopes:
            return None, Verdict(Next.TELL_PEOPLE, NOT_ALLOWED), None
        try:
            connector = self._connector(claim)
            outcome = self._post(connector, claim)
            verdict = verdict_on(outcome)
            if verdict.next is Next.COMPARE:
                verdict = self._compared(connector, claim)
        except ForeignAddress:
            return None, Verdict(Next.TELL_PEOPLE, FOREIGN_ADDRESS), None
        except Exception as error:
            log.warning("delivery %s: %s", claim.delivery_id, type(error).__name__)
            return None, Verdict(Next.WAIT, NO_ANSWER), None
        return outcome.status, verdict, outcome.retry_after

    def _connector(self, claim: Claim) -> Connector:
        check_address(claim.line_item_url, self._settings)
        with self._database.reading() as session:
            platform = session.get_one(Platform, claim.platform_id)
            return Connector(session, platform, self._tokens, self._http, self._settings)

    def _post(self, connector: Connector, claim: Claim) -> Outcome:
        outcome = post_score(connector, claim)
        if verdict_on(outcome).next is not Next.RENEW_TOKEN:
            return outcome
        self._tokens.forget(claim.platform_id)
        again = post_score(connector, claim)
        # A second refusal is no matter of an old token: wait like for any other trouble of the LMS.
        return again if verdict_on(again).next is not Next.RENEW_TOKEN else Outcome(status=503)

    def _compared(self, connector: Connector, claim: Claim) -> Verdict:
        """Look at what the LMS holds, after it said that it has a grade of this time or later."""
        if RESULTS_SCOPE in claim.scopes and held_score(connector, claim) == _points(claim):
            return Verdict(Next.DONE, "The LMS has the grade.")
        if claim.tries > ENOUGH_COMPARISONS:
            return Verdict(Next.TELL_PEOPLE, "The LMS holds a later grade for this person, which is not ours.")
        return Verdict(Next.COMPARE, "The LMS has a grade of the same time or later. We send ours with a new time.")


def post_score(connector: Connector, claim: Claim) -> Outcome:
    """Post a score (AGS 2.0, section 3.4) and return what came of it."""
    score = Score().set_user_id(claim.subject).set_timestamp(_stamp(claim.stamp)).set_comment(claim.grade.comment)
    score.set_score_given(_points(claim)).set_score_maximum(SCORE_MAXIMUM)
    # Anything but a final score would wipe the grade in Moodle and in Canvas.
    score.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    times = {"startedAt": _stamp(claim.grade.started_at), "submittedAt": _stamp(claim.grade.finished_at)}
    score.set_extra_claims({"submission": times})
    service = {"scope": list(claim.scopes), "lineitem": claim.line_item_url}
    try:
        AssignmentsGradesService(connector, service).put_grade(score)  # type: ignore[arg-type]
    except LtiServiceException as error:
        return _outcome(error.response)
    return Outcome(status=200)


def held_score(connector: Connector, claim: Claim) -> float | None:
    """Read the score out of 100 that the LMS holds for this person (AGS 2.0, section 3.3), or None."""
    url = AssignmentsGradesService._add_url_path_ending(claim.line_item_url, "results")
    held = connector.get(url, claim.scopes, RESULTS_TYPE).json()
    for result in held if isinstance(held, list) else ():
        if isinstance(result, dict) and result.get("userId") == claim.subject and result.get("resultScore") is not None:
            return round(result["resultScore"] / (result.get("resultMaximum") or 1) * SCORE_MAXIMUM, 2)
    return None


def _points(claim: Claim) -> float:
    return round(claim.grade.score * SCORE_MAXIMUM, 2)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _outcome(response: requests.Response) -> Outcome:
    out_of_calls = response.headers.get("X-Rate-Limit-Remaining", "1").startswith("0")
    stale = response.status_code == 400 and any(words in response.text.lower() for words in WORDS_OF_STALENESS)
    return Outcome(409 if stale else response.status_code, _seconds(response.headers.get("Retry-After")), out_of_calls)


def _seconds(retry_after: str | None) -> int | None:
    """Read a Retry-After header, which holds seconds or a date (RFC 9110, section 10.2.3)."""
    if not retry_after:
        return None
    if retry_after.isdecimal():
        return int(retry_after)
    try:
        return max(int((parsedate_to_datetime(retry_after) - utcnow()).total_seconds()), 0)
    except (TypeError, ValueError):
        return None


def conclude(
    session: Session, claim: Claim, status: int | None, verdict: Verdict, pause: timedelta, now: datetime
) -> None:
    """Write down what a try came to; a try whose lease has passed to another only leaves its own trace."""
    attempt = session.get_one(DeliveryTry, claim.try_id)
    attempt.ended_at, attempt.status, attempt.words = now, status, verdict.words
    delivery = session.get_one(Delivery, claim.delivery_id, with_for_update=True)
    if delivery.lease != claim.lease:
        return
    delivery.words = verdict.words
    if delivery.version != claim.version:
        delivery.state, delivery.due_at = State.WAITING, now
    elif verdict.next is Next.DONE:
        delivery.state, delivery.delivered_at = State.DELIVERED, now
    elif verdict.next is Next.TELL_PEOPLE:
        delivery.state = State.NEEDS_ATTENTION
    else:
        delivery.state, delivery.due_at = State.WAITING, now + pause
        if verdict.next is Next.COMPARE:
            delivery.sent_version = 0


def next_due_in(session: Session, now: datetime) -> timedelta | None:
    """Return how long until the next delivery is due, or None where none is open."""
    open_states = (State.WAITING, State.SENDING)
    due_at = session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state.in_(open_states)))
    return max(due_at - now, timedelta(0)) if due_at else None
