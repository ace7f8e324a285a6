"""The column for an activity's score: looked up in the LMS's gradebook if a launch does not say which it is.

Launches name the column only if an activity has exactly one (AGS 2.0, section 3.1): once we have made a second one,
Moodle's launches name none. We keep what we find until the LMS says that it is gone, or a launch names another.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from pylti1p3.exception import LtiServiceException
from sqlalchemy import bindparam, func, select, update

from config import Settings
from core.domain.tolerant import identifier, text
from core.http import check_address
from db import Database, utcnow
from lti.domain.content_items import SCORE_TAG
from lti.domain.delivery import MAY_NOT_LOOK, NO_COLUMN, NO_GRADES, PlatformSignal, verdict_on
from lti.domain.scopes import LINE_ITEMS, LINE_ITEMS_READ
from lti.grades.completion_line_item import COMPLETION_TAG, ITEM_TYPE, ITEMS_TYPE, UNREAD_COLUMN, NoColumn, address_of
from lti.grades.lease import Claim
from lti.grades.moved_line_items import fill_new_column, resume_without_column
from lti.grades.scores import outcome_of, scopes_of
from lti.models import Activity, Course
from lti.services.connector import Connector, json_or_none
from lti.services.paging import NotWhole, items_in, with_query

MAY_LOOK = frozenset({LINE_ITEMS, LINE_ITEMS_READ})
# An activity without a column is not looked up for each of its people.
LOOKS_APART = timedelta(hours=1)


class ScoreColumns:
    """Finds the columns for scores; one serves a whole process. Two may look at once: they find the same column."""

    def __init__(self, database: Database, settings: Settings, now: Callable[[], datetime] = utcnow) -> None:
        """Keep their addresses in this database."""
        self._database, self._settings, self._now = database, settings, now
        self._takes_scores: set[str] = set()

    def is_for_completion(self, connector: Connector, claim: Claim) -> bool:
        """Say whether the column that a launch named is the one that says who has completed the activity; keep that.

        A copied activity brings that column along. If the copy is ungraded, its launches name it as the only column.
        The LMS is asked only while we do not know where that column is.
        """
        url = claim.url or ""
        if not claim.may_be_completion or url in self._takes_scores or not MAY_LOOK & set(claim.scopes):
            return False
        try:
            answer = connector.get(check_address(url, self._settings), scopes_of(claim), ITEM_TYPE)
        except LtiServiceException as refused:
            if verdict_on(outcome_of(refused.response, self._now())).signal is PlatformSignal.ALL:
                raise
            return False
        item = json_or_none(answer)
        if not isinstance(item, dict) or item.get("tag") != COMPLETION_TAG:
            self._takes_scores.add(url)
            return False
        with self._database.transaction() as session:
            session.execute(_KEEP_AS_COMPLETION, {"activity": claim.activity_id, "url": url})
        return True

    def find(self, connector: Connector, claim: Claim) -> str:
        """Return the address of the activity's column and keep it; NoColumn if it has none, or we may not look."""
        place = self._place(claim)
        if place.no_column_at and self._now() - place.no_column_at < LOOKS_APART:
            raise NoColumn(NO_COLUMN)
        if not _may_look(place, claim):
            # Our own second column is why the launch names none.
            raise NoColumn(MAY_NOT_LOOK if place.completion_url or place.marks_completion else NO_GRADES)
        if url := self._found(connector, claim, place):
            self._keep(claim, url)
            return url
        with self._database.transaction() as session:
            session.execute(_KEEP_NONE, {"activity": claim.activity_id, "now": self._now()})
        raise NoColumn(NO_COLUMN)

    def find_another(self, connector: Connector, claim: Claim) -> bool:
        """Say whether the column has a new address in place of the one that is gone, and keep it if so."""
        place = self._place(claim)
        url = self._found(connector, claim, place) if _may_look(place, claim) else None
        if not url or url == claim.url:
            return False
        self._keep(claim, url)
        with self._database.transaction() as session:
            fill_new_column(session, session.get_one(Activity, claim.activity_id), self._now())
        return True

    def _place(self, claim: Claim) -> Any:
        with self._database.reading() as session:
            return session.execute(_PLACE, {"activity": claim.activity_id}).one()

    def _found(self, connector: Connector, claim: Claim, place: Any) -> str | None:
        url = with_query(check_address(place.line_items_url, self._settings), resource_link_id=place.resource_link)
        items = list(items_in(connector, url, scopes_of(claim), ITEMS_TYPE))
        if not (found := _own(items, place)):
            with self._database.reading() as session:
                others = session.scalars(_TAKEN, {"course": place.id, "activity": claim.activity_id})
                taken = frozenset(filter(None, others))
            found = _bound_to_none(items, place, taken)
        if not found and any(_may_be_unread(item, place) for item in items):
            raise NotWhole(UNREAD_COLUMN)
        return check_address(found, self._settings) if found else None

    def _keep(self, claim: Claim, url: str) -> None:
        with self._database.transaction() as session:
            session.execute(_KEEP, {"activity": claim.activity_id, "url": url})
            resume_without_column(session, claim.activity_id, self._now())


