"""Login, launch and keys: the addresses that an LMS calls."""

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from core.services import service
from db import reading, transaction, utcnow
from lti.domain.message import LaunchMessage
from lti.errors import TOO_MANY_LOGINS, LaunchError
from lti.keys import key_set
from lti.launch.accept import check_launch
from lti.launch.login import begin_login
from lti.launch.login_limit import LoginLimit
from lti.launch.pending import hold_message
from lti.launch.platform_keys import PlatformKeyring
from lti.launch.views.arrival import limit_size, open_visit, settings
from lti.models import Login, Platform
from lti.visits.cookies import LOGIN_COOKIE_PREFIX, drop_framed_cookie, set_framed_cookie
from lti.visits.frame import let_forms_go_to, show_to
from lti.visits.permission import anyone

blueprint = Blueprint("launch", __name__, url_prefix="/lti")
blueprint.before_request(limit_size)


@blueprint.route("/login", methods=["GET", "POST"])
@anyone
def login() -> AnyResponse:
    """Begin a login: note it, and send the browser to the platform, by a page that leaves a proof where it may."""
    if service(LoginLimit).seconds_to_wait(request.remote_addr, utcnow()):
        raise LaunchError(TOO_MANY_LOGINS)
    with transaction() as writing:
        begun = begin_login(writing, request.values.to_dict(), settings(), utcnow())
    show_to(begun.platform_id)
    mark = LOGIN_COOKIE_PREFIX + begun.state
    if begun.proof:
        answer: AnyResponse = make_response(render_template("launch/login.html", begun=begun, key=mark))
    else:
        answer = redirect(begun.address)
    set_framed_cookie(answer, mark, "1", "/lti/", settings().login_seconds)
    return answer


@blueprint.post("/launch")
@anyone
def launch() -> AnyResponse:
    """Accept a launch: check it, begin a visit, and open the front door; hold it where no cookie says whose it is."""
    find_key = service(PlatformKeyring).find
    checked = check_launch(reading(), request.form.to_dict(), find_key, settings(), utcnow())
    mark = LOGIN_COOKIE_PREFIX + checked[0].state
    if mark not in request.cookies:
        return _hold(mark, *checked)
    answer = open_visit(*checked)
    drop_framed_cookie(answer, mark, "/lti/")
    return answer


def _hold(mark: str, login: Login, platform: Platform, message: LaunchMessage) -> AnyResponse:
    """Hold the message; the page asks the LMS's storage for the proof, and else offers a window of its own."""
    show_to(platform.id)
    with transaction() as writing:
        ticket = hold_message(writing, login, message, utcnow())
    if message.choosing:
        let_forms_go_to(message.choosing.return_url)
    return make_response(
        render_template("launch/launch.html", ticket=ticket, key=mark, login=login, platform=platform, message=message)
    )


@blueprint.get("/jwks")
@anyone
def jwks() -> Response:
    """Publish our public keys."""
    answer = jsonify(key_set(reading(), settings()))
    answer.cache_control.max_age = 300
    return answer
