"""Dynamic registration: what the tool reads and sends, and the pages from which an administrator sees to it."""

import json
from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from practice.lms import current_lms, current_session
from practice.models import Client, Registration
from practice.moods import Mood
from practice.problems import ServiceRefusedError
from practice.tools.answers import as_answered
from practice.tools.openid import configuration
from practice.tools.register import begin_registration, complete_registration, initiation_url, registration_of
from practice.tools.rules import is_address, problems_of
from practice.views.answer import Answer, in_json
from practice.views.blueprint import practice
from practice.views.service import current_mood, token_service
from practice.views.tools import what_to_do

JSON = "application/json; charset=utf-8"


@practice.get("/.well-known/openid-configuration")
@token_service
def openid_configuration() -> Answer:
    """What the LMS says of itself; in Canvas's mood only with a registration token."""
    mood, addresses = current_mood(), current_lms().addresses
    if mood is Mood.CANVAS:
        try:
            _registration_that_asks()
        except ServiceRefusedError as refused:
            return _refused(mood, refused)
    return in_json("Configuration", JSON, configuration(addresses, mood))


@practice.post("/registrations")
@token_service
def register() -> Answer:
    """Take a tool's registration, once for each token."""
    mood, session, lms = current_mood(), current_session(), current_lms()
    try:
        registration = _registration_that_asks()
        fields: Any = request.get_json(force=mood is Mood.MOODLE, silent=True)
        if problems := problems_of(mood, fields):
            return _in_need_of_change(mood, problems)
        client = complete_registration(session, lms.addresses, mood, registration, fields, lms.seconds())
    except ServiceRefusedError as refused:
        return _refused(mood, refused)
    words = "brought up to date" if registration.is_update else "registered"
    return in_json(f"{client.name} {words}", JSON, as_answered(lms.addresses, mood, client))


@practice.get("/registrations/new")
def new_registration() -> str:
    """Where the administrator pastes the tool's registration address."""
    return render_template("practice/new_registration.html", mood=current_mood(), problem="", address="")


@practice.post("/registrations/new")
def begin() -> WerkzeugResponse | tuple[str, int]:
    """Begin a registration at the address that was pasted."""
    address = request.form.get("address", "").strip()
    if not is_address(address):
        problem = "Enter the whole address, beginning with https:// or http://"
        words = {"mood": current_mood(), "problem": problem, "address": address}
        return render_template("practice/new_registration.html", **words), 422
    begun = begin_registration(current_session(), current_mood(), address, current_lms().seconds())
    current_session().commit()
    return redirect(url_for("practice.registration", registration_id=begun.id), 303)


@practice.get("/registrations/<registration_id>")
def registration(registration_id: str) -> str:
    """The tool's page in a frame until it has registered; then the tool, and what to do about it."""
    session = current_session()
    shown = session.get(Registration, registration_id) or abort(404)
    client = session.get(Client, shown.client_id) if shown.is_used else None
    return render_template(
        "practice/registration.html",
        registration=shown,
        frame=initiation_url(current_lms().addresses, shown),
        was_closed="closed" in request.args,
        tool=what_to_do(session, client) if client else None,
    )


def _registration_that_asks() -> Registration:
    found = registration_of(current_session(), request.headers.get("Authorization", ""), current_lms().seconds())
    g.caller = found.client_id
    return found


def _refused(mood: Mood, refused: ServiceRefusedError) -> Answer:
    """Moodle says what is wrong in plain words, Canvas in JSON."""
    if mood is Mood.CANVAS:
        return in_json(f"Refused: {refused.reason}", JSON, {"errorMessage": refused.reason}, refused.status)
    return Answer(f"Refused: {refused.reason}", refused.status, body=refused.reason)


def _in_need_of_change(mood: Mood, problems: list[tuple[str, str]]) -> Answer:
    """Moodle names the first problem, Canvas all of them by field; the token stays good for another try."""
    first = problems[0][1]
    if mood is Mood.MOODLE:
        return Answer(f"Refused: {first}", 400, body=first)
    errors: dict[str, list[str]] = {}
    for field, words in problems:
        errors.setdefault(field, []).append(words)
    return in_json(f"Refused: {json.dumps(errors)}", JSON, {"errors": errors}, 422)