def _may_look(place: Any, claim: Claim) -> bool:
    return bool(place.line_items_url and MAY_LOOK & set(claim.scopes))


def _own(items: Iterable[dict[str, Any]], place: Any) -> str | None:
    """Return the activity's own column; if there are several, the one we asked for when the activity was added."""
    own = [item for item in items if _is_of(item, place) and _takes_scores(item, place)]
    best = max(own, key=lambda item: (item.get("tag") == SCORE_TAG, item.get("resourceId") == place.module), default={})
    return address_of(best)


def _bound_to_none(items: Iterable[dict[str, Any]], place: Any, taken: frozenset[str]) -> str | None:
    """Return the only column for this module that names no activity, if the LMS does not say whose it is."""
    fitting = [
        address_of(item)
        for item in items
        if not text(item.get("resourceLinkId")) and _takes_scores(item, place) and address_of(item) not in taken
        if (item.get("tag"), item.get("resourceId")) == (SCORE_TAG, place.module)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _may_be_unread(item: dict[str, Any], place: Any) -> bool:
    """Say whether this may be the activity's column, though it cannot be read or has no address."""
    is_for_score = not item or item.get("tag") != COMPLETION_TAG
    return is_for_score and not address_of(item) and (not text(item.get("resourceLinkId")) or _is_of(item, place))


def _is_of(item: dict[str, Any], place: Any) -> bool:
    """Say whether a column belongs to the activity; some LMSs write their ids as numbers."""
    return bool(identifier(item.get("resourceLinkId")) == place.resource_link)


def _takes_scores(item: dict[str, Any], place: Any) -> bool:
    """Say whether it can be the column for scores: never the one that says who has completed the activity."""
    url = address_of(item)
    return url is not None and item.get("tag") != COMPLETION_TAG and url != place.completion_url


_PLACE = (
    select(
        Course.id,
        Course.line_items_url,
        Activity.resource_link,
        Activity.module,
        Activity.marks_completion,
        Activity.completion_url,
        Activity.no_column_at,
    )
    .join(Course, Course.id == Activity.course_id)
    .where(Activity.id == bindparam("activity"))
)
_TAKEN = select(Activity.line_item_url).where(
    Activity.course_id == bindparam("course"),
    Activity.id != bindparam("activity"),
    Activity.line_item_url.is_not(None),
)
_KEEP = (
    update(Activity)
    .where(Activity.id == bindparam("activity"))
    .values(line_item_url=bindparam("url"), no_column_at=None)
    .execution_options(synchronize_session=False)
)
_KEEP_AS_COMPLETION = (
    update(Activity)
    .where(Activity.id == bindparam("activity"), Activity.line_item_url == bindparam("url"))
    .values(line_item_url=None, completion_url=func.coalesce(Activity.completion_url, bindparam("url")))
    .execution_options(synchronize_session=False)
)
_KEEP_NONE = (
    update(Activity)
    .where(Activity.id == bindparam("activity"), Activity.line_item_url.is_(None))
    .values(no_column_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
