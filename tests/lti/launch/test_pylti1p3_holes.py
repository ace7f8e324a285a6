"""What pylti1p3 lets through or stumbles over, and we refuse: the reasons for the checks that we put around it.

Each test shows the bare library first. Where one fails there, the library has mended the hole.
"""

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pylti1p3.contrib.flask import FlaskCookieService, FlaskMessageLaunch, FlaskRequest, FlaskSessionService
from pylti1p3.exception import LtiException
from pylti1p3.roles import StaffRole
from pylti1p3.tool_config import ToolConfDict

from lti.domain.message import DEEP_LINKING
from lti.domain.roles import Role, role_from
from lti.errors import CLOCK, FOREIGN_TARGET, INCOMPLETE, NOT_REGISTERED, OPENED_BEFORE
from tests.support.lms.content_dialog import answer_on, asks_for_content, opens_dialog, sends
from tests.support.lms.double import INSTITUTION_INSTRUCTOR, LEARNER, Asked, Lms, lti
from tests.support.lms.outcomes import assert_landed, assert_refused
from tests.support.lms.signing import published
from tests.support.visitor import Form


class BareTool:
    """A tool as the library's documentation builds it, for one browser; its LMS is known with these clients."""

    def __init__(self, lms: Lms, *client_ids: str) -> None:
        self.session: dict = {}
        self.config = ToolConfDict({lms.issuer: [self._client(lms, name) for name in client_ids or [lms.client_id]]})

    def _client(self, lms: Lms, client_id: str) -> dict:
        addresses = {"auth_login_url": f"{lms.issuer}/auth", "auth_token_url": f"{lms.issuer}/token"}
        keys = {"key_set": published({lms.kid: lms.key}), "key_set_url": lms.jwks_url}
        return {"client_id": client_id, "deployment_ids": ["1"], **addresses, **keys}

    def begin_login(self, name: str) -> Asked:
        """Remember a login under way, as the library does."""
        asked = Asked(state=f"state-{name}", nonce=f"nonce-{name}")
        FlaskSessionService(self._request({})).save_nonce(asked.nonce)
        return asked

    def takes(self, token: str, state: str) -> FlaskMessageLaunch:
        """Let the library check a launch; it raises what it finds wrong."""
        request = self._request({"id_token": token, "state": state})
        return FlaskMessageLaunch(
            request, self.config, FlaskSessionService(request), FlaskCookieService(request)
        ).validate()

    def _request(self, form: dict) -> FlaskRequest:
        cookies = {f"lti1p3-{form['state']}": form["state"]} if form else {}
        return FlaskRequest(cookies, self.session, form, request_is_secure=True)


def bare_launch(lms: Lms, changes: dict) -> FlaskMessageLaunch:
    """The bare library takes one message with these changes."""
    tool = BareTool(lms)
    asked = tool.begin_login("1")
    return tool.takes(lms.signs(lms.message(asked, changes)), asked.state)


TAKEN = {
    "no exp": ({"exp": None}, INCOMPLETE),
    "no iat": ({"iat": None}, INCOMPLETE),
    "made in 2023": ({"iat": 1_700_000_000}, CLOCK),
    "for others too": ({"aud": ["client-1", "other"]}, NOT_REGISTERED),
    "on behalf of another": ({"azp": "other"}, NOT_REGISTERED),
    "to a foreign address": ({lti("target_link_uri"): "https://evil.example/"}, FOREIGN_TARGET),
    "to no address": ({lti("target_link_uri"): None}, INCOMPLETE),
    "with a list for roles that is none": ({lti("roles"): LEARNER}, INCOMPLETE),
}


@pytest.mark.parametrize(("changes", "trouble"), TAKEN.values(), ids=TAKEN)
def test_the_bare_library_takes_a_message_that_we_refuse(lms, changes, trouble):
    bare_launch(lms, changes)
    assert_refused(lms.launches(changes), trouble)


