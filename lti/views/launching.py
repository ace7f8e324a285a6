"""Login, launch and keys: the addresses that an LMS calls."""

from flask import Blueprint, Response, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from db import in_transaction, reading, transaction, utcnow
from lti.addresses import address_of
from lti.cookies import LOGIN_COOKIE_PREFIX, drop_framed_cookie, set_framed_cookie, set_visit_cookie
from lti.keys import key_set
from lti.launch import check_launch
from lti.login import begin_login
from lti.permission import anyone
from lti.visits import begin_visit, handle_of

blueprint = Blueprint("lti", __name__, url_prefix="/lti")

# Where a visit starts; what it shows is for the packages further right to say.
FRONT_DOOR = "/"


def _settings() -> Settings:
    return current_app.extensions["settings"]


@blueprint.before_request
def limit_size() -> None:
    """Refuse bodies that are larger than any launch, before they are read."""
    request.max_content_length = _settings().message_bytes


@blueprint.route("/login", methods=["GET", "POST"])
@anyone
def login() -> AnyResponse:
    """Begin a login: note it, and send the browser to the platform."""
    with transaction() as writing:
        begun, address = begin_login(writing, request.values.to_dict(), _settings(), utcnow())
    answer = redirect(address)
    set_framed_cookie(answer, LOGIN_COOKIE_PREFIX + begun.state, "1", "/lti/", _settings().login_seconds)
    return answer


@blueprint.post("/launch")
@anyone
def launch() -> AnyResponse:
    """Accept a launch: check it, begin a visit, and open the front door."""
    keyring = current_app.extensions["keyring"]
    checked = check_launch(reading(), request.form.to_dict(), _began_here, keyring.find, _settings(), utcnow())
    token, course = in_transaction(lambda writing: begin_visit(writing, *checked, _settings(), utcnow()))
    current_app.extensions["queue"].keep_roster_fresh(course)
    answer = redirect(address_of(handle_of(token)) + FRONT_DOOR, code=303)
    set_visit_cookie(answer, token)
    drop_framed_cookie(answer, LOGIN_COOKIE_PREFIX + checked[0].state, "/lti/")
    return answer


def _began_here(state: str) -> bool:
    return LOGIN_COOKIE_PREFIX + state in request.cookies


@blueprint.get("/jwks")
@anyone
def jwks() -> Response:
    """Publish our public keys."""
    answer = jsonify(key_set(reading(), _settings()))
    answer.cache_control.max_age = 300
    return answer
