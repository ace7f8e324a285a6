"""What every service call has in common: the failure switch has its way with it, and the log tells of it."""

from collections.abc import Callable
from functools import wraps

from flask import Response, g, request

from practice.courses.catalogue import course_by_key, line_item_in
from practice.failures import Failure, failure_switch, standing_failure
from practice.lms import current_lms, current_session
from practice.models import Course, LineItem
from practice.moods import Mood, mood_of
from practice.problems import ServiceRefusedError, require, required
from practice.services.service_log import log_call
from practice.services.tokens import check_permission, read_bearer
from practice.views.answer import Answer, refusal
from practice.views.troubles import trouble_after, trouble_before


def service(view: Callable[..., Answer]) -> Callable[..., Response]:
    """A service call: it may meet the trouble that is switched on, it is logged, and it is committed once."""

    @wraps(view)
    def call(**arguments: str) -> Response:
        failure = _failure_now()
        answer = trouble_before(failure) or _attempt(view, arguments)
        _log(answer)
        current_session().commit()
        return trouble_after(failure, answer).as_response()

    return call


def token_service(view: Callable[..., Answer]) -> Callable[..., Response]:
    """The token endpoint: logged like a service, and out of order only when everything is."""

    @wraps(view)
    def call() -> Response:
        unavailable = _failure_now() is Failure.UNAVAILABLE
        answer = (trouble_before(Failure.UNAVAILABLE) if unavailable else None) or view()
        _log(answer)
        current_session().commit()
        return answer.as_response()

    return call


def current_mood() -> Mood:
    """Whose rules are kept at present."""
    return mood_of(current_session())


def permitted_course(key: str, *scopes: str) -> Course:
    """The course of that key, if the caller's access token is of its client and for one of those scopes."""
    lms, session = current_lms(), current_session()
    generation = failure_switch(session).token_generation
    bearer = read_bearer(lms.keys, request.headers.get("Authorization", ""), generation, lms.seconds())
    g.caller = bearer.client_id
    course = required(course_by_key(session, key), 404, "Not found")
    check_permission(bearer, course, scopes)
    return course


def line_item_of(course: Course, line_item_id: str) -> LineItem:
    """The line item of this course with that id."""
    return required(line_item_in(course, line_item_id), 404, "Line item not found")


def require_media(given: str | None, media: str) -> None:
    """Refuse any media type but this one, exactly; as in Moodle, to accept anything is to accept this one."""
    may_be_anything = request.method == "GET" and (not given or "*/*" in given)
    require(given == media or may_be_anything, 400, f"No handler found for {given}")


def _failure_now() -> Failure:
    """Which trouble is on; the transaction ends at once, so that a slow call keeps no one waiting for the database."""
    failure = standing_failure(current_session())
    current_session().commit()
    return failure


def _attempt(view: Callable[..., Answer], arguments: dict[str, str]) -> Answer:
    try:
        return view(**arguments)
    except ServiceRefusedError as refused:
        current_session().rollback()
        return refusal(current_mood(), refused)


def _log(answer: Answer) -> None:
    path = request.full_path.rstrip("?")
    caller = g.get("caller", "unknown")
    log_call(current_session(), request.method, path, caller, answer.status, answer.words, current_lms().seconds())
