"""Error pages: anything that goes wrong becomes a page that says what happened, what is saved and what to do next."""

import logging
import secrets
from dataclasses import replace

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException

import db
from core.domain.trouble import Trouble
from lti.errors import LaunchError
from lti.visits.addresses import KEY
from lti.visits.permission import NoVisit, visit_or_none
from modules.content.publish import NotPublished
from modules.errors import AttemptError
from modules.site.way_on import way_on
from policies.published import NoPolicy

log = logging.getLogger(__name__)


def add_error_pages(app: Flask) -> None:
    """Turn anything that goes wrong into a page that says what to do next."""
    _add_pages_of_ours(app)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        return _page(error, WORDS.get(status) or Trouble("http", status, error.name, error.description or ""))

    @app.errorhandler(DBAPIError)
    @app.errorhandler(NoConnectionLeft)
    def storage_failed(error: DBAPIError | NoConnectionLeft) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
        if isinstance(error, DBAPIError) and not db.is_storage_trouble(error):
            return broken(error)
        reference = secrets.token_hex(4)
        log.error("reference %s: the database refuses to work: %s", reference, str(getattr(error, "orig", error))[:200])
        return *_page(error, _with(STORAGE_FAILED, _what_is_kept(error)), reference), {"Retry-After": "60"}

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        reference = secrets.token_hex(4)
        log.exception("reference %s", reference)
        return _page(error, _with(BROKEN, _what_is_kept(error)), reference)


def _add_pages_of_ours(app: Flask) -> None:
    @app.errorhandler(LaunchError)
    def launch_failed(error: LaunchError) -> tuple[str, int, dict[str, str]]:
        log.warning("launch refused: %s. %s", error, error.remedy)
        return *_page(error, error.trouble, error.trouble.code, error.remedy), error.trouble.headers

    @app.errorhandler(AttemptError)
    def attempt_failed(error: AttemptError) -> tuple[str, int]:
        return _page(error, error.trouble)

    @app.errorhandler(NoVisit)
    def visit_ended(error: NoVisit) -> tuple[str, int]:
        return _page(error, _visit_ended())

    @app.errorhandler(CSRFError)
    def form_is_old(error: CSRFError) -> tuple[str, int]:
        return _page(error, NOT_OUR_FORM if visit_or_none() else replace(_visit_ended(), status=NOT_OUR_FORM.status))

    @app.errorhandler(NoPolicy)
    def no_policy(error: NoPolicy) -> tuple[str, int]:
        log.error("no policy is published for the trust %s: ./run flask prepare says why", error)
        return _page(error, NO_POLICY)

    @app.errorhandler(NotPublished)
    def not_published(error: NotPublished) -> tuple[str, int]:
        return _page(error, NO_MODULE)


def _page(error: Exception, trouble: Trouble, reference: str = "", remedy: str = "") -> tuple[str, int]:
    """Say what went wrong and what to do next, with a button to where the person was if we know that."""
    way = way_on(error, trouble.status)
    words = {"heading": trouble.heading, "happened": trouble.happened, "reference": reference, "remedy": remedy}
    words["next_step"] = trouble.advice or (USE_THE_BUTTON if way else OPEN_AGAIN)
    return render_template("error.html", **words, way_on=way), trouble.status


def _with(trouble: Trouble, more: str) -> Trouble:
    """Return a trouble with another sentence about what happened."""
    return replace(trouble, happened=f"{trouble.happened} {more}")


def _what_is_kept(error: Exception) -> str:
    """Say what happened to the answers of someone whose request failed, and to what they have just sent."""
    if request.method != "POST" or not request.environ.get(KEY):
        return KEPT
    return f"{PERHAPS_KEPT if db.may_be_kept(error) else NOT_KEPT} {KEPT_BEFORE}"


def _visit_ended() -> Trouble:
    """Return the words for someone whose visit has ended, perhaps with something just sent that we could not keep."""
    return _with(VISIT_ENDED, NOT_KEPT) if request.method == "POST" else VISIT_ENDED


NOT_KEPT = "What you have just sent was not saved. You will be asked for it again."
PERHAPS_KEPT = "What you have just sent may not have been saved. If not, you will be asked for it again."
KEPT = "All your answers are saved."
KEPT_BEFORE = "All your earlier answers are saved."
VISIT_ENDED = Trouble(
    "visit-ended",
    401,
    "Open the activity again",
    "We do not know who you are. Your visit has ended, it began in another window, or you did not come from your "
    f"course. {KEPT_BEFORE}",
    "Go back to your course and open the activity again. You will continue where you left off.",
)
NOT_OUR_FORM = Trouble(
    "not-our-form",
    400,
    "We could not accept that",
    f"The page that it was sent from is out of date or incomplete. {NOT_KEPT}",
)
NO_MODULE = Trouble(
    "no-module",
    404,
    "No training is set for this activity yet",
    "The activity does not say which training it opens, or it names training that your trust does not have.",
    "If you lead this course, open the activity again: you can choose the training there. If its settings have a line "
    "“module=…”, correct or delete that line first.\n\n"
    "Otherwise, tell the person who leads your course.",
)
NO_POLICY = Trouble(
    "no-policy",
    503,
    "This page cannot be shown at the moment",
    "Your trust’s policy is not in Fit to Post yet. Training, results and certificates are not affected.",
    "Tell the people who look after Fit to Post. Its log says what to do.",
)
BROKEN = Trouble(
    "broken",
    500,
    "Something went wrong on our side",
    "It is not your fault.",
    "Try again in a minute. If it happens twice, tell the people who look after your course.",
)
STORAGE_FAILED = Trouble(
    "storage-failed",
    503,
    "The training cannot continue at the moment",
    "The fault is on our side: our server cannot write to its storage, or cannot reach it.",
    "Go back and try again in a few minutes. If it happens again, tell the people who look after your course.",
)
USE_THE_BUTTON = "Use the button to go back to where you were."
OPEN_AGAIN = "Go back to your course and open the activity again."
WORDS = {
    trouble.status: trouble
    for trouble in (
        Trouble(
            "unreadable",
            400,
            "We could not read that",
            "What your browser sent is incomplete or damaged, so nothing has changed.",
        ),
        Trouble(
            "not-for-you",
            403,
            "This page is not for you",
            "Only people who lead your course, or have a role for it at your trust, can see it.",
        ),
        Trouble("not-found", 404, "Page not found", "There is nothing at this address."),
        Trouble(
            "not-that-way",
            405,
            "That cannot be done here",
            "Your browser asked for this page in a way that the page does not allow.",
        ),
        Trouble(
            "too-large",
            413,
            "That was too much",
            "What you sent is larger than we can accept, so it was not saved.",
        ),
    )
}
