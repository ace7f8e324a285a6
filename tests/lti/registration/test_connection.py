"""An LMS is connected by an invite: what its administrator sees, what we keep, and that nothing is kept in between."""

from html import unescape

import pytest
from sqlalchemy import select

from core.audit.domain.event import Thing, by_holder
from core.audit.trail import events
from lti.domain.offer import Tool, registration_request
from lti.errors import UNKNOWN_DEPLOYMENT
from lti.models import Deployment, Invite, Platform
from lti.visits.visit import hash_of
from tests.support.lms.double import Lms
from tests.support.lms.fixtures import NEWCOMER
from tests.support.lms.outcomes import assert_landed, assert_refused
from tests.support.page_rules import problems_of


def platforms(database) -> list[Platform]:
    with database.reading() as session:
        return list(session.scalars(select(Platform).where(Platform.issuer == NEWCOMER).order_by(Platform.id)))


def deployments(database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Deployment.deployment_id)))


def invite_of(database, token: str) -> Invite:
    with database.reading() as session:
        return session.get_one(Invite, hash_of(token))


def framers_of(answer) -> list[str]:
    policy = answer.headers["Content-Security-Policy"]
    return policy.partition("frame-ancestors")[2].split()


def test_opening_the_page_shows_what_would_be_connected_and_changes_nothing(newcomer, database):
    token = newcomer.invite()
    page = newcomer.opens(token)
    assert page.status_code == 200
    assert problems_of(page.text) == []
    assert "newcomer.example" in page.text and "Invictus Education Trust" in page.text
    assert newcomer.asked_for == []
    assert platforms(database) == []
    assert invite_of(database, token).used_at is None


def test_pressing_the_button_connects(newcomer, database):
    token = newcomer.invite()
    page = newcomer.connects(token)
    assert page.status_code == 200
    assert problems_of(page.text) == []
    assert '<h1 class="govuk-panel__title">Your LMS is connected</h1>' in page.text
    assert newcomer.asked_for == [registration_request(Tool("http://localhost"), {})]
    (platform,) = platforms(database)
    assert (platform.trust, platform.client_id, platform.name) == ("invictus", "client-7", "LMS at newcomer.example")
    assert platform.auth_login_url == f"{NEWCOMER}/auth"
    assert platform.scopes == ["https://purl.imsglobal.org/spec/lti-ags/scope/score"]
    assert not platform.takes_new_deployments
    assert deployments(database) == ["3"]
    used = invite_of(database, token)
    assert used.used_at and used.platform_id == platform.id and used.busy_until is None


def test_who_connects_an_lms_is_on_record_by_the_invitation_and_once(newcomer, database):
    token = newcomer.invite()
    newcomer.opens(token)
    newcomer.connects(token)
    assert newcomer.opens(token).status_code == 410
    with database.reading() as session:
        (event,) = events(session, 10)
    (platform,) = platforms(database)
    assert (event.action, event.thing) == ("connected", Thing("platform", platform.id))
    assert event.done_by == by_holder(f"the invitation {hash_of(token)[:8]}")
    assert event.details == {"trust": "invictus", "was_known": False}


def test_the_token_of_the_lms_goes_along_with_both_calls(newcomer):
    newcomer.connects()
    assert {call.request.headers["Authorization"] for call in newcomer.network.calls} == {"Bearer token-1"}


def test_an_lms_that_gives_no_token_is_called_without_one(newcomer):
    assert newcomer.connects(registration_token="").status_code == 200
    assert not any("Authorization" in call.request.headers for call in newcomer.network.calls)


def test_the_page_says_what_was_granted_and_what_was_not(newcomer):
    words = unescape(newcomer.connects().text)
    assert words.count("Not granted") == 5
    assert "Those who lead a course see only people who have opened the training at least once." in words
    assert "Results reach the gradebook of the course." in words


@pytest.mark.parametrize(
    ("family", "step"), [("moodle", "chooser"), ("canvas", "client id"), (None, "Turn the tool on")]
)
def test_the_page_says_what_is_left_to_do_in_this_kind_of_lms(newcomer, family, step):
    platform = {"product_family_code": family} if family else {}
    newcomer.describes_itself(**{"https://purl.imsglobal.org/spec/lti-platform-configuration": platform})
    assert step in newcomer.connects().text


