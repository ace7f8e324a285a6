"""Going on with a launch that is held since its browser sent no cookie: with a proof, or in a window of its own.

Our own pages post here, and nobody else may: a ticket and a proof that somebody was given in one browser must not be
brought by another site to another browser.
"""

from urllib.parse import urlsplit

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from db import reading, utcnow
from lti.errors import SENT_FROM_ELSEWHERE, LaunchError
from lti.launch.pending import find_held, require_proof
from lti.launch.views.arrival import limit_size, open_visit, settings
from lti.visits.cookies import drop_framed_cookie, set_framed_cookie
from lti.visits.frame import keep_out_of_frames
from lti.visits.permission import anyone

blueprint = Blueprint("pending", __name__, url_prefix="/lti")
blueprint.before_request(limit_size)

# Tells a window that keeps cookies from one that keeps none at all. It grants nothing.
KEEPS_COOKIES = "fit-to-post-keeps-cookies"


@blueprint.before_request
def refuse_other_sites() -> None:
    """Refuse what no page of ours has sent."""
    if request.method == "POST" and not _came_from_us():
        raise LaunchError(SENT_FROM_ELSEWHERE, "neither Origin nor Sec-Fetch-Site is ours")


def _came_from_us() -> bool:
    ours = urlsplit(settings().public_url)
    same_origin = request.headers.get("Origin") == f"{ours.scheme}://{ours.netloc}"
    return same_origin and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


@blueprint.post("/window")
@anyone
def window() -> Response:
    """Ask the person, in a window of its own, whether they are the one that the message names."""
    _, platform, message = find_held(reading(), request.form.get("ticket", ""), utcnow())
    keep_out_of_frames()
    ticket = request.form["ticket"]
    answer = make_response(render_template("pending/window.html", ticket=ticket, platform=platform, message=message))
    set_framed_cookie(answer, KEEPS_COOKIES, "1", "/lti/", settings().login_seconds)
    return answer


@blueprint.post("/continue")
@anyone
def go_on() -> Response:
    """Begin the visit: in the frame, for a proof that fits; in a window of its own, for the person's word."""
    held = find_held(reading(), request.form.get("ticket", ""), utcnow())
    if "proof" in request.form:
        require_proof(held[0], request.form["proof"])
        return open_visit(*held, in_address=True)
    answer = open_visit(*held, in_address=KEEPS_COOKIES not in request.cookies)
    drop_framed_cookie(answer, KEEPS_COOKIES, "/lti/")
    return answer
