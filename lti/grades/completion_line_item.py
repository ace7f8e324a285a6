"""The second column of an activity, which says 0 or 1: found in the LMS's gradebook, or made there, once.

A copy of a course keeps its columns, so that they are looked for before one is made (AGS 2.0, section 3.2). One of our
processes at a time does so for an activity; the others wait for what comes of it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pylti1p3.exception import LtiServiceException
from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from config import Settings
from core.domain.days import day_of, last_second_of
from core.domain.tolerant import identifier, text
from core.http import check_address
from core.rows import change_rows
from db import Database, utcnow
from lti.domain.content_items import written_moment
from lti.domain.delivery import Next, PlatformSignal, Verdict, verdict_on
from lti.domain.scopes import LINE_ITEMS, LINE_ITEMS_READ
from lti.due_dates import NO_DUE_DATES, DueDates
from lti.grades.lease import Claim
from lti.grades.scores import outcome_of, scopes_of
from lti.models import Activity, Course, Deployment, Platform
from lti.services.connector import Connector, json_or_none
from lti.services.paging import NotWhole, items_in, with_query

ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
COMPLETION_TAG = "completion"
UNREAD_COLUMN = "a column that may be the one cannot be read"
LONGEST_TITLE = 200
LONGEST_ADDRESS = 1000
NO_RIGHT = Verdict(
    Next.TELL_PEOPLE,
    "The LMS does not let us make the column that says who has completed the activity. Its administrator can allow the "
    "tool to make columns in the gradebook; then open the activity once and send this again.",
    PlatformSignal.UNKNOWN,
)
BEING_MADE = Verdict(
    Next.SOON, "The column that says who has completed the activity is being made.", PlatformSignal.UNKNOWN
)
NOT_MADE = Verdict(Next.WAIT, "The LMS did not say where the column is that we asked it for. We keep trying.")
# What an LMS says that does not take the activity's own id with a column.
WITHOUT_LINK = frozenset({400, 403, 404, 422})


class NoColumn(Exception):
    """There is no column yet; the verdict says what follows."""

    def __init__(self, verdict: Verdict) -> None:
        """Say what follows."""
        super().__init__(verdict.words)
        self.verdict = verdict


@dataclass(frozen=True)
class Wanted:
    """The column that an activity wants: where the course's columns are, what it is about, and those that are taken.

    ``due`` is the moment by which everyone in the course should have finished. Until ``ours_until`` no other process
    looks for it.
    """

    items_url: str
    module: str
    title: str
    link: str
    taken: frozenset[str]
    due: datetime | None
    ours_until: datetime


class Columns:
    """Finds and makes columns; one serves a whole process."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        now: Callable[[], datetime] = utcnow,
        due_dates: DueDates = NO_DUE_DATES,
    ) -> None:
        """Keep in this database where they are, and tell the LMS these due dates."""
        self._database, self._settings, self._now, self._due_dates = database, settings, now, due_dates

    def find_or_make(self, connector: Connector, claim: Claim) -> str:
        """Return the address of the activity's second column; NoColumn where there is none yet."""
        if not {LINE_ITEMS, LINE_ITEMS_READ} & set(claim.scopes):
            raise NoColumn(NO_RIGHT)
        wanted = self._take_on(claim.activity_id)
        try:
            url = self._found_or_made(connector, claim, wanted)
        except LtiServiceException as refused:
            self._let_go(claim.activity_id, wanted)
            if verdict_on(outcome_of(refused.response, self._now())).next is Next.TELL_PEOPLE:
                raise NoColumn(NO_RIGHT) from refused
            raise
        except BaseException:
            self._let_go(claim.activity_id, wanted)
            raise
        with self._database.transaction() as session:
            session.execute(_KEEP, {"activity": claim.activity_id, "url": url})
        return url

    def forget(self, claim: Claim) -> None:
        """Forget a column that is gone, so that it is looked for again."""
        with self._database.transaction() as session:
            session.execute(_FORGET, {"activity": claim.activity_id, "gone": claim.url})

    def _found_or_made(self, connector: Connector, claim: Claim, wanted: Wanted) -> str:
        check_address(wanted.items_url, self._settings)
        if url := _found(connector, claim, wanted):
            return check_address(url, self._settings)
        if LINE_ITEMS not in claim.scopes:
            raise NoColumn(NO_RIGHT)
        # Looking may have taken so long that another begins to look before we are done.
        if self._now() + timedelta(seconds=2 * self._settings.http_seconds) > wanted.ours_until:
            raise NoColumn(BEING_MADE)
        return check_address(_made(connector, claim, wanted), self._settings)

    def _take_on(self, activity_id: int) -> Wanted:
        """Take it upon us to find or make the column, in one statement; NoColumn where another has."""
        now = self._now()
        until = now + timedelta(seconds=self._settings.lease_seconds)
        with self._database.transaction() as session:
            if not change_rows(session, _TAKE_ON, {"activity": activity_id, "now": now, "until": until}):
                raise NoColumn(BEING_MADE)
            row = session.execute(_WANTED, {"activity": activity_id}).one()
            taken = frozenset(filter(None, session.scalars(_TAKEN, {"course": row.id})))
            due = self._due(session, row)
        title = row.title.strip()[:LONGEST_TITLE] or "Training"
        wanted = Wanted(row.line_items_url or "", row.module or "", title, row.resource_link, taken, due, until)
        if not wanted.items_url:
            self._let_go(activity_id, wanted)
            raise NoColumn(NO_RIGHT)
        return wanted

    def _due(self, session: Session, row: Any) -> datetime | None:
        """Return the end of the day by which everyone in the course should have finished, if there is one."""
        modules = [row.module] if row.module else []
        found = self._due_dates.of_course(session, row.trust, row.id, modules, day_of(self._now()))
        return last_second_of(found[row.module]) if row.module in found else None

    def _let_go(self, activity_id: int, wanted: Wanted) -> None:
        with self._database.transaction() as session:
            session.execute(_LET_GO, {"activity": activity_id, "ours": wanted.ours_until})