STUMBLES = {
    "nobody's client": ({"aud": ["other", "client-1"]}, NOT_REGISTERED),
    "an empty audience": ({"aud": []}, NOT_REGISTERED),
    "an unknown issuer": ({"iss": "https://nobody.example"}, NOT_REGISTERED),
    "a resource link of text": ({lti("resource_link"): "101"}, INCOMPLETE),
}


@pytest.mark.parametrize(("changes", "trouble"), STUMBLES.values(), ids=STUMBLES)
def test_the_bare_library_stumbles_where_we_refuse_with_words(lms, changes, trouble):
    with pytest.raises(Exception) as stumbled:
        bare_launch(lms, changes)
    assert not isinstance(stumbled.value, LtiException)
    assert_refused(lms.launches(changes), trouble)


def test_the_bare_library_takes_a_message_twice(lms):
    tool = BareTool(lms)
    bare = tool.begin_login("1")
    token = lms.signs(lms.message(bare))
    tool.takes(token, bare.state)
    tool.takes(token, bare.state)

    ours = lms.begins_login()
    assert_landed(lms.answers(ours))
    assert_refused(lms.answers(ours), OPENED_BEFORE)


def test_the_bare_library_takes_the_nonce_of_one_login_with_the_state_of_another(lms):
    tool = BareTool(lms)
    first, second = tool.begin_login("1"), tool.begin_login("2")
    tool.takes(lms.signs(lms.message(second)), first.state)

    first, second = lms.begins_login(), lms.begins_login()
    assert_refused(lms.posts(state=first.state, id_token=lms.signs(lms.message(second))), OPENED_BEFORE)


def test_the_bare_library_takes_a_message_to_one_client_in_the_login_of_another(app, network, lms):
    other = Lms(app, network, client_id="client-2")
    tool = BareTool(lms, "client-1", "client-2")
    begun_by_first = tool.begin_login("1")
    tool.takes(other.signs(other.message(begun_by_first)), begun_by_first.state)

    asked = lms.begins_login()
    assert_refused(lms.posts(state=asked.state, id_token=other.signs(other.message(asked))), NOT_REGISTERED)


def test_the_bare_library_takes_a_learner_for_staff_who_teaches_elsewhere_in_the_institution():
    roles = [LEARNER, INSTITUTION_INSTRUCTOR]
    assert StaffRole({lti("roles"): roles}).check()
    assert role_from(roles) is Role.STAFF


def bare_answer(lms: Lms, settings: dict) -> str:
    """The page with which the bare library answers a request for content."""
    tool = BareTool(lms)
    asked = tool.begin_login("1")
    keys = lms.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for client in tool.config._config[lms.issuer]:
        tool.config.set_private_key(lms.issuer, keys, client["client_id"])
    launch = tool.takes(lms.signs(lms.message(asked, asks_for_content(settings))), asked.state)
    return launch.get_deep_link().output_response_form([])


def test_the_bare_library_sends_data_where_none_came(lms):
    token = Form(bare_answer(lms, {})).fields["JWT"]
    bare = jwt.decode(token, options={"verify_signature": False})
    assert bare[DEEP_LINKING + "data"] is None

    ours = answer_on(sends(lms.browser, opens_dialog(lms), "/choosing/cancel"), lms.browser)
    assert DEEP_LINKING + "data" not in ours.claims


def test_the_bare_library_writes_the_return_address_into_its_page_as_markup(lms):
    settings = {"deep_link_return_url": 'https://lms.example/return?"><script>alert(1)</script>'}
    assert "<script>alert(1)</script>" in bare_answer(lms, settings)

    ours = sends(lms.browser, opens_dialog(lms, settings), "/choosing/cancel")
    assert "<script>alert(1)</script>" not in ours.text
    assert answer_on(ours, lms.browser).address == settings["deep_link_return_url"]


def test_the_bare_library_takes_a_request_for_content_without_an_address_for_the_answer(lms):
    changes = asks_for_content({"deep_link_return_url": None})
    bare_launch(lms, changes)
    assert_refused(lms.launches(changes), INCOMPLETE)
