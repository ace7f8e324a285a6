"""Where pylti1p3 falls short with keys, tokens and services, and we do not; the bare library comes first in each test.

What it lets through in a launch stands in test_pylti1p3_holes.py.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from pylti1p3.contrib.flask import (
    FlaskCacheDataStorage,
    FlaskCookieService,
    FlaskMessageLaunch,
    FlaskOIDCLogin,
    FlaskRequest,
    FlaskSessionService,
)
from pylti1p3.names_roles import NamesRolesProvisioningService
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector
from pylti1p3.tool_config import ToolConfDict

from core.http import http_client
from lti.adapter import OnePlatform
from lti.domain.scopes import ROSTER
from lti.keys import key_set, private_key, rotate_key, signing_key
from lti.models import Course, Platform
from lti.services.connector import Connector
from lti.services.roster import RosterReader
from lti.services.tokens import Tokens
from tests.lti.launch.test_pylti1p3_holes import BareTool
from tests.support.factories import add_activity, add_platform
from tests.support.lms.double import Lms
from tests.support.lms.outcomes import assert_landed
from tests.support.lms.services import Services, listed

TOKEN_URL, MEMBERS_URL = "https://lms.example/token", "https://lms.example/members"


class Cache:
    """What the library calls a cache, kept in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    def get(self, key: str) -> object:
        return self.kept.get(key)

    def set(self, key: str, value: object, exp: int | None = None) -> None:
        self.kept[key] = value


class Connectors:
    """Connectors to the services of an LMS: the bare library's, and ours."""

    def __init__(self, database, settings, network) -> None:
        with database.transaction() as session:
            self.platform: Platform = add_platform(session)
        self.session, self.settings, self.lms = database.reading(), settings, Services(network)
        self.tokens = Tokens(database, settings)

    def bare(self) -> ServiceConnector:
        return ServiceConnector(bare_registration(self.session))

    def ours(self) -> Connector:
        return Connector(self.session, self.platform, self.tokens, http_client(self.settings), self.settings)

    def calls(self) -> int:
        """How many tokens have been asked for so far."""
        return self.lms.asked["token"]


def bare_registration(session) -> Registration:
    pem = signing_key(session, datetime.now(UTC)).private_pem.decode()
    registration = Registration().set_issuer("https://lms.example").set_client_id("client-1")
    return registration.set_auth_token_url(TOKEN_URL).set_tool_private_key(pem)


@pytest.fixture
def connectors(database, settings, network) -> Iterator[Connectors]:
    connectors = Connectors(database, settings, network)
    yield connectors
    connectors.session.close()


def bare_launch(lms: Lms, cache: Cache) -> FlaskMessageLaunch:
    """A launch of the bare library, which keeps keys in a cache."""
    request = FlaskRequest({}, {}, {}, request_is_secure=True)
    cookies, sessions = FlaskCookieService(request), FlaskSessionService(request)
    launch = FlaskMessageLaunch(request, BareTool(lms).config, sessions, cookies)
    return launch.set_public_key_caching(FlaskCacheDataStorage(cache)) or launch


def begun_by_the_library(lms: Lms, cache: Cache) -> str:
    """Let the bare library begin a login in a browser without cookies; the session that its cookie names."""
    form = {"iss": lms.issuer, "login_hint": "5", "target_link_uri": "http://localhost/lti/launch"}
    request = FlaskRequest({}, {}, form, request_is_secure=True)
    cookies, storage = FlaskCookieService(request), FlaskCacheDataStorage(cache)
    login = FlaskOIDCLogin(request, BareTool(lms).config, FlaskSessionService(request), cookies)
    login.set_launch_data_storage(storage).get_redirect_object("http://localhost/lti/launch")
    return cookies._cookie_data_to_set[f"lti1p3-{storage.get_session_cookie_name()}"]["value"]


def test_of_two_first_launches_side_by_side_the_bare_library_forgets_one_and_we_neither(lms):
    first, second = (begun_by_the_library(lms, Cache()) for _ in range(2))
    assert first != second, "each login has a session of its own, and the later cookie hides the earlier"

    ours = lms.begins_login(), lms.begins_login()
    assert_landed(lms.answers(ours[1]))
    assert_landed(lms.answers(ours[0]))


def test_a_failed_answer_for_keys_is_kept_by_the_bare_library_and_not_by_us(lms, clock):
    lms.answers_for_keys(status=500, json={"error": "busy"})
    cache = Cache()
    bare_launch(lms, cache).fetch_public_key(lms.jwks_url)
    assert list(cache.kept.values()) == [{"error": "busy"}]

    lms.launches()
    lms.publishes({lms.kid: lms.key})
    clock.shift(11)
    assert_landed(lms.launches())


