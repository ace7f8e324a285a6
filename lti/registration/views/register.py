"""Connecting an LMS: the page that an administrator sees inside it, and our description for those who enter it by hand.

The specification lets a tool register as soon as its page is opened. Ours asks first: the administrator sees which LMS
and which trust will be connected, and a browser or a mail scanner that only looks at the address changes nothing.
"""

from flask import Blueprint, Response, jsonify, render_template, request

from config import Settings
from core.services import service
from core.trusts import name_of_trust
from db import reading, utcnow
from lti.domain.allowances import allowances_of
from lti.domain.offer import Tool, canvas_key
from lti.registration.errors import RegistrationError
from lti.registration.platforms import name_for
from lti.registration.registrar import Registrar, RegistrationRequest
from lti.registration.views.forms import ConnectForm
from lti.visits.frame import Framers, let_frame
from lti.visits.permission import anyone

blueprint = Blueprint("registration", __name__, url_prefix="/lti")


@blueprint.before_request
def limit_size() -> None:
    """Refuse bodies that are larger than any such form, before they are read."""
    request.max_content_length = service(Settings).message_bytes


@blueprint.route("/register", methods=["GET", "POST"])
@anyone
def register() -> tuple[str, int, dict[str, str]]:
    """Show which LMS would be connected for which trust, and connect it when the button is pressed."""
    form = ConnectForm(request.values)
    let_frame(form.asked.configuration_url)
    try:
        found = _connect(form.asked) if request.method == "POST" and form.validate() else _preview(form.asked)
        status, headers = 200, {}
    except RegistrationError as error:
        found, status, headers = {"problem": error}, error.trouble.status, error.trouble.headers
    return render_template("registration/register.html", form=form, name_for=name_for, **found), status, headers


def _preview(asked: RegistrationRequest) -> dict[str, object]:
    preview = service(Registrar).preview(asked, utcnow())
    let_frame(asked.configuration_url, *preview.configuration.addresses)
    return {"preview": preview, "trust": name_of_trust(reading(), preview.trust)}


def _connect(asked: RegistrationRequest) -> dict[str, object]:
    connected = service(Registrar).connect(asked, utcnow())
    service(Framers).forget()
    let_frame(asked.configuration_url, *connected.configuration.addresses)
    return {
        "connected": connected,
        "allowances": allowances_of(connected.granted),
        "trust": name_of_trust(reading(), connected.platform.trust),
    }


@blueprint.get("/canvas.json")
@anyone
def canvas() -> Response:
    """Describe the tool for an administrator of Canvas who makes a developer key by hand."""
    return jsonify(canvas_key(Tool(service(Settings).public_url)))
