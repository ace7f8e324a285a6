"""A connection that does not come about: clear words, an invite as good as before, and nothing kept."""

from html import unescape

import pytest
import requests
from sqlalchemy import func, select

import lti.registration.errors as errors
from db import utcnow
from lti.domain.offer import TOOL
from lti.models import Invite, Platform
from lti.registration.invites import LONGEST_REGISTRATION, hold_invite
from tests.support.lms.fixtures import NEWCOMER
from tests.support.page_rules import problems_of


def assert_said(answer, trouble, said: str = "") -> None:
    """The page says what happened and what to do next, in words for an administrator."""
    words = unescape(answer.text)
    assert f"<strong>{trouble.code}</strong>" in words, words
    assert answer.status_code == trouble.status
    assert 400 <= answer.status_code < 500
    assert trouble.heading in words and trouble.happened in words
    assert all(part in words for part in trouble.advice.split("\n\n"))
    assert said in words
    assert "Traceback" not in words
    assert problems_of(answer.text) == []


def assert_nothing_kept(database) -> None:
    """No LMS is known, and every invite is as good as before."""
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Platform)) == 0
        touched = Invite.used_at.is_not(None) | Invite.busy_until.is_not(None)
        assert session.scalar(select(func.count()).select_from(Invite).where(touched)) == 0


@pytest.mark.parametrize("token", ["", "made-up", "x" * 4_000, "ä", "'; drop table invites; --"])
def test_an_invite_that_we_did_not_give_opens_nothing(newcomer, database, token):
    assert_said(newcomer.opens(token), errors.NO_INVITE)
    assert len(newcomer.network.calls) == 0
    assert_nothing_kept(database)


def test_the_hash_of_an_invite_opens_nothing(newcomer, database):
    newcomer.invite()
    with database.reading() as session:
        kept = session.scalars(select(Invite.token_hash)).one()
    assert_said(newcomer.opens(kept), errors.NO_INVITE)


def test_an_invite_runs_out(newcomer, clock):
    token = newcomer.invite(days=2)
    clock.shift(2 * 86_400 - 1)
    page = newcomer.opens(token)
    assert page.status_code == 200
    clock.shift(1)
    assert_said(newcomer.presses(page), errors.INVITE_EXPIRED)
    assert_said(newcomer.opens(token), errors.INVITE_EXPIRED)
    assert newcomer.asked_for == []


def test_an_invite_is_good_once(newcomer, clock):
    token = newcomer.invite()
    page = newcomer.opens(token)
    assert newcomer.presses(page).status_code == 200
    assert_said(newcomer.presses(page), errors.INVITE_USED, "It connected LMS at newcomer.example on 20 November 2026.")
    assert_said(newcomer.opens(token), errors.INVITE_USED)
    assert len(newcomer.asked_for) == 1


def test_a_second_press_waits_while_the_first_is_under_way(newcomer, database, clock):
    token = newcomer.invite()
    page = newcomer.opens(token)
    second = []

    def answer_slowly(request):
        second.append(newcomer.presses(page))
        return 200, {}, '{"client_id": "client-7"}'

    newcomer.answers_with(callback=answer_slowly)
    assert newcomer.presses(page).status_code == 200
    assert_said(second[0], errors.INVITE_BUSY)
    assert "Try again" in second[0].text
    assert len(newcomer.asked_for) == 1


def test_a_registration_whose_process_ended_can_be_begun_anew(newcomer, database, clock):
    token = newcomer.invite()
    page = newcomer.opens(token)
    with database.transaction() as session:
        hold_invite(session, token, utcnow())
    assert_said(newcomer.presses(page), errors.INVITE_BUSY)
    clock.shift(LONGEST_REGISTRATION)
    assert newcomer.presses(page).status_code == 200


def test_a_page_that_no_lms_opened_says_how_to_come(newcomer):
    token = newcomer.invite()
    assert_said(newcomer.browser.get(f"/lti/register?invite={token}"), errors.NOT_FROM_LMS)


