"""Where mail goes: the server or the folder that MAIL_URL names."""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

FOLDER = "folder:"
USUAL_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """A mail server: where it is, how we sign in, and whether the connection is encrypted from its first byte."""

    host: str
    port: int
    user: str
    password: str
    begins_encrypted: bool

    @property
    def is_here(self) -> bool:
        """Whether it runs on this machine, so that nothing leaves it unencrypted."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def folder_in(url: str) -> Path | None:
    """Return the folder that MAIL_URL names; None if it names a server."""
    return Path(url.removeprefix(FOLDER)) if url.startswith(FOLDER) else None


def server_in(url: str) -> MailServer:
    """Return the server that MAIL_URL names."""
    parts = urlsplit(url)
    port = parts.port or USUAL_PORTS[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname or "", port, user, password, parts.scheme == "smtps")
