"""Where everything is: the practice LMS's own addresses as the tool sees them, and the tool's."""

from dataclasses import dataclass

from practice.models import Course, DeepLinkingRequest, LineItem

# Moodle puts the number of the tool's type behind every service address, so scores go in front of a query string.
TYPE = "?type_id=1"


@dataclass(frozen=True)
class Addresses:
    """The addresses that follow from where the practice LMS and the tool are."""

    url: str
    tool_url: str

    @property
    def authorise(self) -> str:
        """Where the tool's login sends the browser back to."""
        return f"{self.url}/auth"

    @property
    def token(self) -> str:
        """Where the tool buys access tokens; also the audience of its client assertions."""
        return f"{self.url}/token"

    @property
    def keys(self) -> str:
        """Where the practice LMS publishes its key."""
        return f"{self.url}/jwks"

    @property
    def tool_login(self) -> str:
        """Where a launch begins at the tool."""
        return f"{self.tool_url}/lti/login"

    @property
    def tool_launch(self) -> str:
        """Where a launch arrives at the tool: the target and the only redirect address."""
        return f"{self.tool_url}/lti/launch"

    @property
    def tool_keys(self) -> str:
        """Where the tool publishes its keys."""
        return f"{self.tool_url}/lti/jwks"

    def course(self, course: Course) -> str:
        """The course's page."""
        return f"{self.url}/courses/{course.key}"

    def lineitems(self, course: Course) -> str:
        """The course's list of line items."""
        return f"{self.course(course)}/lineitems{TYPE}"

    def lineitem(self, item: LineItem, beneath: str = "") -> str:
        """A line item, or something beneath it such as its results."""
        return f"{self.course(item.course)}/lineitems/{item.id}/lineitem{beneath}{TYPE}"

    def deep_linking_return(self, course: Course, request: DeepLinkingRequest) -> str:
        """Where the tool's answer to that request goes."""
        return f"{self.course(course)}/deep-linking-return?request={request.id}"

    def memberships(self, course: Course) -> str:
        """The course's roster."""
        return f"{self.course(course)}/memberships"