@pytest.mark.parametrize("sent", ["two\r\nlines", "ümlaut", "x" * 4_001, "a b"])
def test_a_token_that_fits_no_header_is_refused(newcomer, sent):
    assert_said(newcomer.opens(newcomer.invite(), registration_token=sent), errors.NOT_FROM_LMS)
    assert len(newcomer.network.calls) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"csrf_token": ""},
        {"csrf_token": "made-up"},
        {"csrf_token": "ä"},
        {"registration_token": "token-2"},
        {"openid_configuration": f"{NEWCOMER}/another"},
    ],
)
def test_what_was_not_shown_is_not_connected_but_shown(newcomer, database, changes):
    newcomer.network.get(f"{NEWCOMER}/another", json=newcomer.configuration)
    answer = newcomer.presses(newcomer.opens(newcomer.invite()), **changes)
    assert answer.status_code == 200 and ">Connect</button>" in answer.text
    assert newcomer.asked_for == []
    assert_nothing_kept(database)


FOREIGN = [
    "http://newcomer.example/openid-configuration",
    "ftp://newcomer.example/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "newcomer.example",
    "https://newcomer.example/#part",
    "https://user@newcomer.example/",
    "https://10.0.0.5/",
    "https://[::ffff:192.168.1.1]/",
    "https://169.254.169.254/latest/meta-data/",
]


@pytest.mark.parametrize("address", FOREIGN)
def test_an_address_that_we_do_not_call_is_refused_with_words(newcomer, database, address):
    assert_said(newcomer.opens(newcomer.invite(), openid_configuration=address), errors.ADDRESS_REFUSED)
    assert len(newcomer.network.calls) == 0
    assert_nothing_kept(database)


ENDPOINTS = ["authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"]


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize("address", [FOREIGN[0], FOREIGN[5], *FOREIGN[7:]])
def test_every_address_that_an_lms_gives_is_held_to_the_same(newcomer, database, name, address):
    newcomer.describes_itself(**{name: address})
    assert_said(newcomer.opens(newcomer.invite()), errors.ADDRESS_REFUSED)
    assert_nothing_kept(database)


def test_an_lms_can_only_speak_for_itself(newcomer, database):
    newcomer.describes_itself(issuer="https://canvas.instructure.com")
    said = "It is about https://canvas.instructure.com, and was found on another server."
    assert_said(newcomer.opens(newcomer.invite()), errors.NO_DESCRIPTION, said)
    assert_nothing_kept(database)


SILENT = {
    "broken": {"status": 500},
    "busy": {"status": 429},
    "down": {"body": requests.ConnectionError("refused")},
    "slow": {"body": requests.ReadTimeout("ten seconds")},
    "badly certified": {"body": requests.exceptions.SSLError("self-signed")},
    "elsewhere": {"status": 302, "headers": {"Location": "https://newcomer.example/other"}},
    "too large": {"body": b"{}" + b" " * 262_144},
}
WRONG = {
    "refusing": {"status": 401, "json": {"error": "token"}},
    "a page": {"body": "<h1>Welcome</h1>"},
    "a list": {"json": []},
    "empty": {"json": {}},
    "nested deeply": {"body": "[" * 100_000},
    "no text": {"body": b"\xff\xfe\x00"},
}


@pytest.mark.parametrize("answer", SILENT.values(), ids=SILENT)
def test_an_lms_that_does_not_answer_is_told_of_and_can_be_tried_again(newcomer, database, answer):
    token = newcomer.invite()
    newcomer.says_of_itself(**answer)
    page = newcomer.opens(token)
    assert_said(page, errors.NO_ANSWER)
    assert "Try again" in page.text
    newcomer.describes_itself()
    assert newcomer.connects(token).status_code == 200


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_an_lms_that_does_not_describe_itself_is_told_of(newcomer, database, answer):
    newcomer.says_of_itself(**answer)
    assert_said(newcomer.opens(newcomer.invite()), errors.NO_DESCRIPTION)
    assert_nothing_kept(database)


