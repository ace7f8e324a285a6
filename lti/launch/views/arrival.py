"""What the addresses have in common at which a visit can begin."""

from flask import redirect, request
from werkzeug.wrappers import Response

from config import Settings
from core.services import service
from db import in_transaction, utcnow
from lti.domain.message import LaunchMessage
from lti.launch.begin_visit import begin_visit
from lti.models import Login, Platform
from lti.services.roster_jobs import RosterJobs
from lti.visits.addresses import address_of
from lti.visits.cookies import set_visit_cookie
from lti.visits.visit import handle_of

# Where a visit starts; what it shows is for the packages further right to say.
FRONT_DOOR = "/"


def settings() -> Settings:
    """Return the settings of the current application."""
    return service(Settings)


def limit_size() -> None:
    """Refuse bodies that are larger than any launch, before they are read."""
    request.max_content_length = settings().message_bytes


def open_visit(login: Login, platform: Platform, message: LaunchMessage, in_address: bool = False) -> Response:
    """Begin a visit and lead to its front door; its token goes into a cookie, or into the address."""
    token, course = in_transaction(
        lambda writing: begin_visit(writing, login, platform, message, settings(), utcnow(), in_address)
    )
    service(RosterJobs).keep_fresh(course)
    answer = redirect(address_of(token if in_address else handle_of(token)) + FRONT_DOOR, code=303)
    if not in_address:
        set_visit_cookie(answer, token)
    return answer
