"""The trouble that the practice LMS gives when it is told to, and the log that tells of it."""

import pytest

from lti.practice.app import create_practice_lms
from lti.practice.lms import EXTENSION
from lti.practice.views import troubles

ROSTER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def switch(tool, failure):
    assert tool.browser.post("/failures", data={"failure": failure}).status_code == 303


def calls(tool):
    return tool.browser.get("/log.json").json["calls"]


def test_unavailable_is_503_for_services_and_tokens(tool):
    token = tool.token()
    switch(tool, "unavailable")
    assert tool.post_score(token).status_code == 503
    assert tool.ask_token().status_code == 503
    assert tool.grade()["writes"] == 0


def test_throttled_says_when_to_come_again(tool):
    switch(tool, "throttled")
    answer = tool.post_score()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")


def test_slow_takes_its_time_and_then_answers(tool, monkeypatch):
    slept = []
    monkeypatch.setattr(troubles.time, "sleep", slept.append)
    switch(tool, "slow")
    assert tool.post_score().status_code == 200
    assert slept == [2.0]


def test_lost_answer_leaves_the_grade_behind(tool):
    switch(tool, "lost-answer")
    assert tool.post_score().status_code == 500
    assert tool.grade()["percent"] == 80
    assert tool.post_score().status_code == 409


def test_lost_answer_spares_what_is_only_read(tool):
    switch(tool, "lost-answer")
    assert tool.get("/courses/invictus/memberships", ROSTER).status_code == 200


def test_refused_token_is_401_until_a_new_one_is_fetched(tool):
    token = tool.token()
    switch(tool, "token-refused")
    assert tool.post_score(token).status_code == 401
    assert tool.post_score(tool.token()).status_code == 200


def test_trouble_ends_when_it_is_switched_off(tool):
    switch(tool, "unavailable")
    switch(tool, "none")
    assert tool.post_score().status_code == 200


def test_unknown_trouble_is_refused(tool):
    assert tool.browser.post("/failures", data={"failure": "earthquake"}).status_code == 400


def test_log_tells_what_was_asked_and_answered(tool):
    tool.post_score()
    token, score = calls(tool)
    assert (token["path"], token["status"]) == ("/token", 200)
    assert score == {
        "at": "2026-03-02T09:00:00+00:00",
        "method": "POST",
        "path": "/courses/invictus/lineitems/201/lineitem/scores?type_id=1",
        "caller": "practice-invictus",
        "status": 200,
        "words": "Grade of Zoë Fairweather: 80%",
    }


@pytest.mark.parametrize("change", [{}, {"userId": "999"}, {"token": "forged"}])
def test_log_keeps_no_token(tool, change):
    token = tool.token()
    tool.post_score(**{"token": token, **change})
    assert token not in tool.browser.get("/log.json").text
    assert "forged" not in tool.browser.get("/log.json").text


def test_switch_survives_a_restart(tool, database):
    switch(tool, "unavailable")
    again = create_practice_lms(database=database)
    page = again.test_client().get("/log").text
    again.extensions[EXTENSION].engine.dispose()
    assert 'value="unavailable" checked' in page
