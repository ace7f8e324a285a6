"""The mailbox: messages that the tool left in a folder in place of sending them, for anyone here to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

MOST = 100


@dataclass(frozen=True)
class Letter:
    """A message as the mailbox shows it; ``key`` is the name of its file."""

    key: str
    sender: str
    recipient: str
    subject: str
    sent_at: datetime | None
    text: str


def letters(folder: Path) -> list[Letter]:
    """The latest messages, the newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: (-file.stat().st_mtime, file.name))
    return list(_readable(files[:MOST]))


def letter(folder: Path, key: str) -> Letter | None:
    """The message of that name, or None."""
    file = folder / f"{key}.eml"
    if file.parent != folder or not file.is_file():
        return None
    return next(_readable([file]), None)


def _readable(files: list[Path]) -> Iterator[Letter]:
    for file in files:
        message = message_from_bytes(file.read_bytes(), policy=default)
        if isinstance(message, EmailMessage):
            yield _letter(file.stem, message)


def _letter(key: str, message: EmailMessage) -> Letter:
    body = message.get_body(["plain"])
    text = str(body.get_content()).replace("\r\n", "\n").strip() if body else ""
    sent_at = parsedate_to_datetime(message["Date"]) if message["Date"] else None
    sender, recipient, subject = (str(message[name] or "") for name in ("From", "To", "Subject"))
    return Letter(key, sender, recipient, subject, sent_at, text)
