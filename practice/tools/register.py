"""A registration from its beginning to a client: the administrator begins it, the tool answers once within the hour."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from practice.addresses import Addresses
from practice.models import Client, Registration
from practice.moods import Mood
from practice.problems import require, required
from practice.scopes import granted_by_moodle
from practice.tools.clients import ClientState, client_of_domain
from practice.tools.openid import authorization_server
from practice.tools.rules import TOOL, domain_of
from practice.vocabulary import Json

LIFE_OF_REGISTRATION = 3600  # seconds
FIRST_CANVAS_CLIENT = 10_000_000_000_100  # Canvas's client ids are long numbers
NAMES = {"name", "given_name", "family_name"}
PRIVACY_LEVEL = "https://canvas.instructure.com/lti/privacy_level"


@dataclass(frozen=True)
class Shared:
    """What a client learns of people."""

    name: bool
    email: bool


def begin_registration(session: Session, mood: Mood, tool_url: str, now: int) -> Registration:
    """A registration at that page of a tool; in Moodle's mood one from a known domain brings its client up to date."""
    known = client_of_domain(session, domain_of(tool_url)) if mood is Mood.MOODLE else None
    registration = Registration(
        id=secrets.token_hex(8),
        token=secrets.token_urlsafe(48),
        client_id=known.client_id if known else _new_client_id(session, mood),
        tool_url=tool_url,
        is_update=known is not None,
        expires_at=now + LIFE_OF_REGISTRATION,
    )
    session.add(registration)
    return registration


def initiation_url(addresses: Addresses, registration: Registration) -> str:
    """The tool's page with what it needs appended to whatever its address carries already."""
    joint = "&" if "?" in registration.tool_url else "?"
    query = {
        "openid_configuration": f"{addresses.url}/.well-known/openid-configuration",
        "registration_token": registration.token,
    }
    return f"{registration.tool_url}{joint}{urlencode(query)}"


def registration_of(session: Session, authorization: str, now: int) -> Registration:
    """The registration behind the Authorization header, as long as its token is good."""
    scheme, _, token = authorization.partition(" ")
    require(scheme == "Bearer" and token, 401, "missing_registration_token")
    found = session.scalar(select(Registration).where(Registration.token == token.strip()))
    registration = required(found, 401, "unknown_registration_token")
    require(registration.expires_at > now, 401, "registration_token_expired")
    require(not registration.is_used, 401, "token_already_used")
    return registration


def complete_registration(
    session: Session, addresses: Addresses, mood: Mood, registration: Registration, fields: Json, now: int
) -> Client:
    """The client that the tool's answer makes, or brings up to date; the token is used up in one statement."""
    unused = update(Registration).where(Registration.id == registration.id, Registration.is_used.is_(False))
    required(session.scalar(unused.values(is_used=True).returning(Registration.id)), 401, "token_already_used")
    client = session.get(Client, registration.client_id) or _new_client(session, addresses, mood, registration, now)
    _take_over(client, mood, fields)
    return client


def _new_client(session: Session, addresses: Addresses, mood: Mood, registration: Registration, now: int) -> Client:
    is_canvas = mood is Mood.CANVAS
    number = session.scalars(select(func.count()).select_from(Client)).one() + 1
    client = Client(
        client_id=registration.client_id,
        # Canvas writes a number and a hash, and tells no one before the first launch.
        deployment_id=f"{number}:{secrets.token_hex(20)}" if is_canvas else str(number),
        audience=authorization_server(addresses) if is_canvas else addresses.token,
        state=ClientState.OFF if is_canvas else ClientState.PENDING,
        registered_at=now,
    )
    session.add(client)
    return client


def _take_over(client: Client, mood: Mood, fields: Json) -> None:
    """Write what the tool says of itself into its client."""
    tool = fields[TOOL]
    client.name = fields["client_name"]
    client.domain = domain_of(tool["domain"])
    client.login_url = fields["initiate_login_uri"]
    client.target_url = tool.get("target_link_uri") or f"https://{client.domain}"
    client.redirect_urls = fields["redirect_uris"]
    client.keys_url = fields["jwks_uri"]
    client.logo_url = fields.get("logo_uri") or ""
    client.description = tool.get("description") or ""
    client.custom = tool.get("custom_parameters") or {}
    client.messages = [message for message in tool.get("messages") or [] if isinstance(message, dict)]
    asked = (fields.get("scope") or "").split()
    client.scopes = asked if mood is Mood.CANVAS else granted_by_moodle(asked)
    shared = _shared(mood, tool)
    client.shares_name, client.shares_email = shared.name, shared.email


def _shared(mood: Mood, tool: Json) -> Shared:
    """What the tool learns of people: in Moodle as its claims say, in Canvas as its privacy level does."""
    claims = set(tool.get("claims") or [])
    by_claims = Shared(bool(claims & NAMES), "email" in claims)
    level = tool.get(PRIVACY_LEVEL) if mood is Mood.CANVAS else None
    return Shared(level in ("public", "name_only"), level in ("public", "email_only")) if level else by_claims


def _new_client_id(session: Session, mood: Mood) -> str:
    if mood is Mood.MOODLE:
        return secrets.token_hex(8)[:15]
    begun = session.scalars(select(func.count()).select_from(Registration)).one()
    return str(FIRST_CANVAS_CLIENT + begun)
