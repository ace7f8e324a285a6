"""Where a course is in its LMS, as far as the address tells to which a launch wants people to return.

That address is for one person in one session: Moodle's holds a key of the session. So only what leads anyone to the
course is kept of it, and nothing of an address whose form we do not know unless it has no such part.
"""

import re
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from lti.domain.known_platforms import CANVAS_CLOUDS, are_one

MOODLE_RETURN = "/mod/lti/return.php"
CANVAS_COURSE = re.compile(r"/courses/\d+(?=/)")
CANVAS_HOST = ".instructure.com"
LONGEST = 500


def course_address(issuer: str, return_url: str | None, framed_by: str | None = None) -> str | None:
    """Return the address of a course in its LMS; None if a launch does not tell, or tells of another site."""
    if not return_url or not _is_of_platform(issuer, return_url, framed_by):
        return None
    found = _course_in(urlsplit(return_url))
    return found if found and len(found) <= LONGEST else None


def _is_of_platform(issuer: str, address: str, framed_by: str | None) -> bool:
    sites = [issuer, *(framed_by or "").split()]
    if any(are_one(site, address) for site in sites):
        return True
    in_cloud = any((urlsplit(issuer).hostname or "") in cloud for cloud in CANVAS_CLOUDS)
    parts = urlsplit(address)
    return in_cloud and parts.scheme == "https" and (parts.hostname or "").endswith(CANVAS_HOST)


def _course_in(parts: SplitResult) -> str | None:
    if parts.path.endswith(MOODLE_RETURN):
        number = "".join(parse_qs(parts.query).get("course", []))
        folder = parts.path.removesuffix(MOODLE_RETURN)
        return _address(parts, f"{folder}/course/view.php", f"id={number}") if number.isdecimal() else None
    if found := CANVAS_COURSE.match(parts.path):
        return _address(parts, found[0])
    return None if parts.query else _address(parts, parts.path)


def _address(parts: SplitResult, path: str, query: str = "") -> str:
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))
