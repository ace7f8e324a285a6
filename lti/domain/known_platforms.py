"""What we know of kinds of LMS: whether their addresses of people can be relied on, and whose names differ.

An LMS's issuer and the place where it describes itself must be on one server. Canvas's cloud is the exception that we
know: all its accounts go by one issuer, sign in at another host, and show us from hosts of their own.
"""

from urllib.parse import urlsplit

# The hosts of Canvas's cloud: in use, in preview, and for tests.
CANVAS_CLOUDS = (
    frozenset({"canvas.instructure.com", "sso.canvaslms.com"}),
    frozenset({"canvas.beta.instructure.com", "sso.beta.canvaslms.com"}),
    frozenset({"canvas.test.instructure.com", "sso.test.canvaslms.com"}),
)
CANVAS_ACCOUNTS = "https://*.instructure.com"
# There, people who change their e-mail address have to confirm the new one before it counts.
CONFIRM_ADDRESSES = frozenset({"moodle", "canvas"})
USUAL_PORTS = {"https": 443, "http": 80}


def are_one(issuer: str, address: str) -> bool:
    """Say whether an address is on the issuer's own server, or both belong to one cloud that we know."""
    if _server(issuer) == _server(address):
        return True
    return any({_https_host(issuer), _https_host(address)} <= cloud for cloud in CANVAS_CLOUDS)


def sites_that_show_us(address: str) -> tuple[str, ...]:
    """Return the sites, beside its own, from which the LMS at an address shows us, as a security policy wants them."""
    return (CANVAS_ACCOUNTS,) if any(_https_host(address) in cloud for cloud in CANVAS_CLOUDS) else ()


def confirms_addresses(family: str | None, decided: bool | None) -> bool:
    """Say whether an LMS lets no one take an address that is not theirs: as was decided here, else as its kind does."""
    return (family or "").lower() in CONFIRM_ADDRESSES if decided is None else decided


def _server(address: str) -> tuple[str, int | None]:
    parts = urlsplit(address)
    return (parts.hostname or "").rstrip("."), parts.port or USUAL_PORTS.get(parts.scheme)


def _https_host(address: str) -> str:
    host, port = _server(address)
    return host if port == USUAL_PORTS["https"] else ""
