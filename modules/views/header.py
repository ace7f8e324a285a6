"""What the head of every page says: the trust, the course, who is here, and the way back."""

from dataclasses import dataclass
from typing import Any

from lti.models import Person, Visit
from lti.permission import visit_or_none
from policies.library import policies


@dataclass(frozen=True)
class Header:
    """The head of a page, for the layout."""

    trust_name: str
    course_title: str
    person_name: str
    return_url: str | None


def header_of_page() -> dict[str, Any]:
    """Give templates the head of the page; pages without a visit have none."""
    visit = visit_or_none()
    return {"visit": _header(visit) if visit else None}


def _header(visit: Visit) -> Header:
    policy = policies().get(visit.person.platform.trust)
    return Header(
        trust_name=policy.trust if policy else visit.person.platform.name,
        course_title=visit.placement.course.title,
        person_name=name_of(visit.person),
        return_url=visit.return_url,
    )


def name_of(person: Person) -> str:
    """Return what to call somebody: the name that the LMS shares, or that it shares none."""
    return person.name or person.email or "someone whose name is not shared"
