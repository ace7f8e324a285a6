"""The services that the tool calls: scores, results and the roster, each in the mood's manner."""

from functools import partial

from flask import request

from practice import scopes
from practice.courses.enrolments import enrolled, enrolled_by_id
from practice.failures import Failure, standing_failure
from practice.lms import current_lms, current_session
from practice.moods import CANVAS_PAGE, Mood
from practice.problems import require
from practice.services import canvas_scores
from practice.services import scores as moodle_scores
from practice.services.gradebook import results
from practice.services.roster import (
    members,
    members_listed_twice,
    members_made_again,
    members_with_hard_names,
    membership_container,
    odd_members,
    unreadable_members,
    who_can_open,
)
from practice.services.scores import PostedScore
from practice.views.answer import Answer, in_json
from practice.views.blueprint import practice
from practice.views.lists import page_in_mood
from practice.views.service import current_mood, line_item_of, permitted_course, require_media, service

SCORE_MEDIA = "application/vnd.ims.lis.v1.score+json"
RESULTS_MEDIA = "application/vnd.ims.lis.v2.resultcontainer+json"
ROSTER_MEDIA = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ROSTERS = {
    Failure.ODD_PEOPLE: odd_members,
    Failure.UNREADABLE_PEOPLE: unreadable_members,
    Failure.NO_PEOPLE: lambda _: [],
    Failure.LISTED_TWICE: members_listed_twice,
    Failure.ACCOUNT_MADE_AGAIN: members_made_again,
    Failure.HARD_NAMES: members_with_hard_names,
}
SCORE_RULES = {Mood.MOODLE: moodle_scores, Mood.CANVAS: canvas_scores}


@practice.post("/courses/<key>/lineitems/<line_item_id>/lineitem/scores")
@service
def scores(key: str, line_item_id: str) -> Answer:
    """Take a score into the gradebook; Moodle says nothing more to that, Canvas where the result is."""
    require_media(request.content_type, SCORE_MEDIA)
    item = line_item_of(permitted_course(key, scopes.SCORE), line_item_id)
    rules = SCORE_RULES[current_mood()]
    posted = rules.read_score(request.get_data(), current_lms().seconds(), partial(enrolled_by_id, current_session()))
    rules.keep_score(current_session(), item, posted)
    if current_mood() is Mood.MOODLE:
        return Answer(_in_words(posted))
    where = current_lms().addresses.lineitem(item, f"/results/{posted.person.id}/result")
    return in_json(_in_words(posted), SCORE_MEDIA, {"resultUrl": where})


@practice.get("/courses/<key>/lineitems/<line_item_id>/lineitem/results")
@service
def lineitem_results(key: str, line_item_id: str) -> Answer:
    """The results of a line item, of one person if user_id names one."""
    require_media(request.headers.get("Accept"), RESULTS_MEDIA)
    item = line_item_of(permitted_course(key, scopes.RESULT_READ), line_item_id)
    is_cut_short = "limit" in request.args and current_mood() is Mood.MOODLE
    require(not is_cut_short, 500, "Moodle fails over a limit together with type_id")
    addresses = current_lms().addresses
    found = results(current_session(), addresses, item, request.args.get("user_id"))
    page, links = page_in_mood(found, addresses.lineitem(item, "/results"), ("user_id",))
    return in_json(f"{len(page)} results", RESULTS_MEDIA, page, headers=links)


@practice.get("/courses/<key>/memberships")
@service
def memberships(key: str) -> Answer:
    """The roster; Moodle's link to the next page forgets the role that was asked for, Canvas's does not."""
    require_media(request.headers.get("Accept"), ROSTER_MEDIA)
    course, addresses = permitted_course(key, scopes.ROSTER_READ), current_lms().addresses
    mood = current_mood()
    kept = ("role", "rlid") if mood is Mood.CANVAS else ("rlid",)
    failure = standing_failure(current_session())
    people = enrolled(current_session())
    found = ROSTERS.get(failure, list)(members(mood, course.tool, people, request.args.get("role")))
    found = who_can_open(failure, course, request.args.get("rlid"), found)
    page, links = page_in_mood(found, addresses.memberships(course), kept, CANVAS_PAGE)
    container = membership_container(addresses, course, page)
    return in_json(f"{len(page)} members", ROSTER_MEDIA, container, headers=links)


def _in_words(posted: PostedScore) -> str:
    if posted.score is None:
        return f"Grade of {posted.person.name} wiped"
    return f"Grade of {posted.person.name}: {posted.score:.0%}"
