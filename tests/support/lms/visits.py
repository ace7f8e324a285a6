"""What people do in a visit from the double: they read, play, and look at the answers of others."""

from html import unescape
from typing import Any

from lti.domain.message import GRADES
from tests.support.lms.double import INSTRUCTOR, Lms, lti
from tests.support.visitor import Form

GRADED = {
    GRADES: {
        "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
        "lineitem": "https://lms.example/items/1",
        "lineitems": "https://lms.example/items",
    }
}


def page_of(lms: Lms, path: str = "/") -> str:
    """Return the words of a page, wherever its address leads."""
    answer = lms.browser.get(path, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(answer.text).split())


def play(lms: Lms, choice: str = "decline") -> None:
    """Play the activity's module to its end."""
    page = lms.browser.post("/attempts", data=Form(lms.browser.get("/module").text).fields, follow_redirects=True)
    while (form := Form(page.text)).groups:
        lms.browser.post(form.action, data=form.fields | {"choice": choice})
        page = lms.browser.get(form.action.removesuffix("/answers"), follow_redirects=True)


def review(about: str | None = "5", **changes: Any) -> dict[str, Any]:
    """Return the changes that make a message the review of someone's answers."""
    return {
        lti("message_type"): "LtiSubmissionReviewRequest",
        lti("for_user"): {"user_id": about} if about else None,
        **GRADED,
        lti("roles"): [INSTRUCTOR],
        "sub": "3",
        "name": "Priya Raman",
        **changes,
    }
