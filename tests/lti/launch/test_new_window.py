"""Where a browser keeps no cookies and the LMS has no storage, people go on in a window of their own, if it is they."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import db
from lti.domain.message import CHOOSING, GRADES
from lti.errors import OPENED_BEFORE, SENT_FROM_ELSEWHERE
from lti.jobs import clear_away
from lti.launch.views import pending
from lti.models import Login, Visit
from lti.visits.cookies import VISIT_COOKIE
from tests.lti.visits.test_frame_and_cookies import FRAMED, cookies_of
from tests.support.lms.blocked_cookies import goes_on, held, opens_window, ticket_of
from tests.support.lms.double import INSTRUCTOR, lti
from tests.support.lms.outcomes import assert_held, assert_landed, assert_no_trace, assert_refused, count_of
from tests.support.page_rules import problems_of

SETTINGS = {
    "deep_link_return_url": "https://lms.example/chosen?x=1",
    "accept_types": ["ltiResourceLink"],
    "accept_presentation_document_targets": ["iframe"],
    "accept_multiple": True,
    "data": "theirs",
}
CHOICE = {lti("message_type"): "LtiDeepLinkingRequest", CHOOSING: SETTINGS, lti("resource_link"): None}
REVIEW = {
    lti("message_type"): "LtiSubmissionReviewRequest",
    lti("for_user"): {"user_id": "5"},
    GRADES: {"lineitem": "https://lms.example/items/1"},
}
FULL = {
    lti("roles"): [INSTRUCTOR],
    lti("custom"): {"module": "photos", "completion": "yes", "previous_links": "7,8"},
    lti("launch_presentation"): {"return_url": "https://lms.example/course"},
    GRADES: {"scope": ["a", "b"], "lineitem": "https://lms.example/items/1"},
}


def policy_of(answer) -> dict[str, list[str]]:
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {words[0]: words[1:] for words in (part.split() for part in parts)}


def facts_of(visit: Visit) -> dict[str, object]:
    """What a visit is about, without what makes it one of its own."""
    own = {"token_hash", "in_address", "expires_at"}
    return {column.key: getattr(visit, column.key) for column in Visit.__table__.columns if column.key not in own}


# The window asks whether it is they


def test_the_window_says_who_the_message_names_and_opens_nothing(lms, database):
    page = opens_window(lms, held(lms))
    assert page.status_code == 200 and problems_of(page.text) == []
    words = unescape(page.text)
    for word in ("Is this you?", "Zoë Fairweather", "Induction", "Photos", "Hand-made LMS"):
        assert word in words
    assert "zoe@school.example" not in words
    assert_no_trace(database)


def test_the_window_can_be_looked_at_twice(lms):
    ticket = held(lms)
    assert opens_window(lms, ticket).text.count(ticket) == 1
    assert opens_window(lms, ticket).text.count(ticket) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": None}, "zoe@school.example"),
        ({"name": None, "email": None}, "Did you open this?"),
        ({"name": None, "email": None}, "Your LMS does not share your name with us"),
        ({"name": "<b onclick=alert(1)>Bobby</b>"}, "<b onclick=alert(1)>Bobby</b>"),
        ({"name": "X" * 10_000}, "X" * 500),
        ({lti("context"): None}, "Photos"),
    ],
    ids=["e-mail alone", "nobody's name", "nobody's name, why", "markup", "long", "no course"],
)
def test_the_window_finds_words_for_whatever_the_lms_says_of_someone(lms, changes, words):
    page = opens_window(lms, held(lms, changes))
    assert words in unescape(page.text)
    assert problems_of(page.text) == []
    assert "<b onclick" not in page.text


def test_no_site_can_show_the_window_in_a_frame_not_even_the_lms(lms):
    assert policy_of(opens_window(lms, held(lms)))["frame-ancestors"] == ["'none'"]


def test_their_word_begins_a_visit_with_a_cookie_of_its_own(lms):
    page = opens_window(lms, held(lms))
    answer = goes_on(lms, ticket=ticket_of(page))
    assert_landed(answer)
    assert cookies_of(answer)[VISIT_COOKIE].attributes == FRAMED | {f"Path={lms.browser.visit}"}
    assert len(lms.browser.visit.removeprefix("/visits/")) == 16
    assert "Zoë Fairweather" in lms.browser.get("/module").text
    assert not lms.browser.get_cookie(pending.KEEPS_COOKIES, path="/lti/")


def test_a_browser_that_keeps_no_cookies_at_all_gets_in_too(lms):
    bare = lms.in_another_browser(keeps_cookies=False)
    page = opens_window(bare, ticket_of(bare.launches()))
    answer = goes_on(bare, ticket=ticket_of(page))
    assert_landed(answer)
    assert cookies_of(answer).keys() == {pending.KEEPS_COOKIES}
    assert "Zoë Fairweather" in bare.browser.get("/module").text


def test_to_have_been_asked_stands_for_no_answer(lms, database):
    asked = lms.begins_login()
    victim = lms.in_another_browser()
    opens_window(victim, ticket_of(victim.answers(asked)))
    assert_refused(victim.answers(asked), OPENED_BEFORE)
    assert_no_trace(database)


@pytest.mark.parametrize("changes", [FULL, CHOICE, REVIEW], ids=["a training", "a choice", "a review"])
def test_a_visit_that_had_to_wait_is_like_any_other(lms, database, changes):
    assert_landed(lms.launches(changes))
    goes_on(lms, ticket=held(lms, changes))
    with database.reading() as session:
        first, second = (facts_of(visit) for visit in session.scalars(select(Visit)))
        assert first == second


# What is chosen in the window comes back through the page in the frame


def test_the_page_in_the_frame_may_send_what_is_chosen_to_the_lms_and_nowhere_else(lms):
    chooser, learner = lms.in_another_browser(keeps_cookies=False), lms.in_another_browser(keeps_cookies=False)
    assert policy_of(chooser.launches(CHOICE))["form-action"] == ["'self'", "https://lms.example"]
    assert policy_of(learner.launches())["form-action"] == ["'self'"]


# Tickets


def test_a_ticket_is_good_once(lms):
    ticket = held(lms)
    assert_landed(goes_on(lms, ticket=ticket))
    assert_refused(goes_on(lms, ticket=ticket), OPENED_BEFORE)
    assert_refused(opens_window(lms, ticket), OPENED_BEFORE)


def test_of_one_ticket_sent_many_times_at_the_same_moment_one_gets_in(lms, database):
    ticket = held(lms)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: goes_on(lms, ticket=ticket), range(8)))
    assert sorted(answer.status_code for answer in answers) == [303] + [OPENED_BEFORE.status] * 7
    with database.reading() as session:
        assert count_of(session, Visit) == 1


def test_a_ticket_runs_out_with_its_login(lms, clock):
    early, late = held(lms), held(lms)
    clock.shift(599)
    assert_landed(goes_on(lms, ticket=early))
    clock.shift(1)
    assert_refused(goes_on(lms, ticket=late), OPENED_BEFORE)
    assert_refused(opens_window(lms, late), OPENED_BEFORE)


@pytest.mark.parametrize("ticket", ["", "made-up", "\x00", "\N{SNOWMAN}", "'; drop table logins; --", "x" * 50_000])
def test_a_ticket_that_we_did_not_give_opens_nothing(lms, database, ticket):
    held(lms)
    assert_refused(goes_on(lms, ticket=ticket), OPENED_BEFORE)
    assert_refused(opens_window(lms, ticket), OPENED_BEFORE)
    assert_no_trace(database)


@pytest.mark.parametrize("path", ["/lti/window", "/lti/continue"])
def test_no_ticket_opens_nothing(lms, path):
    assert_refused(lms.browser.post(path, headers={"Origin": "http://localhost"}), OPENED_BEFORE)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_what_another_site_posts_is_refused_and_uses_no_ticket_up(lms, database, headers):
    ticket = held(lms)
    assert_refused(goes_on(lms, headers, ticket=ticket), SENT_FROM_ELSEWHERE)
    assert_refused(opens_window(lms, ticket, headers), SENT_FROM_ELSEWHERE)
    assert_no_trace(database)
    assert_landed(goes_on(lms, ticket=ticket))


def test_a_browser_that_does_not_say_where_a_request_comes_from_but_names_our_site_gets_in(lms):
    assert_landed(goes_on(lms, {"Origin": "http://localhost"}, ticket=held(lms)))


# What is held


def test_a_message_is_held_once(lms):
    asked, other = lms.begins_login(), lms.in_another_browser()
    assert_held(other.answers(asked))
    assert_refused(other.answers(asked), OPENED_BEFORE)
    assert_landed(lms.answers(asked))


def test_who_brings_the_cookie_goes_before_who_waits_without_it(lms):
    asked = lms.begins_login()
    waiting = ticket_of(lms.in_another_browser().answers(asked))
    assert_landed(lms.answers(asked))
    assert_refused(goes_on(lms, ticket=waiting), OPENED_BEFORE)


def test_a_message_that_is_held_knows_its_ticket_by_its_hash_alone_and_is_dropped_when_it_is_used(lms, database):
    ticket = held(lms)
    with database.reading() as session:
        login = session.scalars(select(Login)).one()
        assert login.message["name"] == "Zoë Fairweather"
        assert ticket not in json.dumps([login.ticket_hash, login.message])
    goes_on(lms, ticket=ticket)
    assert messages_in(database) == []


def test_a_message_that_no_one_fetched_is_dropped_when_its_time_is_over(lms, database):
    held(lms)
    for minutes, kept in ((9, 1), (11, 0)):
        with database.transaction() as session:
            clear_away(session, db.utcnow() + timedelta(minutes=minutes))
        assert len(messages_in(database)) == kept


def messages_in(database) -> list[dict[str, object]]:
    with database.reading() as session:
        return messages(session)


def messages(session: Session) -> list[dict[str, object]]:
    return list(session.scalars(select(Login.message).where(Login.message.is_not(None))))


def test_neither_names_nor_tickets_stand_in_an_address_or_the_log(lms, caplog):
    caplog.set_level(logging.DEBUG)
    ticket = held(lms)
    goes_on(lms, {"Origin": "https://evil.example"}, ticket=ticket)
    opens_window(lms, ticket)
    answer = goes_on(lms, ticket=ticket)
    goes_on(lms, ticket=ticket)
    told = caplog.text + answer.location
    for secret in (ticket, lms.browser.visit_cookie(), "Fairweather", "zoe@"):
        assert secret and secret not in told
