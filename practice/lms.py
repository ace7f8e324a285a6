"""The practice LMS as one thing: its addresses, keys, clock and database, which every view reaches through Flask."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import current_app, g
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from practice.addresses import Addresses
from practice.keys import KeyRing, ToolKeys
from practice.models import Client
from practice.tools.platform import ClientPlatform, client_registration

EXTENSION = "practice_lms"


@dataclass(frozen=True)
class PracticeLms:
    """What all requests share."""

    addresses: Addresses
    engine: Engine
    keys: KeyRing
    now: Callable[[], datetime]
    mail_folder: Path
    tool_keys: dict[str, ToolKeys] = field(default_factory=dict)  # by where a tool publishes them

    def seconds(self) -> int:
        """The time in whole seconds, as Moodle keeps it."""
        return int(self.now().timestamp())

    def platform(self, client: Client) -> ClientPlatform:
        """The LTI platform that this LMS is to the client."""
        registration = client_registration(client, self.addresses, self.keys.current, self.now)
        tool_keys = self.tool_keys.setdefault(client.keys_url, ToolKeys(client.keys_url))
        return ClientPlatform(registration=registration, tool_keys=tool_keys)


def current_lms() -> PracticeLms:
    """The practice LMS that answers this request."""
    lms: PracticeLms = current_app.extensions[EXTENSION]
    return lms


def current_session() -> Session:
    """This request's database session; the view commits it, once."""
    if "practice_session" not in g:
        # What was read stays at hand after a commit, so that no transaction is open while the tool is asked.
        g.practice_session = Session(current_lms().engine, expire_on_commit=False)
    session: Session = g.practice_session
    return session


def close_session(_error: BaseException | None = None) -> None:
    """End the request's session; what was not committed is undone."""
    if session := g.pop("practice_session", None):
        session.close()
