"""Addresses that cannot be used: told where they come in, and harmless to everyone else where they are kept already."""

from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import select

import lti.registration.errors as errors
from core.domain.tolerant import web_address
from db import utcnow
from lti.domain.platform_facts import Facts, problems_of
from lti.errors import INCOMPLETE
from lti.models import Platform, Visit
from tests.support.lms.content_dialog import asks_for_content
from tests.support.lms.double import lti
from tests.support.lms.outcomes import assert_landed, assert_refused

# What an address means is the same on every database.
pytestmark = pytest.mark.databases("sqlite")

IMPOSSIBLE = [
    "https://moodle.example:84433",
    "https://moodle.example:0",
    "https://moodle.example:",
    "https://moodle..example",
    "https://.moodle.example",
    f"https://{'m' * 64}.example",
    f"https://{'m.' * 130}example",
    "https://[::1::2]",
    "https://[2001:db8::1",
    "https://moodle.example\\@evil.example",
    "https://teacher:secret@moodle.example",
    "https://moodle .example",
    "https://moodle.example/a\nSet-Cookie: a",
    "https://schüle.example",
    "https://moodle。example",
    "https:///lti",
    "https:moodle.example",
    "ftp://moodle.example",
    "moodle.example",
    "",
]
POSSIBLE = [
    "https://moodle.example",
    "https://moodle.example.",
    "https://moodle.example:65535/moodle/",
    "https://xn--schle-mva.example/mod/lti/auth.php?id=1",
    "https://lms_test.example",
    "https://[2606:2800:220:1::1]:8443/lti",
    "http://localhost:8001",
]
FACTS = Facts(
    "invictus", "Moodle", "https://moodle.example", "client-1", *(f"https://moodle.example/{n}" for n in "abc")
)


@pytest.fixture
def say(app):
    """Give a command of the tool, and return what it says."""

    def said(*words: str, fails: bool = False) -> str:
        answer = app.test_cli_runner().invoke(args=["lti", *words])
        assert (answer.exit_code != 0) is fails, answer.output
        assert "Traceback" not in answer.output
        return answer.output

    return said


def options(**changes: str) -> list[str]:
    """Return the options that enter an LMS by hand."""
    given = {
        "trust": "invictus",
        "name": "Our Moodle",
        "issuer": "https://moodle.example",
        "client-id": "client-7",
        "auth-login-url": "https://moodle.example/auth",
        "token-url": "https://moodle.example/token",
        "jwks-url": "https://moodle.example/jwks",
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    return [word for name, value in given.items() for word in (f"--{name}", value)]


@pytest.mark.parametrize("address", IMPOSSIBLE)
def test_an_address_that_leads_nowhere_counts_as_not_sent(address):
    assert web_address(address) is None


@pytest.mark.parametrize("address", POSSIBLE)
def test_an_address_that_leads_somewhere_is_taken_as_it_is(address):
    assert web_address(address) == address


@pytest.mark.parametrize("address", [*IMPOSSIBLE, "https://moodle.example#top", "https://moodle.example?a=1", " x"])
def test_an_issuer_that_cannot_be_one_is_refused_with_words_and_nothing_is_kept(say, database, address):
    said = say("add-platform", *options(issuer=address), fails=True)
    assert said.startswith("Error: issuer: “")
    with database.reading() as session:
        assert session.scalars(select(Platform)).all() == []


@pytest.mark.parametrize("name", ["auth_login_url", "token_url", "jwks_url"])
@pytest.mark.parametrize("address", [*IMPOSSIBLE, "https://moodle.example/jwks#a"])
def test_every_address_of_an_lms_is_checked_where_it_is_entered(say, name, address):
    assert f"{name.replace('_', '-')}: “" in say("add-platform", *options(**{name: address}), fails=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "x" * 201}, "name: longer than 200 characters"),
        ({"name": " "}, "name: “ ” is empty"),
        ({"client_id": "x" * 256}, "client-id: longer than 255"),
        ({"client_id": "client-1 "}, "client-id: “client-1 ” is empty, or begins or ends with a space"),
        ({"client_id": "a\nb"}, "client-id: “a?b” has characters that cannot be stored"),
        ({"deployment_id": "x" * 256}, "deployment-id: longer than 255"),
        ({"family": "x" * 51}, "family: longer than 50"),
        ({"token_audience": "x" * 1001}, "token-audience: longer than 1000"),
        ({"framed_by": "https://canvas.example:84433"}, "is not a web address that can be used"),
    ],
)
def test_what_no_table_could_hold_is_refused_with_words(say, changes, words):
    assert words in say("add-platform", *options(**changes), fails=True)


