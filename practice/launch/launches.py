"""A launch's two steps: a single-use hint sends the browser to the tool's login, and comes back for an id token."""

import secrets
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from practice.addresses import Addresses
from practice.courses.deployments import deployment_id
from practice.courses.enrolments import enrolled_by_id
from practice.courses.people import STAFF, PracticePerson, person_by_id
from practice.models import (
    Activity,
    Client,
    Course,
    DeepLinkingRequest,
    LaunchHint,
    LineItem,
    SwitchedRole,
)
from practice.moods import Mood
from practice.tools.clients import client_by_id
from practice.vocabulary import Json

LIFE_OF_HINT = 300  # seconds


class UntrustedRequestError(Exception):
    """The request names an unknown client or a foreign address, so nothing may be sent there, not even an error."""


class LaunchRefusedError(Exception):
    """The launch cannot go on; the tool learns why from error and error_description."""

    def __init__(self, error: str, description: str) -> None:
        """Take OAuth's word for the trouble and a sentence about it."""
        super().__init__(description)
        self.error = error
        self.description = description


class Kind(StrEnum):
    """What a launch is for."""

    ACTIVITY = "activity"
    NAVIGATION = "navigation"  # from the course's menu, with no activity behind it
    DEEP_LINKING = "deep-linking"
    REVIEW = "review"


@dataclass(frozen=True)
class Launch:
    """Who opens what, in the frame or in a window of its own."""

    kind: Kind
    course: Course
    person: PracticePerson
    document_target: str
    activity: Activity | None = None
    line_item: LineItem | None = None  # in a review: whose grade is looked at
    subject: PracticePerson | None = None  # in a review: the person whose answers are looked at
    request: DeepLinkingRequest | None = None
    switched: bool = False  # someone who leads the course has taken a student's role

    @property
    def is_anonymous(self) -> bool:
        """Whether the tool must not learn who it is."""
        return self.activity is not None and self.activity.is_anonymous


def begin_launch(
    session: Session, addresses: Addresses, mood: Mood, launch: Launch, storage_target: str, now: int
) -> dict[str, str]:
    """The fields that the browser posts to the tool's login; Moodle offers no storage for the tool's state."""
    hint = LaunchHint(
        id=secrets.token_urlsafe(),
        kind=launch.kind,
        course=launch.course,
        person_id=launch.person.id,
        document_target=launch.document_target,
        activity=launch.activity,
        line_item=launch.line_item,
        subject_id=launch.subject.id if launch.subject else None,
        request=launch.request,
        began_at=now,
    )
    session.add(hint)
    if launch.switched:
        session.add(SwitchedRole(hint_id=hint.id))
    return {
        "iss": addresses.url,
        "target_link_uri": target_link(launch),
        "login_hint": launch.person.id,
        "lti_message_hint": hint.id,
        "client_id": launch.course.client_id,
        "lti_deployment_id": deployment_id(mood, launch.course),
        **({"lti_storage_target": storage_target} if mood is Mood.CANVAS else {}),
    }


def target_link(launch: Launch) -> str:
    """Where the launch leads at the tool: the tool's usual place, unless the tool has named another."""
    client = launch.course.tool
    if launch.kind is Kind.DEEP_LINKING:
        return next((message["target_link_uri"] for message in _dialogs(client)), client.target_url)
    own = launch.line_item.review_url if launch.line_item else ""
    return own or (launch.activity.url if launch.activity else "") or client.target_url


def check_sender(session: Session, query: dict[str, str]) -> Client:
    """The client that asks, provided that the answer goes to an address that was registered for it."""
    client = client_by_id(session, query.get("client_id", ""))
    if client is None:
        raise UntrustedRequestError("The client_id is not registered here.")
    if query.get("redirect_uri") not in client.redirect_urls:
        raise UntrustedRequestError("The redirect_uri is not one that was registered.")
    return client


def check_request(query: dict[str, str]) -> None:
    """Refuse an authorisation request that is not the one that LTI 1.3 prescribes (Security Framework 5.1.1.2)."""
    _require("openid" in query.get("scope", "").split(), "invalid_scope", "The scope must be openid.")
    _require(query.get("response_type") == "id_token", "unsupported_response_type", "It must be id_token.")
    _require(query.get("response_mode") == "form_post", "invalid_request", "The response_mode must be form_post.")
    _require(query.get("prompt") == "none", "invalid_request", "The prompt must be none.")
    for name in ("nonce", "state", "login_hint", "lti_message_hint"):
        _require(query.get(name), "invalid_request", f"There is no {name}.")


def continue_launch(session: Session, client_id: str, query: dict[str, str], now: int) -> Launch:
    """The launch that the hint stands for; a hint works once and soon, so a reload of the frame ends here."""
    hint = session.get(LaunchHint, query["lti_message_hint"])
    if hint is None or hint.course.client_id != client_id:
        raise LaunchRefusedError("invalid_request", "The lti_message_hint belongs to no launch of this client.")
    _require(hint.person_id == query["login_hint"], "login_required", "The login_hint is someone else's.")
    is_good = hint.began_at > now - LIFE_OF_HINT and _spend(session, hint)
    _require(is_good, "launch_no_longer_valid", "Open the activity again from its course.")
    hint.course.is_used = hint.course.is_used or hint.kind == Kind.ACTIVITY
    return _launch(session, hint, session.get(SwitchedRole, hint.id) is not None)


def _dialogs(client: Client) -> list[Json]:
    """The messages for adding activities that the tool registered with a place of their own."""
    return [
        message
        for message in client.messages
        if message.get("type") == "LtiDeepLinkingRequest" and message.get("target_link_uri")
    ]


def _launch(session: Session, hint: LaunchHint, switched: bool) -> Launch:
    person = enrolled_by_id(session, hint.person_id)
    if person is None:
        raise LaunchRefusedError("login_required", "No one with that id is here any more.")
    return Launch(
        kind=Kind(hint.kind),
        course=hint.course,
        person=replace(person, role=STAFF) if switched else person,
        document_target=hint.document_target,
        activity=hint.activity,
        line_item=hint.line_item,
        subject=person_by_id(hint.subject_id) if hint.subject_id else None,
        request=hint.request,
    )


def _spend(session: Session, hint: LaunchHint) -> bool:
    """Mark the hint as used in one statement, so that of two requests at once only one goes on."""
    unused = update(LaunchHint).where(LaunchHint.id == hint.id, LaunchHint.used.is_(False))
    return session.scalar(unused.values(used=True).returning(LaunchHint.id)) is not None


def _require(holds: object, error: str, description: str) -> None:
    if not holds:
        raise LaunchRefusedError(error, description)
