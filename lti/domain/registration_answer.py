"""What an LMS granted at a registration, which need not be what was asked for, and its words where it refused."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.tolerant import identifier, keyword, list_of, object_at, storable, texts_in
from lti.domain.configuration import CANVAS
from lti.domain.message import DEEP_LINKING_REQUEST
from lti.domain.offer import TOOL

NAMES = frozenset({"name", "given_name", "family_name"})
# Canvas's privacy levels: whether names are shared, and whether e-mail addresses are.
PRIVACY_LEVELS = {
    "public": (True, True),
    "name_only": (True, False),
    "email_only": (False, True),
    "anonymous": (False, False),
}
LONGEST_WORDS = 300
# Names of fields that say no more than that their content is about an error.
MERE_FRAMES = frozenset(
    {"error", "errors", "message", "errormessage", "error_description", "detail", "title", "description", "messages"}
)


@dataclass(frozen=True, slots=True)
class Granted:
    """A registration as the LMS keeps it; None stands for what it does not say."""

    client_id: str
    deployment_id: str | None = None
    scopes: tuple[str, ...] | None = None
    shares_names: bool | None = None
    shares_email: bool | None = None
    lets_choose: bool | None = None


def granted_by(answer: Any) -> Granted | None:
    """Read an LMS's answer to a registration; None where it gives no client id, without which there is none."""
    if not isinstance(answer, Mapping) or not (client_id := identifier(answer.get("client_id"))):
        return None
    tool = object_at(answer, TOOL)
    names, email = _shared(tool)
    return Granted(
        client_id=client_id,
        deployment_id=identifier(answer.get("deployment_id")) or identifier(tool.get("deployment_id")),
        scopes=_scopes(answer.get("scope")),
        shares_names=names,
        shares_email=email,
        lets_choose=_lets_choose(tool),
    )


def words_of(refusal: str) -> str:
    """Return what an LMS says in refusing us, as one short line of plain text, whatever it is written in."""
    try:
        said = "; ".join(dict.fromkeys(_leaves(json.loads(refusal), "", depth=6)))
    except (ValueError, RecursionError):
        said = refusal
    said = re.sub(r"(?is)<(script|style|head)\b.*?</\1>|<[^<>]*>", " ", said)
    said = " ".join("".join(c if c.isprintable() else " " for c in storable(said)).split())
    return said if len(said) <= LONGEST_WORDS else f"{said[:LONGEST_WORDS].rstrip()} …"


def _scopes(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return tuple(storable(value).split())
    return texts_in(value) if isinstance(value, list) else None


def _shared(tool: Mapping[str, Any]) -> tuple[bool | None, bool | None]:
    level = keyword(tool.get(CANVAS + "privacy_level"))
    if level in PRIVACY_LEVELS:
        return PRIVACY_LEVELS[level]
    if not isinstance(tool.get("claims"), list):
        return None, None
    claims = set(texts_in(tool["claims"]))
    return bool(claims & NAMES), "email" in claims


def _lets_choose(tool: Mapping[str, Any]) -> bool | None:
    """Say whether content can be chosen with us; an LMS that describes no tool says nothing of it."""
    if not tool:
        return None
    kinds = [keyword(each.get("type")) for each in list_of(tool.get("messages")) if isinstance(each, Mapping)]
    return DEEP_LINKING_REQUEST.lower() in kinds


def _leaves(value: Any, name: str, depth: int) -> Iterator[str]:
    """Give the texts of a JSON document, each with the field that it is about."""
    if isinstance(value, str) and value.strip():
        yield f"{name}: {value}" if name and name.lower() not in MERE_FRAMES else value
    elif isinstance(value, Mapping) and depth:
        for key, each in value.items():
            yield from _leaves(each, str(key), depth - 1)
    elif isinstance(value, list) and depth:
        for each in value:
            yield from _leaves(each, name, depth - 1)