def test_a_deployment_that_no_table_could_hold_is_refused(say, lms):
    assert "longer than 255" in say("deployments", "1", "--add", "x" * 256, fails=True)


def test_facts_that_can_be_used_have_no_problems():
    assert problems_of(FACTS) == []
    assert problems_of(replace(FACTS, issuer="http://localhost:8001", deployment_ids=("1", "7:abc"))) == []


@pytest.fixture
def kept_before(database):
    """An LMS that was entered before anything was checked."""
    addresses = dict.fromkeys(("issuer", "auth_login_url", "token_url", "jwks_url"), "https://moodle.example:84433")
    with database.transaction() as session:
        session.add(Platform(name="Old", trust="invictus", client_id="old", created_at=utcnow(), **addresses))


@pytest.mark.usefixtures("kept_before")
def test_an_lms_that_cannot_be_used_keeps_no_one_else_from_the_training(lms):
    assert_landed(lms.launches())
    page = lms.browser.get("/module")
    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'self' https://lms.example")
    assert lms.in_another_browser().browser.get("/nowhere").status_code == 404


@pytest.mark.usefixtures("kept_before")
def test_the_list_of_lmss_says_which_one_cannot_be_used_and_what_to_do(say):
    said = say("platforms")
    assert "trouble" in said and "issuer: “https://moodle.example:84433” is not a web address" in said
    assert "lti remove-platform" in said


@pytest.mark.parametrize("address", [each for each in IMPOSSIBLE if each])
def test_a_page_that_is_asked_to_look_at_an_impossible_lms_says_so(newcomer, address):
    answer = newcomer.opens(newcomer.invite(), openid_configuration=address)
    assert answer.status_code == 400
    assert errors.ADDRESS_REFUSED.heading in unescape(answer.text)


@pytest.mark.parametrize("name", ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_an_lms_that_describes_itself_with_an_impossible_port_is_not_connected(newcomer, name):
    newcomer.describes_itself(**{name: "https://newcomer.example:84433/"})
    answer = newcomer.opens(newcomer.invite())
    assert answer.status_code == errors.NO_DESCRIPTION.status
    assert f"{name} is missing or is no web address" in unescape(answer.text)


def test_a_client_id_that_cannot_be_kept_connects_nothing(newcomer, database):
    newcomer.answers(client_id="client\n7")
    answer = newcomer.connects()
    assert answer.status_code == errors.ODD_ANSWER.status
    assert "has characters that cannot be stored" in unescape(answer.text)
    with database.reading() as session:
        assert session.scalars(select(Platform)).all() == []


@pytest.mark.parametrize("address", IMPOSSIBLE)
def test_a_launch_that_names_an_impossible_way_back_opens_without_one(lms, database, address):
    assert_landed(lms.launches({lti("launch_presentation"): {"return_url": address}}))
    assert "Back to the course" not in lms.browser.get("/module").text
    with database.reading() as session:
        assert session.scalars(select(Visit.return_url)).one() is None


def test_content_cannot_be_chosen_for_an_impossible_address(lms):
    assert_refused(lms.launches(asks_for_content({"deep_link_return_url": "https://lms.example:84433/"})), INCOMPLETE)