def test_a_refusal_is_shown_in_the_lmss_words_and_the_invite_stays_good(newcomer, database):
    token = newcomer.invite()
    newcomer.answers_with(status=400, body="missing required attribute <b>jwks_uri</b>")
    said = "It answered with status 400: missing required attribute jwks_uri"
    assert_said(newcomer.connects(token), errors.REFUSED_BY_LMS, said)
    assert_nothing_kept(database)
    newcomer.answers()
    assert newcomer.connects(token).status_code == 200


MARKUP = '<img src=x onerror=alert(1)> & <<b>script>alert(1)</script> {{ 7 * 7 }} "quotes"'


@pytest.mark.parametrize("body", [MARKUP, f'{{"error": "{MARKUP.replace(chr(34), chr(39))}"}}'])
def test_markup_in_the_lmss_words_stays_text(newcomer, body):
    newcomer.answers_with(status=400, body=body)
    page = newcomer.connects()
    assert page.status_code == 424
    assert "<img src=x" not in page.text and "<script>alert" not in page.text and " 49 " not in page.text
    assert problems_of(page.text) == []


def test_markup_in_the_lmss_name_stays_text(newcomer):
    platform = {"https://canvas.instructure.com/lti/account_name": "<img src=x onerror=alert(1)>"}
    newcomer.describes_itself(**{"https://purl.imsglobal.org/spec/lti-platform-configuration": platform})
    token = newcomer.invite()
    for page in (newcomer.opens(token), newcomer.connects(token), newcomer.opens(token)):
        assert "<img src=x" not in page.text and "&lt;img src=x" in page.text
        assert problems_of(page.text) == []


ODD = {
    "no json": {"body": "Fine."},
    "a list": {"json": []},
    "no id": {"json": {"client_name": "Fit to Post"}},
    "an empty id": {"json": {"client_id": ""}},
    "nested deeply": {"body": "[" * 100_000},
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_an_answer_that_grants_nothing_is_told_of(newcomer, database, answer):
    newcomer.answers_with(**answer)
    assert_said(newcomer.connects(), errors.ODD_ANSWER)
    assert_nothing_kept(database)


@pytest.mark.parametrize("answer", SILENT.values(), ids=SILENT)
def test_a_registration_that_is_not_answered_is_told_of(newcomer, database, answer):
    if answer.get("body") == SILENT["too large"]["body"]:
        answer = {"body": b" " * 20_000_001}
    newcomer.answers_with(**answer)
    assert_said(newcomer.connects(), errors.NO_ANSWER)
    assert_nothing_kept(database)


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": None, TOOL: None},
        {"scope": 7, TOOL: "none"},
        {TOOL: {"deployment_id": {}, "messages": 7, "claims": {}}},
        {"redirect_uris": None, "extra": [1, 2, 3]},
    ],
)
def test_an_odd_answer_with_an_id_in_it_connects(newcomer, changes):
    newcomer.answers(**changes)
    assert newcomer.connects().status_code == 200


def test_the_client_of_one_trust_cannot_be_taken_over_with_the_invite_of_another(newcomer, database):
    newcomer.connects(newcomer.invite("invictus"))
    token = newcomer.invite("agora")
    assert_said(newcomer.connects(token), errors.OTHER_TRUST)
    with database.reading() as session:
        assert session.scalars(select(Platform.trust)).all() == ["invictus"]
        unused = select(func.count()).select_from(Invite).where(Invite.used_at.is_(None))
        assert session.scalar(unused) == 1


def test_a_large_form_is_refused_before_it_is_read(newcomer):
    assert newcomer.browser.post("/lti/register", data={"invite": "x" * 200_000}).status_code == 413


def test_no_secret_reaches_the_log(newcomer, caplog):
    with caplog.at_level("DEBUG"):
        token = newcomer.invite()
        newcomer.connects(token, registration_token="secret-of-the-lms")
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("lti"))
    assert "was connected by an invite" in ours
    assert token not in ours and "secret-of-the-lms" not in ours
