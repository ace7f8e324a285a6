"""Results: the grades an LMS has for people in a column (Assignment and Grade Services 2.0, section 3.3)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from pylti1p3.assignments_grades import AssignmentsGradesService

from core.domain.tolerant import identifier
from lti.domain.delivery import HeldGrade
from lti.domain.scopes import used_for_grades
from lti.grades.scores import RESULTS_TYPE, held_in
from lti.services.connector import Connector
from lti.services.paging import items_in, with_query

log = logging.getLogger(__name__)


@dataclass
class Results:
    """What an LMS holds by whose it is, and how many entries of its list could not be read."""

    held: dict[str, HeldGrade] = field(default_factory=dict)
    unread: int = 0

    def of(self, subject: str) -> HeldGrade:
        """Return what it holds for a person; that may be in an entry that could not be read."""
        return self.held.get(subject) or HeldGrade(None, unread=self.unread > 0)

    def add(self, others: "Results") -> None:
        """Add what was read in another call."""
        self.held |= others.held
        self.unread += others.unread


def read_results(connector: Connector, url: str, scopes: Sequence[str], subject: str | None = None) -> Results:
    """Read what the LMS holds, of one person or of everyone; of several results of a person, the best.

    We do not ask for a limit: Moodle cannot handle one. An LMS that does not filter by person gives everyone.
    """
    results = AssignmentsGradesService._add_url_path_ending(url, "results")
    asked = with_query(results, user_id=subject) if subject else results
    found = Results()
    for item in items_in(connector, asked, used_for_grades(scopes), RESULTS_TYPE):
        whose = identifier(item.get("userId"))
        if not whose:
            found.unread += 1
        elif subject is None or whose == subject:
            found.held[whose] = max(found.held.get(whose, HeldGrade(None)), held_in(item), key=_telling)
    if found.unread:
        log.warning("entries in a list of results that could not be read: %s", found.unread)
    return found


def _telling(held: HeldGrade) -> tuple[float, bool]:
    return -1.0 if held.share is None else held.share, held.unread
