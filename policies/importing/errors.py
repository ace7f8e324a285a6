"""What an import can fail with."""

from pathlib import Path


class UnreadableDocument(Exception):
    """A document that cannot be imported; the message names the file, the reason and what to do."""

    def __init__(self, path: Path, reason: str, remedy: str):
        """Say where, why, and what helps."""
        super().__init__(f"{path}: {reason}. {remedy}")
        self.reason, self.remedy = reason, remedy
