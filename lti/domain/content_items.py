"""What goes back to an LMS whose trainer chose content here (Deep Linking 2.0, sections 3.2 and 4.5)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lti.domain.message import CORE, DEEP_LINKING, DeepLinkingSettings

DEEP_LINKING_RESPONSE = "LtiDeepLinkingResponse"

# A column is out of a hundred, so that a module's pass mark is the grade to pass as it stands.
FULL_SCORE = 100
SCORE_TAG = "score"
# Filled in by an LMS that knows it, in a course that was copied; others send it back as it stands.
PREVIOUS_LINKS = "$ResourceLink.id.history"


@dataclass(frozen=True, slots=True)
class Item:
    """An activity to be put into a course: its module, how it is called there, and how it shows in the gradebook.

    ``has_column`` asks for a column for the score, ``marks_completion`` for a second one that says 0 or 1. ``due`` is
    the moment until which people should have finished.
    """

    module: str
    title: str
    says: str
    has_column: bool = True
    marks_completion: bool = False
    due: datetime | None = None


def claim_of(item: Item, launch_url: str, takes_columns: bool) -> dict[str, Any]:
    """Return an activity as an LMS wants it described; columns are asked for only where it takes them."""
    described: dict[str, Any] = {
        "type": "ltiResourceLink",
        "url": launch_url,
        "title": item.title,
        "text": item.says,
        "custom": _custom(item, takes_columns),
    }
    if item.has_column and takes_columns:
        described["lineItem"] = _column(item, launch_url)
    if item.due:
        # Not ``available``: training that is late should still be done.
        described["submission"] = {"endDateTime": written_moment(item.due)}
    return described


def written_moment(moment: datetime) -> str:
    """Return a moment as LTI's services and messages write it: in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _column(item: Item, launch_url: str) -> dict[str, Any]:
    """Return the column for a score; anyone who looks at a grade there can look at its answers here."""
    return {
        "scoreMaximum": FULL_SCORE,
        "label": item.title,
        "resourceId": item.module,
        "tag": SCORE_TAG,
        "submissionReview": {"reviewableStatus": ["Completed"], "url": launch_url},
    }


def _custom(item: Item, takes_columns: bool) -> dict[str, str]:
    """Return what comes back with every launch; a trainer can edit it, and values are texts in every LMS."""
    custom = {"module": item.module, "previous_links": PREVIOUS_LINKS}
    return custom | ({"completion": "yes"} if item.marks_completion and takes_columns else {})


def response_of(
    choosing: DeepLinkingSettings, items: Sequence[Mapping[str, Any]], trouble: str | None
) -> dict[str, Any]:
    """Return the claims of an answer that are about content; ``trouble`` tells the LMS's user why there is none."""
    claims: dict[str, Any] = {
        CORE + "message_type": DEEP_LINKING_RESPONSE,
        CORE + "version": "1.3.0",
        DEEP_LINKING + "content_items": list(items),
    }
    if choosing.data is not None:
        claims[DEEP_LINKING + "data"] = json.loads(choosing.data)
    if trouble:
        claims[DEEP_LINKING + "errormsg"] = trouble
    return claims
