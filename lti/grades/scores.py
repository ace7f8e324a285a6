"""Scores on the wire: posting one, and reading what the LMS holds (Assignment and Grade Services 2.0)."""

from datetime import UTC, datetime
from typing import Any

import requests
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.exception import LtiServiceException
from pylti1p3.grade import Grade as Score

from core.domain.tolerant import identifier
from core.http import out_of_calls, seconds_asked
from lti.domain.delivery import GradeKind, HeldGrade, Next, Outcome, verdict_on
from lti.domain.scopes import RESULTS, used_for_grades
from lti.grades.lease import Claim
from lti.services.connector import Connector
from lti.services.paging import NotWhole, items_in, with_query

RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
# What an LMS says of a column that is no longer there.
GONE = frozenset({404, 410})
# Some LMSs let a mark be more than its maximum.
MOST_SHARE = 2
SCORE_MAXIMUM = {GradeKind.SCORE: 100, GradeKind.COMPLETION: 1}


def scopes_of(claim: Claim) -> list[str]:
    """Return what we ask a token for: of all that the LMS offers only what we use, the same for each grade."""
    return used_for_grades(claim.scopes)


def post_score(connector: Connector, claim: Claim, url: str) -> None:
    """Post a score (AGS 2.0, section 3.4); LtiServiceException where it is refused."""
    maximum = SCORE_MAXIMUM[claim.kind]
    score = Score().set_user_id(claim.subject).set_timestamp(_stamp(claim.stamp)).set_comment(claim.grade.comment)
    score.set_score_given(round(claim.grade.score * maximum, 2)).set_score_maximum(maximum)
    # Anything but a final score would wipe the grade in Moodle and in Canvas.
    score.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    times = {"startedAt": _stamp(claim.grade.started_at), "submittedAt": _stamp(claim.grade.finished_at)}
    score.set_extra_claims({"submission": times})
    service: Any = {"scope": scopes_of(claim), "lineitem": url}
    AssignmentsGradesService(connector, service).put_grade(score)


def share_sent(claim: Claim) -> float:
    """Return the share that the LMS gets to know: to two places of its maximum."""
    maximum = SCORE_MAXIMUM[claim.kind]
    return round(claim.grade.score * maximum, 2) / maximum


def held_grade(connector: Connector, claim: Claim, url: str) -> HeldGrade | None:
    """Read what the LMS holds for this person (AGS 2.0, section 3.3); None where it does not let us."""
    if RESULTS not in claim.scopes:
        return None
    # No limit is asked for: Moodle stumbles over one. An LMS that does not pick the person gives everybody.
    results = with_query(AssignmentsGradesService._add_url_path_ending(url, "results"), user_id=claim.subject)
    try:
        items = items_in(connector, results, scopes_of(claim), RESULTS_TYPE)
        found = [held_in(item) for item in items if _is_of(item, claim)]
    except LtiServiceException as refused:
        if verdict_on(outcome_of(refused.response, claim.stamp)).next is Next.WAIT:
            raise
        return None
    except NotWhole:
        # A person's result may be in the part that is missing.
        return None
    return max(found, key=lambda each: each.share or 0.0, default=HeldGrade(None))


def outcome_of(answer: requests.Response, now: datetime) -> Outcome:
    """Read a refusal; only what we look for in its words is kept, as they may hold personal data."""
    words = answer.text.lower() if answer.status_code == requests.codes.bad_request else ""
    return Outcome(
        status=answer.status_code,
        retry_after=seconds_asked(answer, now),
        out_of_calls=out_of_calls(answer),
        stale=any(sign in words for sign in ("already exists", "older", "before last updated")),
        early="in the future" in words,
    )


def _is_of(result: dict[str, Any], claim: Claim) -> bool:
    return identifier(result.get("userId")) == claim.subject


def held_in(result: dict[str, Any]) -> HeldGrade:
    """Read one result: a share of its maximum, which is 1 where it says none, and of when.

    A share that makes no sense says nothing: neither what the LMS holds, nor that it holds nothing.
    """
    stamp, score = _moment(result.get("timestamp")), result.get("resultScore")
    if score is None:
        return HeldGrade(None, stamp)
    try:
        share = float(score) / (float(result.get("resultMaximum") or 0) or 1)
    except (TypeError, ValueError, OverflowError):
        return HeldGrade(None, stamp, unread=True)
    return HeldGrade(share, stamp) if 0 <= share <= MOST_SHARE else HeldGrade(None, stamp, unread=True)


def _moment(text: Any) -> datetime | None:
    """Read a time stamp; one that lies beyond all sense is as good as none."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if moment.year < 9000 else None
    except (TypeError, ValueError, OverflowError):
        return None


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