def test_a_new_key_is_never_found_by_the_bare_library_while_it_keeps_the_old_and_by_us_at_once(lms, clock):
    bare = bare_launch(lms, Cache())
    before = bare.fetch_public_key(lms.jwks_url)
    assert_landed(lms.launches())
    lms.kid = "rotated"
    lms.publishes({lms.kid: lms.key})
    assert bare.fetch_public_key(lms.jwks_url) == before

    clock.shift(61)
    assert_landed(lms.launches())


def test_the_bare_library_asks_for_a_token_with_each_connector_and_we_once(connectors):
    for _ in range(3):
        connectors.bare().get_access_token([ROSTER])
    by_the_library = connectors.calls()
    for _ in range(3):
        connectors.ours().get_access_token([ROSTER])
    assert (by_the_library, connectors.calls() - by_the_library) == (3, 1)


def test_the_bare_library_never_looks_at_when_a_token_ends_and_we_do(connectors, clock):
    connectors.lms.odd["token"] = listed({"access_token": "a token", "expires_in": 30})
    bare = connectors.bare()
    for _ in range(2):
        bare.get_access_token([ROSTER])
    by_the_library = connectors.calls()
    for _ in range(2):
        connectors.ours().get_access_token([ROSTER])
        clock.shift(25)
    assert (by_the_library, connectors.calls() - by_the_library) == (1, 2)


def test_the_bare_library_calls_without_a_time_limit_and_we_never_do(connectors):
    connectors.bare().get_access_token([ROSTER])
    assert connectors.lms.all_got("token")[-1].req_kwargs["timeout"] is None
    connectors.ours().get_access_token([ROSTER])
    assert connectors.lms.all_got("token")[-1].req_kwargs["timeout"]


def test_the_bare_library_lowers_the_case_of_the_next_page_and_we_follow_it_as_given(database, settings, network):
    services, next_page = Services(network), f"{MEMBERS_URL}?page=bookmark:WzBd"
    services.odd["members"] = {
        MEMBERS_URL: listed({"members": []}, Link=f'<{next_page}>; rel="next"'),
        next_page: listed({"members": [{"user_id": "5", "roles": ["Learner"]}]}),
    }
    with database.transaction() as session:
        activity = add_activity(session, add_platform(session))
        course = session.get_one(Course, activity.course_id)
        course.roster_url = MEMBERS_URL
        connector = ServiceConnector(bare_registration(session))
    bare = NamesRolesProvisioningService(connector, {"context_memberships_url": MEMBERS_URL})
    assert bare.get_members_page()[1] == next_page.lower()

    RosterReader(database, settings).read(course.id)
    assert next_page in [request.url for request in services.all_got("members")]


def test_the_bare_library_shares_what_it_knows_of_issuers_and_we_do_not(connectors):
    issuer = connectors.platform.issuer
    client = {"client_id": "client-1", "deployment_ids": ["1"], "auth_token_url": TOKEN_URL, "key_set": {"keys": []}}
    client |= {"auth_login_url": "https://lms.example/auth", "key_set_url": "https://lms.example/jwks"}
    many = ToolConfDict({issuer: [client | {"default": True}, client | {"client_id": "client-2"}]})
    assert many.check_iss_has_many_clients(issuer)
    ToolConfDict({issuer: client})
    assert not many.check_iss_has_many_clients(issuer), "a second configuration has changed the first"
    assert OnePlatform(connectors.platform).check_iss_has_many_clients(issuer)


def test_the_bare_library_publishes_one_key_and_we_the_next_beside_it(session, settings):
    now = datetime.now(UTC)
    bare = Registration()
    for _ in range(2):
        key = private_key(rotate_key(session, settings, now), settings).public_key()
        formats = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        bare.set_tool_public_key(key.public_bytes(*formats).decode())
    assert len(bare.get_jwks()) == 1
    assert len(key_set(session, settings)["keys"]) == 2


def test_the_bare_library_reads_our_key_anew_for_each_signature_and_we_once(connectors):
    assert isinstance(bare_registration(connectors.session).get_tool_private_key(), str)
    key = signing_key(connectors.session, datetime.now(UTC))
    assert private_key(key, connectors.settings) is private_key(key, connectors.settings)


def test_the_bare_library_keeps_the_whole_message_in_the_browser_and_we_a_token_alone(lms):
    tool = BareTool(lms)
    asked = tool.begin_login("1")
    tool.takes(lms.signs(lms.message(asked)), asked.state)
    assert "zoe@school.example" in str(tool.session)

    answer = lms.launches()
    assert "zoe@school.example" not in str(answer.headers)
