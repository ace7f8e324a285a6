"""The secret key that signs forms: made at the first start, readable only by its owner, and never empty."""

import contextlib
import os
import secrets
from pathlib import Path

LEAST_LENGTH = 16


class WrongSecretKey(Exception):
    """The file of the secret key cannot be used; the message says what to do."""


def own_secret(file: Path) -> str:
    """Return the secret key in a file, and make it if there isn't one; WrongSecretKey if the file cannot be used."""
    try:
        if not file.exists():
            _make(file)
        key = file.read_text(encoding="utf-8").strip()
        if len(key) >= LEAST_LENGTH:
            file.chmod(0o600)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSecretKey(f"SECRET_KEY_FILE: {file} cannot be read or made: {_words_of(error)}") from error
    if len(key) < LEAST_LENGTH:
        raise WrongSecretKey(
            f"SECRET_KEY_FILE: {file} is empty or too short to be a key. Put the file back from a backup, or delete "
            "it and start again: a new key is then made, and people have to open again any forms that they have open"
        )
    return key


def _make(file: Path) -> None:
    """Make the file with a new key in one step, so that two processes that start at once read the same key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:  # noqa: PTH123
        new.write(secrets.token_urlsafe(48))
        new.flush()
        os.fsync(new.fileno())
    try:
        # A link fails if the other process was first; moving a file there would replace its key.
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()


def _words_of(error: Exception) -> str:
    return getattr(error, "strerror", None) or "it is not text"
