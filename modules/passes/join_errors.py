"""What can stop two entries from being joined, or a request from being decided, with words for people."""

from dataclasses import replace

from core.domain.trouble import Trouble
from modules.errors import AttemptError


class CannotJoin(AttemptError):
    """Two entries cannot be joined, or a request cannot be decided in this way; the words say why."""

    trouble = Trouble(
        "cannot-join",
        409,
        "These entries cannot be joined",
        "",
        "Go back to the requests and entries, and choose again.",
        leads_to=("joins.index", "Entries for the same person"),
    )

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.trouble = replace(self.trouble, happened=why)


class NoSuchJoin(AttemptError):
    """Someone decides about a request or a join that the course does not have, or that has since been decided."""

    trouble = Trouble(
        "no-such-join",
        404,
        "There is nothing left to decide here",
        "Someone has since decided or undone this request, or it belongs to another course. Nothing has changed.",
        "Open the list of requests again. It shows what was decided, when and by whom.",
        leads_to=("joins.index", "Entries for the same person"),
    )
