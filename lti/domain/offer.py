"""What we ask an LMS for and what we offer it: the one place for all ways of registering.

Dynamic registration (LTI Dynamic Registration 1.0, section 3.5) and Canvas's developer keys are two spellings of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lti.domain.configuration import CANVAS
from lti.domain.message import DEEP_LINKING_REQUEST, RESOURCE_LINK_REQUEST, SUBMISSION_REVIEW_REQUEST
from lti.domain.scopes import WANTED

NAME = "Fit to Post"
SAYS = "Staff learn what their trust’s social media policy asks of them, in short stories from school life."
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email")
# Filled in by LMSs that know it, so that an activity in a copied course finds its module; others leave it as it is.
CUSTOM = {"previous_links": "$ResourceLink.id.history"}
LEADERS = tuple(
    f"http://purl.imsglobal.org/vocab/lis/v2/{role}"
    for role in ("membership#Instructor", "membership#Manager", "membership#Administrator")
)
# The LMS's dialog, in pixels, in which a trainer chooses.
DIALOG_WIDTH, DIALOG_HEIGHT = 800, 600


@dataclass(frozen=True, slots=True)
class Offered:
    """One way into the tool: the kind of message, what the LMS calls it, and where it may stand there."""

    kind: str
    label: str
    placements: tuple[str, ...] = ()
    for_leaders: bool = False


COURSE_MENU = Offered(RESOURCE_LINK_REQUEST, NAME, ("course_navigation",), for_leaders=True)
ACTIVITY = Offered(RESOURCE_LINK_REQUEST, NAME)
CHOOSING = Offered(DEEP_LINKING_REQUEST, "Social media training", ("assignment_selection", "link_selection"))
REVIEW = Offered(SUBMISSION_REVIEW_REQUEST, "Look at the answers")


@dataclass(frozen=True, slots=True)
class Tool:
    """Where the tool is found."""

    url: str

    @property
    def host(self) -> str:
        """Return the host with its port, where it has one of its own: Moodle compares both."""
        return urlsplit(self.url).netloc

    @property
    def launch(self) -> str:
        """Return where every launch goes."""
        return f"{self.url}/lti/launch"

    @property
    def login(self) -> str:
        """Return where every launch begins."""
        return f"{self.url}/lti/login"

    @property
    def keys(self) -> str:
        """Return where our public keys are."""
        return f"{self.url}/lti/jwks"

    @property
    def picture(self) -> str:
        """Return our mark, which LMSs show beside the activity and in the gradebook."""
        return f"{self.url}/static/mark.svg"


def registration_request(tool: Tool, messages: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return a registration as an LMS wants it that supports these messages, in these placements."""
    return {
        "application_type": "web",
        "client_name": NAME,
        "client_uri": tool.url,
        "logo_uri": tool.picture,
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.login,
        "redirect_uris": [tool.launch],
        "jwks_uri": tool.keys,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(WANTED),
        TOOL: {
            "domain": tool.host,
            "target_link_uri": tool.launch,
            "description": SAYS,
            "custom_parameters": CUSTOM,
            "claims": list(CLAIMS),
            "messages": [_as_message(tool, each, places) for each, places in _fitting(messages)],
            CANVAS + "privacy_level": "public",
        },
    }


def _fitting(messages: Mapping[str, tuple[str, ...]]) -> list[tuple[Offered, list[str]]]:
    """Return what of our offer an LMS can use: Canvas refuses messages that it does not know.

    An LMS that has a course menu gets the entry in it, and no plain message: Canvas would take one for a way to choose.
    """
    menu = COURSE_MENU.placements[0]
    has_menu = menu in _bare(messages.get(RESOURCE_LINK_REQUEST, ()))
    offers = [COURSE_MENU if has_menu else ACTIVITY, CHOOSING, REVIEW]
    supported = {kind: set(_bare(places)) for kind, places in messages.items()}
    return [
        (each, [place for place in each.placements if place in supported.get(each.kind, ())])
        for each in offers
        if not messages or each.kind in messages
    ]


def _bare(placements: tuple[str, ...]) -> list[str]:
    """Return placements without the prefix that Canvas may put before its own."""
    return [placement.removeprefix(CANVAS) for placement in placements]


def _as_message(tool: Tool, offered: Offered, placements: list[str]) -> dict[str, Any]:
    message: dict[str, Any] = {
        "type": offered.kind,
        "target_link_uri": tool.launch,
        "label": offered.label,
        "icon_uri": tool.picture,
    }
    if placements:
        message |= {"placements": placements}
    if offered.for_leaders:
        message |= {"roles": list(LEADERS), CANVAS + "visibility": "admins"}
    if offered is CHOOSING:
        message |= {CANVAS + "launch_width": DIALOG_WIDTH, CANVAS + "launch_height": DIALOG_HEIGHT}
    return message


def canvas_key(tool: Tool) -> dict[str, Any]:
    """Return the tool as a developer key of Canvas wants it, for administrators who enter one by hand."""
    return {
        "title": NAME,
        "description": SAYS,
        "oidc_initiation_url": tool.login,
        "target_link_uri": tool.launch,
        "public_jwk_url": tool.keys,
        "scopes": list(WANTED),
        "custom_fields": CUSTOM,
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": tool.host,
                "tool_id": "fit-to-post",
                "privacy_level": "public",
                "settings": {
                    "text": NAME,
                    "icon_url": tool.picture,
                    "placements": [
                        _as_placement(tool, each, place)
                        for each in (COURSE_MENU, CHOOSING)
                        for place in each.placements
                    ],
                },
            }
        ],
    }


def _as_placement(tool: Tool, offered: Offered, placement: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "placement": placement,
        "enabled": True,
        "message_type": offered.kind,
        "target_link_uri": tool.launch,
        "text": offered.label,
        "icon_url": tool.picture,
    }
    if offered.for_leaders:
        return described | {"visibility": "admins", "default": "enabled"}
    return described | {"selection_width": DIALOG_WIDTH, "selection_height": DIALOG_HEIGHT}
