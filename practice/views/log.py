"""The log of service calls, with the switches for the mood and for trouble."""

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from practice.failures import Failure, set_failure, standing_failure
from practice.lms import current_lms, current_session
from practice.moods import CANVAS_PAGE, Mood, mood_switch, set_mood
from practice.services.gradebook import iso_moment
from practice.services.service_log import all_calls, latest_calls
from practice.views.blueprint import practice


@practice.get("/log")
def log() -> str:
    """The latest service calls, and the switches."""
    session = current_session()
    return render_template(
        "practice/log.html",
        calls=latest_calls(session),
        failures=Failure,
        standing=standing_failure(session),
        moods=Mood,
        mood=mood_switch(session),
        most_people=CANVAS_PAGE,
    )


@practice.get("/log.json")
def log_json() -> Response:
    """Every service call in the order of arrival, for programs."""
    names = ("method", "path", "caller", "status", "words")
    calls = all_calls(current_session())
    return jsonify(
        calls=[{"at": iso_moment(call.at), **{name: getattr(call, name) for name in names}} for call in calls]
    )


@practice.post("/failures")
def failures() -> WerkzeugResponse:
    """Switch a trouble on, or all trouble off; some are done at once and leave the switch as it is."""
    chosen = request.form.get("failure", "")
    if chosen not in list(Failure):
        abort(400)
    if chosen == Failure.KEY_ROTATED:
        current_lms().keys.rotate(current_session())
    else:
        set_failure(current_session(), Failure(chosen))
    return _done()


@practice.post("/mood")
def mood() -> WerkzeugResponse:
    """Take on the manner of another LMS."""
    chosen = request.form.get("mood", "")
    if chosen not in list(Mood):
        abort(400)
    set_mood(current_session(), Mood(chosen), request.form.get("people_per_page", type=int))
    return _done()


def _done() -> WerkzeugResponse:
    current_session().commit()
    return redirect(url_for("practice.log"), 303)
