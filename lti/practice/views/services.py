"""The services that the tool calls: line items, scores, results and the roster, each in Moodle's manner."""

from flask import request

from lti.practice import scopes
from lti.practice.gradebook import line_item, results
from lti.practice.lms import current_lms, current_session
from lti.practice.paging import Page, next_link, page_of
from lti.practice.problems import require
from lti.practice.roster import members, membership_container
from lti.practice.scores import PostedScore, keep_score, read_score
from lti.practice.views.blueprint import practice
from lti.practice.views.service import Answer, in_json, line_item_of, permitted_course, require_media, service

LINEITEMS_MEDIA = "application/vnd.ims.lis.v2.lineitemcontainer+json"
LINEITEM_MEDIA = "application/vnd.ims.lis.v2.lineitem+json"
SCORE_MEDIA = "application/vnd.ims.lis.v1.score+json"
RESULTS_MEDIA = "application/vnd.ims.lis.v2.resultcontainer+json"
ROSTER_MEDIA = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@practice.get("/courses/<key>/lineitems")
@service
def lineitems(key: str) -> Answer:
    """The course's line items, a page at a time where the tool sets a limit."""
    require_media(request.headers.get("Accept"), LINEITEMS_MEDIA)
    course, addresses = permitted_course(key, scopes.LINEITEM_READ), current_lms().addresses
    page = _page([line_item(addresses, item) for item in course.line_items])
    links = _links(addresses.lineitems(course), page)
    return in_json(f"{len(page.items)} line items", LINEITEMS_MEDIA, page.items, **links)


@practice.get("/courses/<key>/lineitems/<line_item_id>/lineitem")
@service
def lineitem(key: str, line_item_id: str) -> Answer:
    """One line item."""
    require_media(request.headers.get("Accept"), LINEITEM_MEDIA)
    item = line_item_of(permitted_course(key, scopes.LINEITEM_READ), line_item_id)
    return in_json(item.label, LINEITEM_MEDIA, line_item(current_lms().addresses, item))


@practice.post("/courses/<key>/lineitems/<line_item_id>/lineitem/scores")
@service
def scores(key: str, line_item_id: str) -> Answer:
    """Take a score into the gradebook; success has no body."""
    require_media(request.content_type, SCORE_MEDIA)
    item = line_item_of(permitted_course(key, scopes.SCORE), line_item_id)
    posted = read_score(request.get_data())
    keep_score(current_session(), item, posted)
    return Answer(_in_words(posted))


@practice.get("/courses/<key>/lineitems/<line_item_id>/lineitem/results")
@service
def lineitem_results(key: str, line_item_id: str) -> Answer:
    """The results of a line item, of one person where user_id names somebody."""
    require_media(request.headers.get("Accept"), RESULTS_MEDIA)
    item = line_item_of(permitted_course(key, scopes.RESULT_READ), line_item_id)
    require("limit" not in request.args, 500, "Moodle fails over a limit together with type_id")
    found = results(current_session(), current_lms().addresses, item, request.args.get("user_id"))
    return in_json(f"{len(found)} results", RESULTS_MEDIA, found)


@practice.get("/courses/<key>/memberships")
@service
def memberships(key: str) -> Answer:
    """The roster; the link to the next page forgets the role that was asked for, as Moodle's does."""
    require_media(request.headers.get("Accept"), ROSTER_MEDIA)
    course, addresses = permitted_course(key, scopes.ROSTER_READ), current_lms().addresses
    page = _page(members(request.args.get("role")))
    container = membership_container(addresses, course, page.items)
    links = _links(addresses.memberships(course), page)
    return in_json(f"{len(page.items)} members", ROSTER_MEDIA, container, **links)


def _page(items: list) -> Page:
    return page_of(items, request.args.get("limit"), request.args.get("page"))


def _links(address: str, page: Page) -> dict[str, str]:
    return {"Link": next_link(address, request.args["limit"], page.next_token)} if page.next_token else {}


def _in_words(posted: PostedScore) -> str:
    if posted.score is None:
        return f"Grade of {posted.person.name} wiped"
    return f"Grade of {posted.person.name}: {posted.score:.0%}"
