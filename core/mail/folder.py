"""A folder in place of a mail server, for development: a message is a file, named after its Message-ID.

A message that is written a second time takes the place of the first, so that nothing that ends us half-way does harm.
"""

import os
from collections.abc import Callable
from pathlib import Path

from core.mail.domain.ending import FOLDER_UNUSABLE, KEPT, MailEnding
from core.mail.envelope import Envelope

OWNER_ALONE = 0o600


class MailFolder:
    """Takes messages as files that any mail program opens."""

    def __init__(self, folder: Path) -> None:
        """Keep messages in this folder, which is made when it is needed."""
        self._folder = folder

    def hand_over(self, envelope: Envelope, _last_step: Callable[[], None]) -> MailEnding:
        """Write a message whole, or not at all."""
        file = self._folder / f"{envelope.message_id.strip('<>')}.eml"
        part = file.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE), "wb") as opened:
                opened.write(envelope.content)
            part.replace(file)
        except OSError:
            return FOLDER_UNUSABLE
        return KEPT
