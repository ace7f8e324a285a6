"""Refusals that an administrator meets name the setting or command that helps; everyone else reads plain words."""

import logging
import re
import shlex
from dataclasses import replace
from html import unescape

import pytest
import requests
from flask.testing import FlaskCliRunner

import lti.errors
import lti.registration.errors
from config import FIELDS, Settings
from core.domain.trouble import Trouble
from core.http import AnswerTooLong, ForeignAddress, check_address, check_reach
from core.services import provide, service
from demo import register_practice
from lti.domain import delivery
from lti.services import troubleshooting as remedies
from lti.services.troubleshooting import remedy_for
from tests.support.lms.double import lti as claim
from tests.support.lms.outcomes import assert_landed
from tests.support.page_rules import problems_of

STRICT = Settings()
SUMMARY = "For the people who look after this training"


def folded_in(page) -> str:
    """Return the words for administrators, which the page shows when they are asked for."""
    found = re.search(rf"<details[^>]*>.*?{SUMMARY}.*?</summary>(.*?)</details>", page.text, re.DOTALL)
    assert found, page.text
    assert problems_of(page.text) == []
    return " ".join(re.sub("<[^>]+>", " ", unescape(found[1])).split())


def test_an_unknown_deployment_comes_with_the_command_that_lets_it_in(lms, app):
    refused = lms.launches({claim("deployment_id"): "14 b"})
    said = folded_in(refused)
    (command,) = re.findall(r"\./run flask (lti deployments \d+ --add '14 b')", said)
    runner: FlaskCliRunner = app.test_cli_runner()
    assert runner.invoke(args=shlex.split(command)).exit_code == 0
    assert_landed(lms.launches({claim("deployment_id"): "14 b"}))


def test_a_deployment_that_no_one_could_type_is_not_put_into_a_command(lms):
    said = folded_in(lms.launches({claim("deployment_id"): "14\x1b[2J"}))
    assert "--add ID" in said and "[2J" not in said


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ({"body": requests.exceptions.SSLError("self-signed")}, "CA_BUNDLE"),
        ({"body": requests.exceptions.ProxyError("no")}, "OUTGOING_PROXY"),
        ({"body": requests.ReadTimeout("slow")}, "HTTP_SECONDS"),
        ({"body": requests.ConnectionError("refused by 10.0.0.7")}, "OUTGOING_PROXY"),
        ({"body": "<h1>Welcome</h1>"}, "./run flask lti add-platform"),
        ({"status": 302, "headers": {"Location": "https://lms.example/other"}}, "./run flask lti"),
    ],
)
def test_keys_that_cannot_be_fetched_name_what_to_set(lms, caplog, answer, named):
    lms.answers_for_keys(**answer)
    with caplog.at_level(logging.WARNING):
        first, again = folded_in(lms.launches()), folded_in(lms.launches())
    assert named in first and again == first
    assert named in caplog.text and "10.0.0.7" not in first


def test_people_read_plain_words_and_find_the_setting_only_when_they_look_for_it(lms):
    lms.answers_for_keys(body=requests.exceptions.SSLError("self-signed"))
    page = lms.launches()
    shown = re.sub(r"<details.*?</details>", "", page.text, flags=re.DOTALL)
    assert "We could not reach your LMS" in shown and "CA_BUNDLE" not in shown
    assert "<details" in page.text and "<details open" not in page.text


@pytest.mark.parametrize(
    ("number", "named"),
    [("10.1.2.3", "PRIVATE_HOSTS"), ("fd00::7", "PRIVATE_HOSTS"), ("127.0.0.1", "ALLOW_LOOPBACK=yes")],
)
def test_an_address_that_we_do_not_call_comes_with_the_setting_that_lets_it_in(number, named):
    with pytest.raises(ForeignAddress) as refused:
        check_reach("moodle.school", [number], STRICT)
    assert named in str(refused.value) and named in remedy_for(refused.value)
    assert number not in str(refused.value)
    allowed = {"PRIVATE_HOSTS": {"private_hosts": "moodle.school"}, "ALLOW_LOOPBACK=yes": {"allow_loopback": True}}
    check_reach("moodle.school", [number], replace(STRICT, **allowed[named]))


def test_a_plain_address_is_told_of_https_and_of_the_setting_for_trials():
    with pytest.raises(ForeignAddress, match="must begin with https://") as refused:
        check_address("http://localhost:8001/token", STRICT)
    assert "ALLOW_LOOPBACK=yes" in str(refused.value)


def test_an_lms_entered_by_hand_under_a_plain_address_names_the_setting(app):
    words = ["lti", "add-platform", "--trust", "invictus", "--name", "Ours", "--issuer", "http://localhost:8001"]
    words += ["--client-id", "1", "--auth-login-url", "http://localhost:8001/auth"]
    words += ["--token-url", "http://localhost:8001/token", "--jwks-url", "http://localhost:8001/jwks"]
    provide(app, replace(service(Settings, app), allow_loopback=False))
    answer = app.test_cli_runner().invoke(args=words)
    assert answer.exit_code != 0 and "ALLOW_LOOPBACK" in answer.output and "Traceback" not in answer.output


def test_the_practice_lms_is_not_registered_where_plain_addresses_are_not_called(app):
    provide(app, replace(service(Settings, app), allow_loopback=False))
    answer = app.test_cli_runner().invoke(register_practice)
    assert answer.exit_code == 1 and "ALLOW_LOOPBACK" in answer.output and answer.output.startswith("Error: ")


@pytest.mark.parametrize(
    ("verdict", "named"), [(delivery.BAD_CERTIFICATE, "CA_BUNDLE"), (delivery.NOT_CALLED, "PRIVATE_HOSTS")]
)
def test_a_grade_that_cannot_be_sent_names_the_setting(verdict, named):
    assert named in verdict.words


def texts() -> list[str]:
    """Return every remedy that the code has words for."""
    troubles = [
        thing
        for module in (lti.errors, lti.registration.errors)
        for thing in vars(module).values()
        if isinstance(thing, Trouble)
    ]
    errors = [requests.exceptions.SSLError(), requests.exceptions.ProxyError(), requests.Timeout(), AnswerTooLong()]
    errors += [requests.TooManyRedirects(), requests.ConnectionError(), ValueError()]
    return [f"{trouble.advice} {trouble.remedy}" for trouble in troubles] + [remedy_for(error) for error in errors]


@pytest.mark.parametrize("text", texts())
def test_settings_and_commands_that_remedies_name_are_there(app, text):
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", text)) | ({"THREADS"} & set(text.split()))
    assert named <= FIELDS.keys()
    for group, command in re.findall(r"\./run flask (\w+) ([a-z-]+)", text):
        assert command in app.cli.commands[group].commands, f"{group} {command}"
    for option in re.findall(r"(?<![\w-])--[a-z-]+", text):
        known = {name for each in app.cli.commands["lti"].commands.values() for one in each.params for name in one.opts}
        assert option in known, option


def test_no_two_remedies_of_failed_calls_are_the_same():
    said = [words for _, words in remedies._OF_KIND] + [remedies.NOT_USABLE]
    assert len(set(said)) == len(said)
