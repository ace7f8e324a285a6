"""A launch's two steps: a single-use hint sends the browser to the tool's login, and comes back for an id token."""

import secrets
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from lti.practice.addresses import Addresses
from lti.practice.catalogue import activity_by_id, course_by_client_id
from lti.practice.courses import PracticePerson, person_by_id
from lti.practice.models import Activity, Course, LaunchHint


class UntrustedRequestError(Exception):
    """The request names an unknown client or a foreign address, so nothing may be sent there, not even an error."""


class LaunchRefusedError(Exception):
    """The launch cannot go on; the tool learns why from error and error_description."""

    def __init__(self, error: str, description: str) -> None:
        """Take OAuth's word for the trouble and a sentence about it."""
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True)
class Launch:
    """Who opens which activity, in the frame or in a window of its own."""

    course: Course
    activity: Activity
    person: PracticePerson
    document_target: str


def begin_launch(session: Session, addresses: Addresses, launch: Launch) -> dict[str, str]:
    """The fields that the browser posts to the tool's login; Moodle offers no storage for the tool's state."""
    hint = LaunchHint(
        id=secrets.token_urlsafe(),
        person_id=launch.person.id,
        activity_id=launch.activity.id,
        document_target=launch.document_target,
    )
    session.add(hint)
    return {
        "iss": addresses.url,
        "target_link_uri": addresses.tool_launch,
        "login_hint": launch.person.id,
        "lti_message_hint": hint.id,
        "client_id": launch.course.client_id,
        "lti_deployment_id": launch.course.deployment_id,
    }


def check_sender(session: Session, addresses: Addresses, query: dict[str, str]) -> Course:
    """The course whose client asks, provided that the answer goes to the tool's one registered address."""
    course = course_by_client_id(session, query.get("client_id", ""))
    if course is None:
        raise UntrustedRequestError("The client_id is not registered here.")
    if query.get("redirect_uri") != addresses.tool_launch:
        raise UntrustedRequestError("The redirect_uri is not the one that was registered.")
    return course


def check_request(query: dict[str, str]) -> None:
    """Refuse an authorisation request that is not the one that LTI 1.3 prescribes (Security Framework 5.1.1.2)."""
    _require("openid" in query.get("scope", "").split(), "invalid_scope", "The scope must be openid.")
    _require(query.get("response_type") == "id_token", "unsupported_response_type", "It must be id_token.")
    _require(query.get("response_mode") == "form_post", "invalid_request", "The response_mode must be form_post.")
    _require(query.get("prompt") == "none", "invalid_request", "The prompt must be none.")
    for name in ("nonce", "state", "login_hint", "lti_message_hint"):
        _require(query.get(name), "invalid_request", f"There is no {name}.")


def continue_launch(session: Session, client_id: str, query: dict[str, str]) -> Launch:
    """The launch that the hint stands for; a hint works once, so a reload of the frame ends here."""
    hint = session.get(LaunchHint, query["lti_message_hint"])
    activity = activity_by_id(session, hint.activity_id) if hint else None
    is_ours = activity is not None and activity.course.client_id == client_id
    _require(is_ours, "invalid_request", "The lti_message_hint belongs to no launch of this client.")
    _require(hint.person_id == query["login_hint"], "login_required", "The login_hint is somebody else's.")
    _require(_spend(session, hint), "launch_no_longer_valid", "Open the activity again from its course.")
    return Launch(activity.course, activity, person_by_id(hint.person_id), hint.document_target)


def _spend(session: Session, hint: LaunchHint) -> bool:
    """Mark the hint as used in one statement, so that of two requests at once only one goes on."""
    unused = update(LaunchHint).where(LaunchHint.id == hint.id, LaunchHint.used.is_(False))
    return session.execute(unused.values(used=True)).rowcount == 1


def _require(holds: object, error: str, description: str) -> None:
    if not holds:
        raise LaunchRefusedError(error, description)
