"""What an LMS says of itself: read as it comes, and believed only about its own server."""

import pytest

from lti.domain.configuration import CANVAS, PLATFORM, configuration_from, problems_of
from lti.domain.known_platforms import are_one, sites_that_show_us

FOUND_AT = "https://moodle.example/mod/lti/openid-configuration.php"
LEAST = {
    "issuer": "https://moodle.example",
    "authorization_endpoint": "https://moodle.example/mod/lti/auth.php",
    "token_endpoint": "https://moodle.example/mod/lti/token.php",
    "jwks_uri": "https://moodle.example/mod/lti/certs.php",
    "registration_endpoint": "https://moodle.example/mod/lti/openid-registration.php",
}

ONE = [
    ("https://moodle.example", "https://moodle.example/mod/lti/openid-configuration.php"),
    ("https://moodle.example/vle", "https://moodle.example/vle/mod/lti/openid-configuration.php"),
    ("https://Moodle.Example", "https://moodle.example:443/x"),
    ("https://moodle.example:8443", "https://moodle.example:8443/x"),
    ("http://localhost:8001", "http://localhost:8001/x"),
    ("https://canvas.instructure.com", "https://canvas.instructure.com/api/lti/security/openid-configuration"),
    ("https://canvas.instructure.com", "https://sso.canvaslms.com/api/lti/security/openid-configuration"),
    ("https://canvas.beta.instructure.com", "https://sso.beta.canvaslms.com/x"),
    ("https://canvas.test.instructure.com", "https://sso.test.canvaslms.com/x"),
]
TWO = [
    ("https://moodle.example", "https://elsewhere.example/x"),
    ("https://moodle.example", "https://moodle.example.elsewhere.example/x"),
    ("https://moodle.example", "https://www.moodle.example/x"),
    ("https://moodle.example", "https://moodle.example:8443/x"),
    ("https://moodle.example", "http://moodle.example/x"),
    ("http://localhost:8001", "http://localhost:8000/x"),
    ("https://canvas.instructure.com", "https://elsewhere.example/x"),
    ("https://canvas.instructure.com", "https://canvas.instructure.com.elsewhere.example/x"),
    ("https://canvas.instructure.com", "https://school.instructure.com/x"),
    ("https://canvas.instructure.com", "https://sso.beta.canvaslms.com/x"),
    ("https://canvas.instructure.com", "https://sso.canvaslms.com:8443/x"),
    ("https://canvas.instructure.com", "http://sso.canvaslms.com/x"),
    ("https://school.example", "https://sso.canvaslms.com/x"),
]


@pytest.mark.parametrize(("issuer", "address"), ONE)
def test_an_lms_may_speak_for_its_own_server(issuer, address):
    assert are_one(issuer, address)


@pytest.mark.parametrize(("issuer", "address"), TWO)
def test_no_one_may_speak_for_anothers_server(issuer, address):
    assert not are_one(issuer, address)


def test_canvas_shows_us_from_the_sites_of_its_accounts():
    assert sites_that_show_us("https://canvas.instructure.com") == ("https://*.instructure.com",)
    assert sites_that_show_us("https://moodle.example") == ()


def test_the_least_that_an_lms_can_say_is_enough():
    assert problems_of(LEAST, FOUND_AT) == []
    told = configuration_from(LEAST)
    assert (told.issuer, told.keys_url) == (LEAST["issuer"], LEAST["jwks_uri"])
    assert (told.family, told.audience, told.messages) == (None, None, {})


def test_moodles_manner_of_naming_messages_is_understood():
    platform = {
        "product_family_code": "moodle",
        "version": "4.5.6",
        "messages_supported": ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"],
        "placements": ["AddContentMenu"],
        "variables": ["Context.id"],
    }
    told = configuration_from(LEAST | {PLATFORM: platform, "scopes_supported": ["openid"]})
    assert told.family == "moodle"
    assert told.messages == {
        "LtiResourceLinkRequest": ("AddContentMenu",),
        "LtiDeepLinkingRequest": ("AddContentMenu",),
    }


def test_canvass_manner_is_understood():
    platform = {
        "product_family_code": "canvas",
        "messages_supported": [{"type": "LtiResourceLinkRequest", "placements": ["course_navigation"]}],
        CANVAS + "account_name": "Oak Tree Trust",
    }
    told = configuration_from(LEAST | {PLATFORM: platform, "authorization_server": "sso.canvaslms.com"})
    assert (told.family, told.account) == ("canvas", "Oak Tree Trust")
    assert told.messages == {"LtiResourceLinkRequest": ("course_navigation",)}
    # Canvas names a bare host, and takes its token address alone.
    assert told.audience == f"sso.canvaslms.com {LEAST['token_endpoint']}"


def test_an_authorisation_server_that_is_an_address_is_the_audience():
    told = configuration_from(LEAST | {"authorization_server": "https://login.moodle.example"})
    assert told.audience == "https://login.moodle.example"


ODD_PARTS = [
    {PLATFORM: None},
    {PLATFORM: "moodle"},
    {PLATFORM: {"messages_supported": "all", "placements": 7, "product_family_code": ["moodle"]}},
    {PLATFORM: {"messages_supported": [None, 7, {}, {"type": None}, {"type": 1, "placements": {}}]}},
    {"authorization_server": {"host": "x"}},
    {"authorization_server": "two words"},
    {"authorization_server": "x" * 5_000},
    {"something": "more", "scopes_supported": None},
]


@pytest.mark.parametrize("odd", ODD_PARTS)
def test_odd_parts_that_we_can_do_without_count_as_not_said(odd):
    assert problems_of(LEAST | odd, FOUND_AT) == []
    told = configuration_from(LEAST | odd)
    assert (told.family, told.messages) == (None, {})
    assert told.audience is None


WRONG = [
    None,
    [],
    "https://moodle.example",
    {},
    *(LEAST | {name: None} for name in LEAST),
    *(LEAST | {name: "javascript:alert(1)"} for name in LEAST),
    *(LEAST | {name: "https://moodle.example:port/"} for name in LEAST),
    *(LEAST | {name: " https://moodle.example/x"} for name in LEAST),
    *(LEAST | {name: "https://moodle.example/" + "x" * 1_000} for name in LEAST),
    *(LEAST | {name: "https://moodle.example; script-src *"} for name in LEAST),
    LEAST | {"issuer": "https://elsewhere.example"},
    LEAST | {"issuer": "https://moodle.example?tenant=1"},
    LEAST | {"issuer": "https://moodle.example#part"},
    LEAST | {"issuer": ["https://moodle.example"]},
]


@pytest.mark.parametrize("body", WRONG)
def test_what_we_build_on_must_be_there_and_right(body):
    problems = problems_of(body, FOUND_AT)
    assert problems and all(problem.endswith(".") for problem in problems)
