"""Where a browser keeps no cookies for us, the LMS's storage can say that it is the one which began the login."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from lti.errors import OPENED_BEFORE
from lti.models import Login, Visit
from lti.visits.cookies import LOGIN_COOKIE_PREFIX, VISIT_COOKIE
from lti.visits.visit import hash_of
from tests.lti.visits.test_frame_and_cookies import FRAMED, cookies_of
from tests.support.lms.blocked_cookies import asked_by, goes_on, held, ticket_of, told_to_storage
from tests.support.lms.double import INSTRUCTOR, Lms, lti
from tests.support.lms.outcomes import assert_held, assert_landed, assert_no_trace, assert_refused
from tests.support.page_rules import problems_of
from tests.support.visitor import Form


@dataclass
class Held:
    """A launch that waits for its proof."""

    ticket: str
    proof: str


@pytest.fixture
def framed(lms: Lms) -> Lms:
    """The LMS in a browser that keeps no cookies in its frame."""
    return lms.in_another_browser(keeps_cookies=False)


def launched(lms: Lms, changes: dict[str, object] | None = None) -> Held:
    """Log in and launch without cookies, with the LMS's storage at hand."""
    login = lms.asks_to_log_in(lti_storage_target="_parent")
    page = lms.answers(asked_by(login), changes)
    assert_held(page)
    return Held(ticket_of(page), told_to_storage(login)["value"])


# The login leaves a proof


def test_a_login_leaves_a_proof_in_the_storage_that_the_lms_names_and_sets_its_cookie_as_ever(lms, database):
    page = lms.asks_to_log_in(lti_storage_target="post_message_forwarding")
    assert page.status_code == 200 and problems_of(page.text) == []
    told, asked = told_to_storage(page), asked_by(page)
    assert told["platform"].startswith("https://lms.example/auth?scope=openid&")
    assert told["frame"] == "post_message_forwarding"
    assert told["key"] == LOGIN_COOKIE_PREFIX + asked.state
    assert cookies_of(page)[told["key"]].attributes == FRAMED | {"Path=/lti/", "Max-Age=600"}
    with database.reading() as session:
        assert session.scalars(select(Login.proof_hash)).all() == [hash_of(told["value"])]


@pytest.mark.parametrize("target", ["", " ", "x" * 101, "a frame", 'x" onload="alert(1)', "<b>", "\N{SNOWMAN}"])
def test_a_name_that_no_frame_has_counts_as_not_sent(lms, target):
    assert lms.asks_to_log_in(lti_storage_target=target).status_code == 302


def test_where_the_cookie_comes_back_no_one_asks_for_the_proof(lms):
    login = lms.asks_to_log_in(lti_storage_target="_parent")
    assert_landed(lms.answers(asked_by(login)))


# The launch asks for it


def test_without_a_cookie_the_page_asks_the_storage_for_the_proof_and_does_not_know_it(framed):
    login = framed.asks_to_log_in(lti_storage_target="_parent")
    page = framed.answers(asked_by(login))
    assert_held(page)
    told = told_to_storage(page)
    assert told == {"platform": "https://lms.example/auth", "frame": "_parent", "key": told_to_storage(login)["key"]}
    assert told_to_storage(login)["value"] not in page.text


def test_without_storage_the_page_asks_no_one(framed):
    assert told_to_storage(framed.launches()) == {}


def test_the_proof_begins_a_visit_that_needs_no_cookie(framed, database):
    launch = launched(framed)
    answer = goes_on(framed, ticket=launch.ticket, proof=launch.proof)
    assert_landed(answer)
    assert cookies_of(answer) == {}
    assert "Zoë Fairweather" in framed.browser.get("/module").text
    token = framed.browser.visit.removeprefix("/visits/")
    with database.reading() as session:
        assert session.execute(select(Visit.token_hash, Visit.in_address)).all() == [(hash_of(token), True)]


def test_such_a_visit_ends_after_two_hours(framed, clock):
    launch = launched(framed)
    goes_on(framed, ticket=launch.ticket, proof=launch.proof)
    clock.shift(7_199)
    assert framed.browser.get("/module").status_code == 200
    clock.shift(1)
    assert framed.browser.get("/module").status_code == 401


def test_in_such_a_visit_forms_work_and_stay_in_it(framed):
    launch = launched(framed)
    goes_on(framed, ticket=launch.ticket, proof=launch.proof)
    form = Form(framed.browser.get("/module").text)
    assert form.action == f"{framed.browser.visit}/attempts"
    assert framed.browser.post("/attempts").status_code == 400
    started = framed.browser.post("/attempts", data=form.fields)
    assert started.location.startswith(f"{framed.browser.visit}/attempts/")


def test_leaders_get_where_they_lead_without_a_cookie(framed):
    launch = launched(framed, {lti("roles"): [INSTRUCTOR]})
    goes_on(framed, ticket=launch.ticket, proof=launch.proof)
    assert framed.browser.get("/people").status_code == 200


@pytest.mark.parametrize("proof", ["", "made-up", "\N{SNOWMAN}", "\x00", "x" * 5_000])
def test_another_proof_opens_nothing_and_leaves_the_ticket_good(framed, database, proof):
    launch = launched(framed)
    assert_refused(goes_on(framed, ticket=launch.ticket, proof=proof), OPENED_BEFORE)
    assert_no_trace(database)
    assert_landed(goes_on(framed, ticket=launch.ticket, proof=launch.proof))


def test_the_proof_of_another_login_opens_nothing(framed):
    first, second = launched(framed), launched(framed)
    assert_refused(goes_on(framed, ticket=first.ticket, proof=second.proof), OPENED_BEFORE)


@pytest.mark.parametrize("proof", ["", "made-up"])
def test_no_proof_fits_a_login_that_left_none(lms, proof):
    assert_refused(goes_on(lms, ticket=held(lms), proof=proof), OPENED_BEFORE)


# The address of such a visit


def test_such_an_address_opens_nothing_for_someone_who_was_handed_it(framed):
    launch = launched(framed)
    goes_on(framed, ticket=launch.ticket, proof=launch.proof)
    for site, status in {"same-origin": 200, "none": 401, "cross-site": 401, "same-site": 401}.items():
        assert framed.browser.get("/module", headers={"Sec-Fetch-Site": site}).status_code == status


def test_such_a_visit_is_not_opened_by_a_cookie(framed, lms):
    launch = launched(framed)
    goes_on(framed, ticket=launch.ticket, proof=launch.proof)
    token = framed.browser.visit.removeprefix("/visits/")
    address = f"/visits/{hash_of(token)[:16]}"
    lms.browser.set_cookie(VISIT_COOKIE, token, path=address)
    assert lms.browser.get(f"{address}/module").status_code == 401


def test_the_way_back_to_the_course_does_not_carry_the_address(framed):
    back = {lti("launch_presentation"): {"return_url": "https://lms.example/course"}}
    launch = launched(framed, back)
    goes_on(framed, ticket=launch.ticket, proof=launch.proof)
    page = framed.browser.get("/module")
    assert 'href="https://lms.example/course"' in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
