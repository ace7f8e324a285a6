"""What every service call has in common: the failure switch has its way with it, and the log tells of it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps

from flask import Response, g, request

from lti.practice.catalogue import course_by_key, line_item_in
from lti.practice.failures import RETRY_AFTER, SLOWNESS, Failure, failure_switch
from lti.practice.lms import current_lms, current_session
from lti.practice.models import Course, LineItem
from lti.practice.problems import ServiceRefusedError, require
from lti.practice.service_log import log_call
from lti.practice.tokens import check_permission, read_bearer


@dataclass(frozen=True)
class Answer:
    """What a service says: a status, a body, and a few words for the log."""

    words: str
    status: int = 200
    reason: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def as_response(self) -> Response:
        """The answer as HTTP; like Moodle it puts its reason into the status line."""
        status = f"{self.status} {self.reason}" if self.reason else self.status
        return Response(self.body, status=status, headers=self.headers)


def service(view: Callable[..., Answer]) -> Callable[..., Response]:
    """A service call: it may meet the trouble that is switched on, it is logged, and it is committed once."""

    @wraps(view)
    def call(**arguments: str) -> Response:
        failure = _standing_failure()
        answer = _trouble_before(failure) or _attempt(view, arguments)
        _log(answer)
        current_session().commit()
        return _trouble_after(failure, answer).as_response()

    return call


def token_service(view: Callable[..., Answer]) -> Callable[..., Response]:
    """The token endpoint: logged like a service, and out of order only when everything is."""

    @wraps(view)
    def call() -> Response:
        unavailable = _standing_failure() is Failure.UNAVAILABLE
        answer = _trouble_before(Failure.UNAVAILABLE) if unavailable else view()
        _log(answer)
        current_session().commit()
        return answer.as_response()

    return call


def permitted_course(key: str, scope: str) -> Course:
    """The course of that key, if the caller's access token is of its client and for that scope."""
    lms, session = current_lms(), current_session()
    generation = failure_switch(session).token_generation
    bearer = read_bearer(lms.key, request.headers.get("Authorization", ""), generation, lms.seconds())
    g.caller = bearer.client_id
    course = course_by_key(session, key)
    require(course, 404, "Not found")
    check_permission(bearer, course, scope)
    return course


def line_item_of(course: Course, line_item_id: str) -> LineItem:
    """The line item of this course with that id."""
    item = line_item_in(course, line_item_id)
    require(item, 404, "Line item not found")
    return item


def require_media(given: str | None, media: str) -> None:
    """Refuse any media type but this one, exactly; as in Moodle, to accept anything is to accept this one."""
    may_be_anything = request.method == "GET" and (not given or "*/*" in given)
    require(given == media or may_be_anything, 400, f"No handler found for {given}")


def in_json(words: str, media: str, body: object, **headers: str) -> Answer:
    """An answer with a JSON body of that media type."""
    return Answer(words, body=json.dumps(body), headers={"Content-Type": media, **headers})


def _standing_failure() -> Failure:
    """Which trouble is on; the transaction ends at once, so that a slow call keeps nobody waiting for the database."""
    failure = Failure(failure_switch(current_session()).failure)
    current_session().commit()
    return failure


def _attempt(view: Callable[..., Answer], arguments: dict[str, str]) -> Answer:
    try:
        return view(**arguments)
    except ServiceRefusedError as refused:
        current_session().rollback()
        body = json.dumps({"status": refused.status, "reason": refused.reason})
        words, headers = refused.reason, {"Content-Type": "application/json"}
        return Answer(words, refused.status, refused.reason, body, headers)


def _trouble_before(failure: Failure) -> Answer | None:
    if failure is Failure.SLOW:
        time.sleep(SLOWNESS)
    if failure is Failure.UNAVAILABLE:
        return Answer("Unavailable, as switched on", 503)
    if failure is Failure.THROTTLED:
        return Answer("Throttled, as switched on", 429, headers={"Retry-After": str(RETRY_AFTER)})
    return None


def _trouble_after(failure: Failure, answer: Answer) -> Answer:
    """Lose the answer to a write that has been kept already; the log still shows what happened here."""
    is_kept_write = request.method == "POST" and answer.status == 200
    return Answer("", 500) if failure is Failure.LOST_ANSWER and is_kept_write else answer


def _log(answer: Answer) -> None:
    path = request.full_path.rstrip("?")
    caller = g.get("caller", "unknown")
    log_call(current_session(), request.method, path, caller, answer.status, answer.words, current_lms().seconds())
