"""How a service call meets the trouble that is switched on: before anything is done, or once all is kept."""

import time
from collections.abc import Callable
from socket import SHUT_RDWR
from threading import BoundedSemaphore

from flask import request

from practice.failures import RETRY_AFTER, SLOWNESS, Failure, standing_failure
from practice.lms import current_session
from practice.moods import Mood, mood_of
from practice.problems import ServiceRefusedError
from practice.services.canvas_scores import NO_STUDENT
from practice.views.answer import Answer, refusal

LONGEST_HANG = 30.0  # seconds
BEAT = 0.2  # seconds between two looks at the switch
# Each call that hangs keeps a thread of the server, and the page with the switch needs one too.
HANGING = BoundedSemaphore(4)


def trouble_before(failure: Failure) -> Answer | None:
    """What the tool hears in place of the service, or nothing if the call may go on."""
    meet = TROUBLES.get(failure)
    return meet() if meet else None


def trouble_after(failure: Failure, answer: Answer) -> Answer:
    """Lose the answer to a write that has been kept already; the log still shows what happened here."""
    is_kept_write = request.method != "GET" and answer.status < 300
    if failure not in (Failure.LOST_ANSWER, Failure.BROKEN_AFTER_WRITE) or not is_kept_write:
        return answer
    if failure is Failure.BROKEN_AFTER_WRITE:
        _break_connection()
    return Answer("", 500)


def _unavailable() -> Answer:
    return Answer("Unavailable, as switched on", 503)


def _throttled() -> Answer:
    return Answer("Throttled, as switched on", 429, headers={"Retry-After": str(RETRY_AFTER)})


def _calls_used_up() -> Answer:
    headers = {"X-Rate-Limit-Remaining": "0.0", "Retry-After": str(RETRY_AFTER), "Content-Type": "text/plain"}
    return Answer("Calls used up, as switched on", 403, body="403 Forbidden (Rate Limit Exceeded)", headers=headers)


def _slow() -> None:
    time.sleep(SLOWNESS)


def _hang() -> Answer:
    """Keep the caller waiting until the switch is turned, or for as long as it may last; nothing is done."""
    if HANGING.acquire(blocking=False):
        try:
            _wait_for_the_switch()
        finally:
            HANGING.release()
    return Answer("Left hanging, as switched on", 503)


def _wait_for_the_switch() -> None:
    end = time.monotonic() + LONGEST_HANG
    while time.monotonic() < end and standing_failure(current_session()) is Failure.HANG:
        # The transaction ends with every look, so that no one waits for the database meanwhile.
        current_session().commit()
        time.sleep(BEAT)


def _gone() -> Answer | None:
    is_there = "line_item_id" not in (request.view_args or {})
    return None if is_there else _refuse(404, "Line item not found")


def _not_gradable() -> Answer | None:
    if request.endpoint != "practice.scores":
        return None
    if mood_of(current_session()) is Mood.CANVAS:
        return _refuse(422, NO_STUDENT)
    score = " ".join(request.get_data(as_text=True).split())
    return _refuse(400, f"Incorrect score received{score}")


def _refuse(status: int, reason: str) -> Answer:
    return refusal(mood_of(current_session()), ServiceRefusedError(status, reason))


def _break_connection() -> None:
    """End the connection below the server, which then finds no one to answer."""
    connection = request.environ.get("gunicorn.socket") or request.environ["werkzeug.socket"]
    connection.shutdown(SHUT_RDWR)


TROUBLES: dict[Failure, Callable[[], Answer | None]] = {
    Failure.UNAVAILABLE: _unavailable,
    Failure.THROTTLED: _throttled,
    Failure.CALLS_USED_UP: _calls_used_up,
    Failure.SLOW: _slow,
    Failure.HANG: _hang,
    Failure.GONE: _gone,
    Failure.NOT_GRADABLE: _not_gradable,
}