def _found(connector: Connector, claim: Claim, wanted: Wanted) -> str | None:
    """Return the column that is there already: the one of this activity, or one of no activity that is not in use.

    An LMS need not know how to pick, so that each is looked at. NotWhole where one that may be it cannot be read.
    """
    url = with_query(wanted.items_url, resource_id=wanted.module, tag=COMPLETION_TAG)
    free, is_unread = None, False
    for item in items_in(connector, url, scopes_of(claim), ITEMS_TYPE):
        address, link = address_of(item), identifier(item.get("resourceLinkId"))
        is_ours = text(item.get("tag")) == COMPLETION_TAG and identifier(item.get("resourceId")) == wanted.module
        if is_ours and address and link == wanted.link:
            return address
        may_be_free = is_ours and not link and address not in wanted.taken
        free = free or (address if may_be_free else None)
        is_unread = is_unread or not item or (is_ours and not address and link in {None, wanted.link})
    if is_unread and not free:
        raise NotWhole(UNREAD_COLUMN)
    return free


def _made(connector: Connector, claim: Claim, wanted: Wanted) -> str:
    """Make the column, as part of the activity where the LMS takes that."""
    item = {
        "label": f"{wanted.title}: completed",
        "scoreMaximum": 1,
        "resourceId": wanted.module,
        "tag": COMPLETION_TAG,
    }
    if wanted.due:
        item["endDateTime"] = written_moment(wanted.due)
    try:
        made = _posted(connector, claim, wanted, item | {"resourceLinkId": wanted.link})
    except LtiServiceException as refused:
        if refused.response.status_code not in WITHOUT_LINK:
            raise
        made = _posted(connector, claim, wanted, item)
    url = address_of(made) if isinstance(made, dict) else None
    if not url:
        raise NoColumn(NOT_MADE)
    return url


def _posted(connector: Connector, claim: Claim, wanted: Wanted, item: dict[str, Any]) -> Any:
    content = json.dumps(item)
    return json_or_none(connector.post(wanted.items_url, scopes_of(claim), content, ITEM_TYPE, ITEM_TYPE))


def address_of(item: dict[str, Any]) -> str | None:
    """Return the address of a column as the LMS lists it, or None if it gives none that we can keep."""
    url = item.get("id")
    return url if isinstance(url, str) and 0 < len(url) <= LONGEST_ADDRESS else None


_TAKE_ON = (
    update(Activity)
    .where(Activity.id == bindparam("activity"), Activity.completion_url.is_(None))
    .where(or_(Activity.completion_asked_until.is_(None), Activity.completion_asked_until <= bindparam("now")))
    .values(completion_asked_until=bindparam("until"))
    .execution_options(synchronize_session=False)
)
_WANTED = (
    select(Course.id, Course.line_items_url, Activity.module, Activity.title, Activity.resource_link, Platform.trust)
    .join(Course, Course.id == Activity.course_id)
    .join(Deployment, Deployment.id == Course.deployment_id)
    .join(Platform, Platform.id == Deployment.platform_id)
    .where(Activity.id == bindparam("activity"))
)
_TAKEN = select(Activity.completion_url).where(
    Activity.course_id == bindparam("course"), Activity.completion_url.is_not(None)
)
_KEEP = (
    update(Activity)
    .where(Activity.id == bindparam("activity"))
    .values(
        completion_url=bindparam("url"),
        completion_asked_until=None,
        # A launch may have named it as if it were the column of the score.
        line_item_url=func.nullif(Activity.line_item_url, bindparam("url")),
    )
    .execution_options(synchronize_session=False)
)
_LET_GO = (
    update(Activity)
    .where(Activity.id == bindparam("activity"), Activity.completion_asked_until == bindparam("ours"))
    .values(completion_asked_until=None)
    .execution_options(synchronize_session=False)
)
_FORGET = (
    update(Activity)
    .where(Activity.id == bindparam("activity"), Activity.completion_url == bindparam("gone"))
    .values(completion_url=None)
    .execution_options(synchronize_session=False)
)
