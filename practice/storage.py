"""How the LMS's page answers what the tool in its frame says to it (LTI Platform Storage), in Canvas's mood."""

from enum import StrEnum


class Host(StrEnum):
    """Who answers, each with the words that its button carries."""

    PAGE = "page"
    FRAME = "frame"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        """What the tool meets, in words."""
        return LABELS[self]

    @property
    def target(self) -> str:
        """What the login says about where to send messages; it says so even if no frame listens."""
        return FORWARDER if self is Host.FRAME else "_parent"


FORWARDER = "post_message_forwarding"
LABELS = {
    Host.PAGE: "The page around the tool",
    Host.FRAME: f"A frame of its own, named {FORWARDER}",
    Host.NOBODY: "Nobody, as in Canvas’s apps for phones",
}
