"""How a service call goes wrong: one exception, which the log and the answer both tell."""


class ServiceRefusedError(Exception):
    """A service call is turned down, with an HTTP status and the reason that Moodle puts beside it."""

    def __init__(self, status: int, reason: str) -> None:
        """Take the HTTP status and a short reason without line breaks."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


def require(holds: object, status: int, reason: str) -> None:
    """Turn the call down unless this holds."""
    if not holds:
        raise ServiceRefusedError(status, reason)
