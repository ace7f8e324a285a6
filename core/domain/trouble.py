"""What someone is told when something goes wrong: what happened, and what to do next, in one form for every page."""

from dataclasses import dataclass

# By then, any call that was running has ended.
RETRY_SECONDS = 20


@dataclass(frozen=True)
class Trouble:
    """A kind of failure: its code for support staff, an HTTP status, and what to tell the person.

    ``remedy`` is for administrators and developers: what to look at, with the names of settings and commands.
    ``leads_to`` is the page of the same visit to continue on, and what its button says, if the address asked for does
    not tell us.
    """

    code: str
    status: int
    heading: str
    happened: str
    advice: str = ""
    remedy: str = ""
    leads_to: tuple[str, str] | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Say to programs when to try again, where that may help."""
        return {"Retry-After": str(RETRY_SECONDS)} if self.status in {429, 503} else {}
