"""What Moodle and Canvas require of a tool's registration, each problem with the field that it is about."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from practice.moods import Mood
from practice.scopes import AGS_SCOPES, ROSTER_READ
from practice.tools.openid import CANVAS_MESSAGES
from practice.vocabulary import Json

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
Problems = Iterator[tuple[str, str]]

MOODLE_REQUIRED = (
    "response_types",
    "initiate_login_uri",
    "redirect_uris",
    "client_name",
    "jwks_uri",
    "token_endpoint_auth_method",
    TOOL,
)
CANVAS_REQUIRED = ("application_type", "grant_types", *MOODLE_REQUIRED, "scope")
CANVAS_LISTS = {
    "grant_types": {"client_credentials", "implicit"},
    "response_types": {"id_token"},
}
CANVAS_WORDS = {"application_type": "web", "token_endpoint_auth_method": "private_key_jwt"}
CANVAS_ADDRESSES = ("initiate_login_uri", "jwks_uri", "logo_uri", "client_uri", "tos_uri", "policy_uri")


def problems_of(mood: Mood, fields: object) -> list[tuple[str, str]]:
    """Every problem of a registration; an empty list when it is taken."""
    if not isinstance(fields, dict):
        return [("registration", "must be a JSON object")]
    return list(_for_canvas(fields) if mood is Mood.CANVAS else _for_moodle(fields))


def domain_of(address: str) -> str:
    """Moodle's idea of a domain: what stands between the scheme and the path, with the port and without www."""
    found = re.match(r"(?:https?://)?(?:www\.)?([^/]+)(?:/|$)", address, re.IGNORECASE)
    return found[1] if found else ""


def _for_moodle(fields: Json) -> Problems:
    missing = [name for name in MOODLE_REQUIRED if not fields.get(name)]
    yield from ((name, f"missing required attribute {name}") for name in missing)
    if missing:
        return
    yield from _of_moodles_tool(fields[TOOL])
    checks = {
        "response_types": "id_token" in fields["response_types"],
        "redirect_uris": _is_list_of_text(fields["redirect_uris"]),
        "token_endpoint_auth_method": fields["token_endpoint_auth_method"] == "private_key_jwt",
        "application_type": fields.get("application_type", "web") == "web",
        **{name: isinstance(fields[name], str) for name in ("initiate_login_uri", "client_name", "jwks_uri")},
        **{name: isinstance(fields.get(name) or "", str) for name in ("scope", "logo_uri")},
    }
    yield from ((name, f"invalid_{name}") for name, holds in checks.items() if not holds)


def _of_moodles_tool(tool: object) -> Problems:
    if not isinstance(tool, dict):
        yield TOOL, "invalid_lti_tool_configuration"
    elif not tool.get("domain"):
        yield "domain", "missing_domain"
    elif domain_of(str(tool["domain"])) != domain_of(str(tool.get("target_link_uri") or tool["domain"])):
        yield "domain", "domain_targetlinkuri_mismatch"
    elif not isinstance(tool.get("custom_parameters") or {}, dict):
        yield "custom_parameters", "invalid_custom_parameters"


def _for_canvas(fields: Json) -> Problems:
    missing = [name for name in CANVAS_REQUIRED if not fields.get(name)]
    yield from ((name, "can't be blank") for name in missing)
    given = {name: value for name, value in fields.items() if name not in missing}
    for name, wanted in CANVAS_LISTS.items():
        if name in given and not (_is_list_of_text(given[name]) and wanted <= set(given[name])):
            yield name, f"Must include {', '.join(sorted(wanted))}"
    for name, word in CANVAS_WORDS.items():
        if given.get(name, word) != word:
            yield name, f"Must be '{word}'"
    yield from ((n, "is invalid") for n in CANVAS_ADDRESSES if fields.get(n) and not is_address(fields[n]))
    redirects = fields.get("redirect_uris") or []
    if not (_is_list_of_text(redirects) and all(is_address(address) for address in redirects)):
        yield "redirect_uris", "Must only contain valid URIs"
    if unknown := set(str(fields.get("scope", "")).split()) - {*AGS_SCOPES, ROSTER_READ}:
        yield "scopes", f"Invalid scopes: {', '.join(sorted(unknown))}"
    if TOOL in given:
        yield from (("lti_tool_configuration", words) for words in _of_canvas_tool(given[TOOL]))


def _of_canvas_tool(tool: object) -> Iterator[str]:
    if not isinstance(tool, dict):
        yield "must be an object"
        return
    yield from (f"{name} is required" for name in ("domain", "target_link_uri") if not isinstance(tool.get(name), str))
    if not _is_list_of_text(tool.get("claims")):
        yield "claims must be a list of text"
    custom = tool.get("custom_parameters") or {}
    if not isinstance(custom, dict) or not all(isinstance(value, str) for value in custom.values()):
        yield "custom_parameters must be an object of text"
    messages = tool.get("messages")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        yield "messages must be a list of objects"
        return
    for message in messages:
        if message.get("type") not in CANVAS_MESSAGES:
            yield f"messages of the type {message.get('type')} are not supported"
        if not _is_list_of_text(message.get("placements", [])):
            yield "placements must be a list of text"


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_address(value: object) -> bool:
    """Whether this is a whole web address."""
    return isinstance(value, str) and urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)
