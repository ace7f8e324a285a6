"""A message gets in once, in the browser that asked for it, from the LMS that was asked, to an address of ours."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.services import service
from lti.errors import (
    BAD_SIGNATURE,
    FOREIGN_TARGET,
    INCOMPLETE,
    NOT_REGISTERED,
    OPENED_BEFORE,
    REFUSED_BY_LMS,
    UNKNOWN_DEPLOYMENT,
)
from lti.models import Deployment, Visit
from lti.registration.registrar import Registrar
from lti.visits.cookies import LOGIN_COOKIE_PREFIX
from tests.support.lms.double import TARGET, Lms, lti
from tests.support.lms.outcomes import assert_held, assert_landed, assert_no_trace, assert_refused, count_of
from tests.support.lms.signing import key_called, published


@pytest.fixture
def other_client(app, network):
    """Another registration in the same LMS, as Canvas has many under one issuer."""
    return Lms(app, network, client_id="client-2")


# Once, and in the browser that asked for it


def test_a_message_that_is_sent_again_is_refused(lms):
    asked = lms.begins_login()
    token = lms.signs(lms.message(asked))
    assert_landed(lms.posts(state=asked.state, id_token=token))
    assert_refused(lms.posts(state=asked.state, id_token=token), OPENED_BEFORE)


def test_a_used_message_is_refused_though_the_browser_kept_its_cookie(lms):
    asked = lms.begins_login()
    assert_landed(lms.answers(asked))
    lms.browser.set_cookie(LOGIN_COOKIE_PREFIX + asked.state, "1", path="/lti/")
    assert_refused(lms.answers(asked), OPENED_BEFORE)


def test_of_one_message_sent_twice_at_the_same_moment_one_gets_in(lms, database):
    asked = lms.begins_login()
    form = {"state": asked.state, "id_token": lms.signs(lms.message(asked))}
    calls = service(Registrar, lms.app)._calls

    def answer_when_both_wait(_request):
        for _ in range(1_000):
            if calls._waiting == 2:
                break
            time.sleep(0.01)
        return 200, {}, json.dumps(published({lms.kid: lms.key}))

    lms.answers_for_keys(callback=answer_when_both_wait)
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda _: lms.posts(**form), range(2)))
    assert sorted(answer.status_code for answer in answers) == [303, OPENED_BEFORE.status]
    with database.reading() as session:
        assert count_of(session, Visit) == 1


def test_the_state_of_one_login_does_not_go_with_the_nonce_of_another(lms, database):
    first, second = lms.begins_login(), lms.begins_login()
    token = lms.signs(lms.message(second))
    assert_refused(lms.posts(state=first.state, id_token=token), OPENED_BEFORE)
    assert_no_trace(database)


def test_two_logins_side_by_side_in_one_browser_both_land(lms):
    first, second = lms.begins_login(), lms.begins_login()
    assert_landed(lms.answers(second))
    assert_landed(lms.answers(first))


def test_a_message_refused_leaves_its_login_open_for_the_right_one(lms):
    asked = lms.begins_login()
    assert_refused(lms.answers(asked, key=key_called("a stranger's")), BAD_SIGNATURE)
    assert_landed(lms.answers(asked))


def test_a_login_of_another_browser_opens_nothing_by_itself(lms, database):
    asked = lms.begins_login()
    assert_held(lms.in_another_browser().answers(asked))
    assert_no_trace(database)


def test_a_cookie_of_another_login_does_not_serve(lms, database):
    asked = lms.begins_login()
    other = lms.in_another_browser()
    other.begins_login()
    assert_held(other.answers(asked))
    assert_no_trace(database)


@pytest.mark.parametrize("state", [None, "", "state-made-up", "x" * 1_000, "\x00", "state-\N{SNOWMAN}"])
def test_a_state_that_we_did_not_give_is_refused(lms, state):
    token = lms.signs(lms.message(lms.begins_login()))
    assert_refused(lms.posts(state=state, id_token=token), OPENED_BEFORE)


def test_a_login_ends_after_its_time(lms, clock):
    asked = lms.begins_login()
    clock.shift(599)
    assert_landed(lms.answers(asked))
    late = lms.begins_login()
    clock.shift(600)
    assert_refused(lms.answers(late), OPENED_BEFORE)


@pytest.mark.parametrize("error", ["login_required", "launch_no_longer_valid", "made up\nby nobody " * 100])
def test_an_lms_that_refuses_the_login_is_told_of(lms, database, error):
    asked = lms.begins_login()
    assert_refused(lms.posts(state=asked.state, error=error, error_description="Log in first."), REFUSED_BY_LMS)
    assert_no_trace(database)


# From the LMS that was asked, for us


def test_a_message_for_one_client_does_not_answer_the_login_of_another(lms, other_client, database):
    asked = lms.begins_login()
    token = other_client.signs(other_client.message(asked))
    assert_refused(lms.posts(state=asked.state, id_token=token), NOT_REGISTERED)
    assert_no_trace(database)


def test_two_clients_of_one_issuer_both_land(lms, other_client):
    assert_landed(lms.launches())
    assert_landed(other_client.launches())


def test_a_login_without_client_id_is_refused_where_the_issuer_has_two(lms, other_client):
    assert_refused(lms.asks_to_log_in(client_id=None), NOT_REGISTERED)


def test_a_login_without_client_id_lands_where_the_issuer_has_one(lms):
    assert_landed(lms.answers(lms.begins_login(client_id=None)))


@pytest.mark.parametrize("changes", [{"iss": "https://nobody.example"}, {"iss": None}, {"client_id": "nobody"}])
def test_a_login_from_an_unknown_lms_is_refused(lms, changes):
    assert_refused(lms.asks_to_log_in(**changes), NOT_REGISTERED)


def test_a_login_may_come_by_get(lms):
    query = {"iss": lms.issuer, "client_id": lms.client_id, "login_hint": "5", "target_link_uri": TARGET}
    answer = lms.browser.get("/lti/login", query_string=query)
    assert answer.location.startswith("https://lms.example/auth?scope=openid&")


def test_a_login_without_a_hint_is_refused(lms):
    assert_refused(lms.asks_to_log_in(login_hint=None), INCOMPLETE)


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"iss": "https://other.example"}, NOT_REGISTERED),
        ({"iss": None}, INCOMPLETE),
        ({"iss": ["https://lms.example"]}, NOT_REGISTERED),
        ({"aud": None}, NOT_REGISTERED),
        ({"aud": []}, NOT_REGISTERED),
        ({"aud": "client-2"}, NOT_REGISTERED),
        ({"aud": ["client-1", "other"]}, NOT_REGISTERED),
        ({"aud": ["other", "client-1"]}, NOT_REGISTERED),
        ({"aud": {"client-1": 1}}, NOT_REGISTERED),
        ({"azp": "client-2"}, NOT_REGISTERED),
    ],
    ids=str,
)
def test_a_message_for_someone_else_is_refused(lms, database, changes, trouble):
    assert_refused(lms.launches(changes), trouble)
    assert_no_trace(database)


@pytest.mark.parametrize("changes", [{"aud": ["client-1"]}, {"azp": "client-1"}], ids=str)
def test_a_message_for_us_alone_lands(lms, changes):
    assert_landed(lms.launches(changes))


def test_an_unknown_deployment_is_refused(lms, database):
    assert_refused(lms.launches({lti("deployment_id"): "made-up"}), UNKNOWN_DEPLOYMENT)
    assert_no_trace(database)


def test_a_deployment_of_another_platform_is_refused(lms, other_client):
    other_client.register(deployment_ids=("2",))
    assert_refused(lms.launches({lti("deployment_id"): "2"}), UNKNOWN_DEPLOYMENT)


def test_an_unknown_deployment_is_taken_in_where_the_platform_takes_new_ones(lms, database):
    lms.register(takes_new_deployments=True)
    assert_landed(lms.launches({lti("deployment_id"): "new"}))
    assert_landed(lms.launches({lti("deployment_id"): "new"}))
    with database.reading() as session:
        assert count_of(session, Deployment) == 2


# To an address of ours

FOREIGN = [
    "https://evil.example/lti/launch",
    "https://localhost/lti/launch",
    "http://localhost:81/lti/launch",
    "http://localhost.evil.example/",
    "http://localhost@evil.example/",
    "//localhost/lti/launch",
    "http://[localhost/",
    "http://localhost/" + "x" * 1_000,
    "javascript:alert(1)",
    "",
    None,
]


@pytest.mark.parametrize("target", FOREIGN)
def test_a_login_for_a_foreign_address_is_refused(lms, target):
    assert_refused(lms.asks_to_log_in(target_link_uri=target), FOREIGN_TARGET)


@pytest.mark.parametrize("target", ["https://evil.example/", "http://localhost/elsewhere", "http://[localhost/"])
def test_a_message_for_another_address_than_its_login_is_refused(lms, database, target):
    assert_refused(lms.launches({lti("target_link_uri"): target}), FOREIGN_TARGET)
    assert_no_trace(database)


def test_a_message_without_an_address_is_refused(lms):
    assert_refused(lms.launches({lti("target_link_uri"): None}), INCOMPLETE)


def test_a_long_address_of_ours_lands(lms):
    target = f"{TARGET}?module={'x' * 500}"
    asked = lms.begins_login(target_link_uri=target)
    assert_landed(lms.answers(asked, {lti("target_link_uri"): target}))
