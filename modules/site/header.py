"""What the head of every page says and shows: the trust and its look, the course, who is here, and the way back."""

from dataclasses import dataclass
from typing import Any

from lti.domain.message import Purpose
from lti.visits.permission import AT_ACTIVITY, is_known_to_have_desk, visit_or_none
from lti.visits.visit import CurrentVisit
from policies.appearance import appearance_at


@dataclass(frozen=True)
class Header:
    """The head of a page, for the layout; ``at_activity`` says that pages of a module and its people are open here.

    ``has_desk`` says that the person does more here than learn, as far as the page has asked.
    """

    trust_name: str
    course_title: str
    person_name: str
    return_url: str | None
    at_activity: bool
    has_desk: bool


def header_of_page() -> dict[str, Any]:
    """Give templates the head of the page; pages without a visit have none."""
    visit = visit_or_none()
    if not visit:
        return {"visit": None, "look": None}
    look = appearance_at(visit.trust_digest, visit.trust, visit.trust_name, visit.trust_profile)
    return {"visit": _header(visit), "look": look}


def _header(visit: CurrentVisit) -> Header:
    return Header(
        trust_name=visit.trust_name,
        course_title=visit.course_title,
        person_name=visit.person_name or visit.person_email or "someone whose name is not shared",
        # Inside the LMS's dialog the way back is an answer: the course itself would open in it.
        return_url=None if visit.purpose is Purpose.CHOOSING else visit.return_url,
        at_activity=visit.purpose in AT_ACTIVITY,
        has_desk=is_known_to_have_desk(),
    )
