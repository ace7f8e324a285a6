"""What the practice LMS says of itself to a tool that registers (LTI Dynamic Registration 1.0)."""

from urllib.parse import urlsplit

from practice.addresses import Addresses
from practice.moods import Mood
from practice.scopes import AGS_SCOPES, ROSTER_READ, TOOL_SETTING
from practice.vocabulary import Json

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
VARIABLES = (
    "Context.id",
    "Context.title",
    "Context.id.history",
    "ResourceLink.id",
    "ResourceLink.title",
    "User.id",
    "Person.sourcedId",
    "Person.name.full",
    "Person.email.primary",
)
CANVAS_VARIABLES = ("Canvas.user.sisSourceId", "Canvas.assignment.dueAt.iso8601")
CANVAS_MESSAGES = {
    "LtiResourceLinkRequest": ["account_navigation", "course_navigation", "link_selection", "assignment_selection"],
    "LtiDeepLinkingRequest": ["assignment_selection", "link_selection", "module_index_menu_modal", "editor_button"],
}


def configuration(addresses: Addresses, mood: Mood) -> Json:
    """The LMS's addresses, and what it supports, in the mood's manner."""
    common = {
        "issuer": addresses.url,
        "authorization_endpoint": addresses.authorise,
        "token_endpoint": addresses.token,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": addresses.keys,
        "registration_endpoint": f"{addresses.url}/registrations",
        "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
    }
    return common | (_of_canvas(addresses) if mood is Mood.CANVAS else _of_moodle())


def authorization_server(addresses: Addresses) -> str:
    """The name that Canvas gives for the audience of token requests: a bare host."""
    return urlsplit(addresses.url).netloc


def _of_moodle() -> Json:
    """Messages as plain strings with the placements beside them, and a scope more than LTI has."""
    return {
        "scopes_supported": [*AGS_SCOPES, ROSTER_READ, TOOL_SETTING, "openid"],
        "subject_types_supported": ["public", "pairwise"],
        PLATFORM: {
            "product_family_code": "moodle",
            "version": "4.5.6 (Build: 20250811)",
            "messages_supported": ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"],
            "placements": ["AddContentMenu"],
            "variables": list(VARIABLES),
        },
    }


def _of_canvas(addresses: Addresses) -> Json:
    messages = [{"type": type, "placements": places} for type, places in CANVAS_MESSAGES.items()]
    return {
        "scopes_supported": [*AGS_SCOPES, ROSTER_READ],
        "subject_types_supported": ["public"],
        "authorization_server": authorization_server(addresses),
        PLATFORM: {
            "product_family_code": "canvas",
            "version": "vCloud",
            "messages_supported": messages,
            "variables": [*VARIABLES, *CANVAS_VARIABLES],
            "https://canvas.instructure.com/lti/account_name": "Practice LMS",
        },
    }
