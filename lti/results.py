"""Results: what an LMS holds of people's grades in a column (Assignment and Grade Services 2.0, section 3.3)."""

from collections.abc import Sequence

from pylti1p3.assignments_grades import AssignmentsGradesService

from lti.connector import Connector
from lti.domain.delivery import Held
from lti.domain.tolerant import identifier
from lti.paging import items_in, with_query
from lti.scores import RESULTS_TYPE, SCOPES, held_in


def read_results(connector: Connector, url: str, scopes: Sequence[str], subject: str | None = None) -> dict[str, Held]:
    """Read what the LMS holds by whose it is, of one person or of everyone; of several of a person, the best.

    No limit is asked for: Moodle stumbles over one. An LMS that does not pick the person gives everyone.
    """
    results = AssignmentsGradesService._add_url_path_ending(url, "results")
    asked = with_query(results, user_id=subject) if subject else results
    found: dict[str, Held] = {}
    for item in items_in(connector, asked, sorted(SCOPES & set(scopes)), RESULTS_TYPE):
        whose = identifier(item.get("userId"))
        if whose and (subject is None or whose == subject):
            found[whose] = max(found.get(whose, Held(None)), held_in(item), key=_share)
    return found


def _share(held: Held) -> float:
    return -1.0 if held.share is None else held.share
