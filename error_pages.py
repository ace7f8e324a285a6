"""Error pages: anything that goes wrong becomes a page that says what happened, what is saved and what to do next."""

import logging
import secrets

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException

import db
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
        return _page(error, status, *WORDS.get(status, (error.name, error.description or "")))

    @app.errorhandler(DBAPIError)
    @app.errorhandler(NoConnectionLeft)
    def storage_failed(error: DBAPIError | NoConnectionLeft) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
        if isinstance(error, DBAPIError) and not db.is_storage_trouble(error):
            return broken(error)
        reference = secrets.token_hex(4)
        log.error("reference %s: the database refuses to work: %s", reference, str(getattr(error, "orig", error))[:200])
        heading, happened, advice = STORAGE_FAILED
        return *_page(error, 503, heading, f"{happened} {_what_is_kept(error)}", advice, reference), {
            "Retry-After": "60"
        }

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        reference = secrets.token_hex(4)
        log.exception("reference %s", reference)
        heading, happened, advice = BROKEN
        return _page(error, 500, heading, f"{happened} {_what_is_kept(error)}", advice, reference)


def _add_pages_of_ours(app: Flask) -> None:
    @app.errorhandler(LaunchError)
    def launch_failed(error: LaunchError) -> tuple[str, int, dict[str, str]]:
        log.warning("launch refused: %s. %s", error, error.remedy)
        trouble = error.trouble
        page = _page(
            error, trouble.status, trouble.heading, trouble.happened, trouble.advice, trouble.code, error.remedy
        )
        return *page, trouble.headers

    @app.errorhandler(AttemptError)
    def attempt_failed(error: AttemptError) -> tuple[str, int]:
        return _page(error, error.status, error.heading, error.happened, error.advice)

    @app.errorhandler(NoVisit)
    def visit_ended(error: NoVisit) -> tuple[str, int]:
        return _page(error, 401, *_visit_ended())

    @app.errorhandler(CSRFError)
    def form_is_old(error: CSRFError) -> tuple[str, int]:
        return _page(error, 400, *(NOT_OUR_FORM if visit_or_none() else _visit_ended()))

    @app.errorhandler(NoPolicy)
    def no_policy(error: NoPolicy) -> tuple[str, int]:
        log.error("no policy is published for the trust %s: ./run flask prepare says why", error)
        return _page(error, 503, *NO_POLICY)

    @app.errorhandler(NotPublished)
    def not_published(error: NotPublished) -> tuple[str, int]:
        return _page(error, 404, *NO_MODULE)


def _page(
    error: Exception,
    status: int,
    heading: str,
    happened: str,
    next_step: str = "",
    reference: str = "",
    remedy: str = "",
) -> tuple[str, int]:
    """Say what went wrong and what to do next, with a button to where the person was if we know that."""
    way = way_on(error, status)
    words = {"heading": heading, "happened": happened, "reference": reference, "remedy": remedy}
    words["next_step"] = next_step or (USE_THE_BUTTON if way else OPEN_AGAIN)
    return render_template("error.html", **words, way_on=way), status


def _what_is_kept(error: Exception) -> str:
    """Say what happened to the answers of someone whose request failed, and to what they have just sent."""
    if request.method != "POST" or not request.environ.get(KEY):
        return KEPT
    return f"{PERHAPS_KEPT if db.may_be_kept(error) else NOT_KEPT} {KEPT_BEFORE}"


def _visit_ended() -> tuple[str, str, str]:
    """Return the words for someone whose visit has ended, perhaps with something just sent that we could not keep."""
    heading, happened, advice = VISIT_ENDED
    return heading, f"{happened} {NOT_KEPT}" if request.method == "POST" else happened, advice


NOT_KEPT = "What you have just sent was not saved. You will be asked for it again."
PERHAPS_KEPT = "What you have just sent may not have been saved. If not, you will be asked for it again."
KEPT = "All your answers are saved."
KEPT_BEFORE = "All your earlier answers are saved."
VISIT_ENDED = (
    "Open the activity again",
    "We do not know who you are. Your visit has ended, it began in another window, or you did not come from your "
    f"course. {KEPT_BEFORE}",
    "Go back to your course and open the activity again. You will continue where you left off.",
)
NOT_OUR_FORM = ("We could not accept that", f"The page that it was sent from is out of date or incomplete. {NOT_KEPT}")
NO_MODULE = (
    "No training is set for this activity yet",
    "The activity does not say which training it opens, or it names training that your trust does not have.",
    "If you lead this course, open the activity again: you can choose the training there. If its settings have a line "
    "“module=…”, correct or delete that line first.\n\n"
    "Otherwise, tell the person who leads your course.",
)
NO_POLICY = (
    "This page cannot be shown at the moment",
    "Your trust’s policy is not in Fit to Post yet. Training, results and certificates are not affected.",
    "Tell the people who look after Fit to Post. Its log says what to do.",
)
BROKEN = (
    "Something went wrong on our side",
    "It is not your fault.",
    "Try again in a minute. If it happens twice, tell the people who look after your course.",
)
STORAGE_FAILED = (
    "The training cannot continue at the moment",
    "The fault is on our side: our server cannot write to its storage, or cannot reach it.",
    "Go back and try again in a few minutes. If it happens again, tell the people who look after your course.",
)
USE_THE_BUTTON = "Use the button to go back to where you were."
OPEN_AGAIN = "Go back to your course and open the activity again."
WORDS = {
    400: ("We could not read that", "What your browser sent is incomplete or damaged, so nothing has changed."),
    403: ("This page is not for you", "Only people who lead your course can see it."),
    404: ("Page not found", "There is nothing at this address."),
    405: ("That cannot be done here", "Your browser asked for this page in a way that the page does not allow."),
    413: ("That was too much", "What you sent is larger than we can accept, so it was not saved."),
}
