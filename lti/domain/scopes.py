"""The scopes that we ask an LMS for: what we may call there, and nothing that we do not use."""

from collections.abc import Iterable

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"

SCORE = _AGS + "score"
RESULTS = _AGS + "result.readonly"
LINE_ITEMS = _AGS + "lineitem"
LINE_ITEMS_READ = _AGS + "lineitem.readonly"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

_FOR_GRADES = (SCORE, RESULTS, LINE_ITEMS, LINE_ITEMS_READ)
WANTED = (*_FOR_GRADES, ROSTER)


def used_for_grades(offered: Iterable[str]) -> list[str]:
    """Return those scopes of all that an LMS offers that we use for grades, in the same order for each grade."""
    return sorted({*_FOR_GRADES} & {*offered})
