"""What an LMS says of itself to a tool that registers (LTI Dynamic Registration 1.0, section 3.4).

Read tolerantly: Moodle names its messages as plain texts with the placements beside them, and much may be missing.
What we build on is required.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.domain.tolerant import LONGEST_ADDRESS, keyword, list_of, object_at, text, texts_in, web_address, words
from lti.domain.known_platforms import are_one

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
CANVAS = "https://canvas.instructure.com/lti/"
LONGEST_ISSUER = 500
REQUIRED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")


@dataclass(frozen=True, slots=True)
class Configuration:
    """An LMS as it describes itself: who signs, where to ask, and what it can do.

    ``audience`` is what a request for an access token is meant for, where that is not its address alone. ``messages``
    gives the placements of each kind of message; it is empty where the LMS says nothing of them.
    """

    issuer: str
    login_url: str
    token_url: str
    keys_url: str
    registration_url: str
    audience: str | None = None
    family: str | None = None
    account: str | None = None
    messages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return all that we or a browser will be sent to."""
        return self.issuer, self.login_url, self.token_url, self.keys_url, self.registration_url


def problems_of(body: Any, found_at: str) -> list[str]:
    """List, in words for an administrator, what keeps this from being the description of an LMS found at an address."""
    if not isinstance(body, Mapping):
        return ["It is no description of an LMS."]
    problems = [
        f"{name} is missing or is no web address."
        for name in REQUIRED
        if not _address(body, name, LONGEST_ISSUER if name == "issuer" else LONGEST_ADDRESS)
    ]
    issuer = _address(body, "issuer", LONGEST_ISSUER)
    if issuer and any(mark in issuer for mark in "?#"):
        problems.append("issuer has more than a plain address.")
    if issuer and not are_one(issuer, found_at):
        problems.append(f"It is about {issuer}, and was found on another server.")
    return problems


def configuration_from(body: Mapping[str, Any]) -> Configuration:
    """Read a description in which ``problems_of`` found none."""
    platform = object_at(body, PLATFORM)
    return Configuration(
        issuer=body["issuer"],
        login_url=body["authorization_endpoint"],
        token_url=body["token_endpoint"],
        keys_url=body["jwks_uri"],
        registration_url=body["registration_endpoint"],
        audience=_audience(body),
        family=keyword(text(platform.get("product_family_code"), 50)) or None,
        account=words(platform.get(CANVAS + "account_name"), 100),
        messages=_messages(platform),
    )


def _address(body: Mapping[str, Any], name: str, longest: int) -> str | None:
    """Return an address if it is one, exactly as it appears: an issuer is compared letter by letter."""
    address = web_address(body.get(name), longest)
    return address if address and address == body.get(name) and " " not in address else None


def _audience(body: Mapping[str, Any]) -> str | None:
    """Return the audience of a request for a token.

    The specification has it that an authorisation server's name is to be used where one is given. Canvas gives the
    bare name of a host, and takes its token address alone: both together suit either.
    """
    server = text(body.get("authorization_server"), LONGEST_ADDRESS)
    if not server or " " in server:
        return None
    if web_address(server):
        return server
    both = f"{server} {body['token_endpoint']}"
    return both if len(both) <= LONGEST_ADDRESS else None


def _messages(platform: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    beside, found = texts_in(platform.get("placements")), {}
    for each in list_of(platform.get("messages_supported")):
        if isinstance(each, str):
            found[each] = beside
        elif isinstance(each, Mapping) and isinstance(each.get("type"), str):
            found[each["type"]] = texts_in(each.get("placements")) or beside
    return found
