"""What we need to know about an LMS before it can launch us, and what is wrong with it, in administrators' words."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.domain.tolerant import CONTROLS, LONGEST_ADDRESS, LONGEST_ID, storable, web_address

LONGEST_ISSUER = 500
LONGEST_NAME = 200
LONGEST_FAMILY = 50
NO_ADDRESS = (
    "is not a web address that can be used. It must begin with https:// and a host name in plain letters (a name such "
    "as schüle.example is written xn--schle-mva.example), with no user name, spaces or line breaks; a port must be "
    "from 1 to 65535"
)


@dataclass(frozen=True)
class Facts:
    """What an administrator, or an LMS that registers us, says about a platform; None keeps what we already know."""

    trust: str
    name: str
    issuer: str
    client_id: str
    auth_login_url: str
    token_url: str
    jwks_url: str
    token_audience: str | None = None
    deployment_ids: tuple[str, ...] = ()
    takes_new_deployments: bool | None = None
    family: str | None = None
    scopes: tuple[str, ...] | None = None
    framed_by: str | None = None


def problems_of(facts: Facts) -> list[str]:
    """List what stops an LMS from being used, each in one sentence without a full stop."""
    return [*_of_addresses(facts), *_of_words(facts)]


def _of_addresses(facts: Facts) -> Iterator[str]:
    addresses = {
        "issuer": (facts.issuer, LONGEST_ISSUER),
        "auth-login-url": (facts.auth_login_url, LONGEST_ADDRESS),
        "token-url": (facts.token_url, LONGEST_ADDRESS),
        "jwks-url": (facts.jwks_url, LONGEST_ADDRESS),
    }
    if facts.framed_by is not None:
        addresses["framed-by"] = (facts.framed_by, LONGEST_ISSUER)
    for name, (address, longest) in addresses.items():
        if not _is_address(address, longest):
            yield f"{name}: “{_shown(address)}” {NO_ADDRESS}"
        elif "#" in address or (name == "issuer" and "?" in address):
            yield f"{name}: “{address}” must not have anything after {'#' if '#' in address else '?'}"


def _is_address(address: str, longest: int) -> bool:
    """Say whether this is an address exactly as it appears: an issuer is compared letter by letter."""
    return len(address) <= longest and web_address(address) == address and " " not in address


def _of_words(facts: Facts) -> Iterator[str]:
    words = [("name", facts.name, LONGEST_NAME), ("client-id", facts.client_id, LONGEST_ID)]
    words += [("deployment-id", each, LONGEST_ID) for each in facts.deployment_ids]
    words += [("family", facts.family, LONGEST_FAMILY)] if facts.family else []
    words += [("token-audience", facts.token_audience, LONGEST_ADDRESS)] if facts.token_audience else []
    yield from filter(None, (problem_with(*each) for each in words))


def problem_with(name: str, given: str, longest: int = LONGEST_ID) -> str | None:
    """Return why a name or an id cannot be kept, or None if it can."""
    if not given.strip() or given != given.strip():
        return f"{name}: “{_shown(given)}” is empty, or begins or ends with a space"
    if len(given) > longest:
        return f"{name}: longer than {longest} characters"
    if given != storable(given) or CONTROLS.search(given):
        return f"{name}: “{_shown(given)}” has characters that cannot be stored"
    return None


def _shown(given: str) -> str:
    """Return a text that can be shown: cut short, with question marks for anything that cannot be printed."""
    return "".join(letter if letter.isprintable() else "?" for letter in given[:100])
