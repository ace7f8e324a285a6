"""The trouble that the practice LMS gives when it is told to, and the log that tells of it."""

from threading import BoundedSemaphore

import jwt
import pytest
import requests

from practice.app import create_practice_lms
from practice.failures import Failure
from practice.lms import EXTENSION
from practice.views import security, troubles
from tests.support.servers import Running, free_port

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


def test_keys_that_trickle_in_are_whole_in_the_end(tool, monkeypatch):
    keys, drops = tool.browser.get("/jwks").json, []
    monkeypatch.setattr(security.time, "sleep", drops.append)
    switch(tool, "keys-trickle")
    answer = tool.browser.get("/jwks")
    assert answer.json == keys
    assert sum(drops) == pytest.approx(30)
    assert answer.data.startswith(b" " * len(drops))


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


def test_hanging_call_is_let_go_when_the_switch_is_turned(tool, monkeypatch):
    monkeypatch.setattr(troubles.time, "sleep", lambda _seconds: switch(tool, "none"))
    switch(tool, "hang")
    assert tool.post_score().status_code == 503
    assert tool.grade()["writes"] == 0
    assert tool.post_score().status_code == 200


def test_hanging_call_is_let_go_after_a_while(tool, monkeypatch):
    monkeypatch.setattr(troubles, "LONGEST_HANG", 0)
    switch(tool, "hang")
    assert tool.post_score().status_code == 503


def test_only_a_few_calls_hang_at_a_time(tool, monkeypatch):
    monkeypatch.setattr(troubles, "HANGING", BoundedSemaphore(1))
    switch(tool, "hang")
    with troubles.HANGING:
        assert tool.post_score().status_code == 503


def test_broken_connection_leaves_the_grade_behind(tool, lms):
    switch(tool, "broken-after-write")
    score = {"Authorization": f"Bearer {tool.token()}", "Content-Type": "application/vnd.ims.lis.v1.score+json"}
    body = '{"userId": "5", "scoreGiven": 8, "scoreMaximum": 10, "timestamp": "2026-03-02T09:00:00Z", '
    body += '"activityProgress": "Completed", "gradingProgress": "FullyGraded"}'
    with Running(lms, free_port()) as running, pytest.raises(requests.ConnectionError):
        tool.network.add_passthru(running.url)
        address = f"{running.url}/courses/invictus/lineitems/201/lineitem/scores"
        requests.post(address, data=body, headers=score, timeout=10)
    assert tool.grade()["percent"] == 80


def test_used_up_calls_are_403_with_nothing_remaining(tool):
    token = tool.token()
    switch(tool, "calls-used-up")
    answer = tool.get("/courses/invictus/memberships", ROSTER, token)
    assert (answer.status_code, answer.headers["X-Rate-Limit-Remaining"]) == (403, "0.0")
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.parametrize(("mood", "status"), [("moodle", 400), ("canvas", 422)])
def test_no_one_can_be_graded(tool, mood, status):
    tool.browser.post("/mood", data={"mood": mood})
    switch(tool, "not-gradable")
    assert tool.post_score().status_code == status
    assert tool.get("/courses/invictus/memberships", ROSTER).status_code == 200
    assert tool.grade()["writes"] == 0


@pytest.mark.parametrize("mood", ["moodle", "canvas"])
def test_line_items_are_gone(tool, mood):
    tool.browser.post("/mood", data={"mood": mood})
    switch(tool, "gone")
    assert tool.post_score().status_code == 404
    assert tool.get("/courses/invictus/memberships", ROSTER).status_code == 200


def test_new_key_is_published_beside_the_one_before_it(tool):
    [before] = key_names(tool)
    switch(tool, "key-rotated")
    assert key_names(tool)[1:] == [before]
    assert jwt.get_unverified_header(tool.token())["kid"] == key_names(tool)[0]


def test_token_outlives_the_key_that_signed_it_by_one_key(tool):
    token = tool.token()
    switch(tool, "key-rotated")
    assert tool.post_score(token).status_code == 200
    switch(tool, "key-rotated")
    assert tool.post_score(token).status_code == 401


def test_new_key_leaves_the_switch_as_it_is_and_survives_a_restart(tool, database):
    switch(tool, "unavailable")
    switch(tool, "key-rotated")
    again = create_practice_lms(database=database)
    assert again.test_client().get("/jwks").json == tool.browser.get("/jwks").json
    again.extensions[EXTENSION].engine.dispose()
    assert 'value="unavailable" checked' in tool.browser.get("/log").text


@pytest.mark.parametrize("failure", list(Failure))
def test_every_trouble_has_a_button_with_words(tool, failure):
    page = tool.browser.get("/log").text
    assert f'value="{failure.value}"' in page
    assert failure.label in page


def key_names(tool):
    return [key["kid"] for key in tool.browser.get("/jwks").json["keys"]]