def test_the_lms_that_is_being_connected_may_show_the_page_and_no_one_else_may(newcomer):
    token = newcomer.invite()
    assert framers_of(newcomer.opens(token)) == ["'self'", NEWCOMER]
    assert framers_of(newcomer.opens("nonsense")) == ["'self'", NEWCOMER]
    assert framers_of(newcomer.connects(token)) == ["'self'", NEWCOMER]
    assert framers_of(newcomer.browser.get("/lti/register")) == ["'self'", NEWCOMER]
    assert framers_of(newcomer.browser.get("/")) == ["'self'", NEWCOMER], "it is known from now on"


def test_canvas_shows_us_from_its_accounts_sites_and_from_its_own_names(app, network):
    canvas = Lms(app, network, "https://canvas.instructure.com", is_connected=False).administrator
    canvas.registration_url = "https://canvas.school.example/api/lti/registrations"
    canvas.describes_itself(registration_endpoint=canvas.registration_url)
    canvas.answers()
    framers = {"'self'", "https://canvas.instructure.com", "https://*.instructure.com", "https://canvas.school.example"}
    assert set(framers_of(canvas.connects())) == framers
    assert set(framers_of(canvas.browser.get("/"))) == framers


@pytest.mark.parametrize(
    "address", ["https://x.example;script-src *", "https://x.example, *", "javascript:1", "*", "\n"]
)
def test_an_address_cannot_say_more_in_the_header_than_a_site(newcomer, address):
    answer = newcomer.opens("nonsense", openid_configuration=address)
    assert framers_of(answer) == ["'self'"]
    assert answer.headers["Content-Security-Policy"].count("script-src") == 1


def test_connecting_again_brings_what_we_know_up_to_date(newcomer, database):
    newcomer.connects()
    newcomer.describes_itself(token_endpoint=f"{NEWCOMER}/token-2")
    newcomer.answers(scope="")
    assert newcomer.connects().status_code == 200
    (platform,) = platforms(database)
    assert platform.token_url == f"{NEWCOMER}/token-2"
    assert platform.scopes == []
    assert deployments(database) == ["3"]


def test_a_name_that_people_gave_to_an_lms_outlasts_another_registration(newcomer, database):
    newcomer.connects()
    with database.transaction() as session:
        session.scalars(select(Platform).where(Platform.issuer == NEWCOMER)).one().name = "Our Moodle"
    newcomer.connects()
    assert platforms(database)[0].name == "Our Moodle"


def test_another_client_of_one_lms_can_belong_to_another_trust(newcomer, database):
    newcomer.connects()
    newcomer.answers(client_id="client-8")
    newcomer.connects(newcomer.invite("agora"))
    assert [(platform.client_id, platform.trust) for platform in platforms(database)] == [
        ("client-7", "invictus"),
        ("client-8", "agora"),
    ]


# Canvas names no deployment, and puts tools to use later; Moodle names the one that there will be.
@pytest.mark.parametrize(
    ("wish", "named", "takes_new"),
    [
        (None, "3", False),
        (None, None, True),
        (True, "3", True),
        (False, None, False),
    ],
)
def test_where_the_tool_is_let_in_later_follows_the_invite_or_the_way_of_registering(
    newcomer, database, wish, named, takes_new
):
    newcomer.answers(**{"https://purl.imsglobal.org/spec/lti-tool-configuration": {"deployment_id": named}})
    page = newcomer.connects(newcomer.invite(takes_new=wish))
    assert platforms(database)[0].takes_new_deployments is takes_new
    assert ("wherever your LMS uses it" in page.text) is takes_new


def test_what_was_decided_of_deployments_outlasts_another_registration(newcomer, database):
    newcomer.connects(newcomer.invite(takes_new=True))
    newcomer.connects()
    assert platforms(database)[0].takes_new_deployments


@pytest.mark.parametrize("takes_new", [True, False])
def test_a_first_launch_from_a_deployment_that_was_never_named_is_taken_in_or_refused(
    app, network, database, newcomer, takes_new
):
    newcomer.answers(**{"https://purl.imsglobal.org/spec/lti-tool-configuration": {}})
    newcomer.connects(newcomer.invite(takes_new=takes_new))
    lms = Lms(app, network, NEWCOMER, "client-7", is_connected=False)
    answer = lms.launches({"https://purl.imsglobal.org/spec/lti/claim/deployment_id": "account-wide"})
    if takes_new:
        assert_landed(answer)
        assert deployments(database) == ["account-wide"]
    else:
        assert_refused(answer, UNKNOWN_DEPLOYMENT)
        assert deployments(database) == []
