"""Inside the LMS's frame: cookies that a browser keeps there, headers that let it show us, and who gets in where."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from lti.models import Visit
from lti.visits.cookies import LOGIN_COOKIE_PREFIX, VISIT_COOKIE
from lti.visits.visit import handle_of, hash_of
from tests.support.lms.double import INSTITUTION_INSTRUCTOR, INSTRUCTOR, LEARNER, lti
from tests.support.lms.outcomes import assert_landed

FRAMED = {"Secure", "HttpOnly", "SameSite=None", "Partitioned"}


@dataclass
class Cookie:
    """A cookie as an answer sets it."""

    value: str
    attributes: set[str]


def cookies_of(answer) -> dict[str, Cookie]:
    """The cookies that an answer sets, by name; when they expire is left to their age in seconds."""
    found = {}
    for header in answer.headers.getlist("Set-Cookie"):
        pair, *attributes = header.split("; ")
        name, _, value = pair.partition("=")
        found[name] = Cookie(value, {part for part in attributes if not part.startswith("Expires=")})
    return found


def test_a_login_sets_a_cookie_of_its_own_for_ten_minutes(lms):
    (name, cookie), *others = cookies_of(lms.asks_to_log_in()).items()
    assert name.startswith(LOGIN_COOKIE_PREFIX)
    assert cookie.attributes == FRAMED | {"Path=/lti/", "Max-Age=600"}
    assert others == []


def test_a_visit_sets_one_cookie_until_the_browser_closes_and_drops_the_logins(lms):
    asked = lms.begins_login()
    cookies = cookies_of(lms.answers(asked))
    assert cookies.pop(VISIT_COOKIE).attributes == FRAMED | {f"Path={lms.browser.visit}"}
    dropped = cookies.pop(LOGIN_COOKIE_PREFIX + asked.state)
    assert dropped.attributes == FRAMED | {"Path=/lti/", "Max-Age=0"}
    assert cookies == {}


def test_the_cookie_holds_a_token_of_which_we_keep_the_hash_alone(lms, database):
    token = cookies_of(lms.launches())[VISIT_COOKIE].value
    assert len(token) == 43
    with database.reading() as session:
        assert session.scalars(select(Visit.token_hash)).all() == [hash_of(token)]


def test_every_launch_has_a_token_of_its_own(lms):
    tokens = {cookies_of(lms.launches())[VISIT_COOKIE].value for _ in range(3)}
    assert len(tokens) == 3


def test_a_refused_launch_sets_no_cookie(lms):
    assert cookies_of(lms.launches(kid=None)) == {}


@pytest.mark.parametrize("token", ["", "made-up", "x" * 4_000, "ä", "'; drop table visits; --"])
def test_a_visit_cookie_that_we_did_not_give_opens_nothing(lms, token):
    lms.launches()
    lms.browser.set_cookie(VISIT_COOKIE, token, path=lms.browser.visit)
    answer = lms.browser.get("/module")
    assert answer.status_code == 401
    assert "Open the activity again" in answer.text


def test_the_hash_of_a_token_opens_nothing(lms):
    token = cookies_of(lms.launches())[VISIT_COOKIE].value
    lms.browser.set_cookie(VISIT_COOKIE, hash_of(token), path=lms.browser.visit)
    assert lms.browser.get("/module").status_code == 401


def test_an_address_does_not_stand_for_a_cookie(lms):
    token = cookies_of(lms.launches())[VISIT_COOKIE].value
    for key in (handle_of(token), token):
        assert lms.in_another_browser().browser.get(f"/visits/{key}/module").status_code == 401


def test_two_tabs_keep_apart_a_course_that_someone_leads_and_one_in_which_they_learn(lms):
    lms.launches({lti("roles"): [INSTRUCTOR]})
    leading = lms.browser.visit
    lms.launches({lti("context"): {"id": "12", "title": "Refresher"}})
    assert lms.browser.get("/people").status_code == 403
    assert "Induction" in lms.browser.get(f"{leading}/people").text


def test_a_visit_ends_after_a_working_day(lms, clock):
    lms.launches()
    clock.shift(43_199)
    assert lms.browser.get("/module").status_code == 200
    clock.shift(1)
    assert lms.browser.get("/module").status_code == 401


ANSWERS = {
    "a page": lambda lms: lms.browser.get("/module"),
    "a page for leaders": lambda lms: lms.browser.get("/people"),
    "no visit": lambda lms: lms.in_another_browser().browser.get("/"),
    "not found": lambda lms: lms.browser.get("/nowhere"),
    "wrong method": lambda lms: lms.browser.get("/lti/launch"),
    "login": lambda lms: lms.asks_to_log_in(),
    "refused login": lambda lms: lms.asks_to_log_in(iss="https://nobody.example"),
    "launch": lambda lms: lms.launches(),
    "refused launch": lambda lms: lms.launches(kid=None),
    "too large": lambda lms: lms.posts(id_token="x" * 200_000),
    "our keys": lambda lms: lms.browser.get("/lti/jwks"),
    "a picture": lambda lms: lms.browser.get("/static/mark.svg"),
}


@pytest.mark.parametrize("ask", ANSWERS.values(), ids=ANSWERS)
def test_every_answer_lets_the_lms_frame_us_and_no_one_else(lms, ask):
    lms.launches()
    with ask(lms) as answer:
        policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
        assert policy["frame-ancestors"].split() == ["'self'", "https://lms.example"]
        assert policy["default-src"] == "'none'"
        assert "X-Frame-Options" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ([INSTRUCTOR], 200),
        ([INSTRUCTOR, INSTITUTION_INSTRUCTOR], 200),
        ([LEARNER, INSTITUTION_INSTRUCTOR], 403),
        ([INSTITUTION_INSTRUCTOR], 403),
        ([], 403),
    ],
)
def test_who_leads_the_course_sees_its_people_and_no_one_else(lms, roles, status):
    assert_landed(lms.launches({lti("roles"): roles}))
    assert lms.browser.get("/people").status_code == status


def test_a_role_lost_in_the_lms_is_lost_here_at_the_next_launch(lms):
    lms.launches({lti("roles"): [INSTRUCTOR]})
    lms.launches({lti("roles"): [LEARNER]})
    assert lms.browser.get("/people").status_code == 403
