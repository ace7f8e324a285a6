"""What whoever runs the tool can say about LMSs at the command line."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from core.audit.domain.event import Thing
from core.audit.trail import events
from lti.errors import UNKNOWN_DEPLOYMENT
from lti.models import Invite, Platform
from lti.visits.visit import hash_of
from tests.support.lms.double import lti
from tests.support.lms.outcomes import assert_landed, assert_refused

BY_HAND = {
    "--trust": "agora",
    "--name": "Our Canvas",
    "--issuer": "https://canvas.instructure.com",
    "--client-id": "10000000000001",
    "--auth-login-url": "https://sso.canvaslms.com/api/lti/authorize_redirect",
    "--token-url": "https://sso.canvaslms.com/login/oauth2/token",
    "--jwks-url": "https://sso.canvaslms.com/api/lti/security/jwks",
}


@pytest.fixture
def say(app):
    """Give a command of the tool, and return what it says."""

    def said(*words: str, fails: bool = False) -> str:
        answer = app.test_cli_runner().invoke(args=["lti", *words])
        assert (answer.exit_code != 0) is fails, answer.output
        return answer.output

    return said


def platform_of(database, client_id: str) -> Platform:
    with database.reading() as session:
        return session.scalars(select(Platform).where(Platform.client_id == client_id)).one()


def flat(options: dict[str, str]) -> list[str]:
    return [word for option in options.items() for word in option]


def test_an_invitation_is_an_address_alone_on_the_last_line(say, database, clock):
    *words, address = say("invite", "--trust", "invictus").splitlines()
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://localhost/lti/register"
    (token,) = parse_qs(parts.query)["invite"]
    with database.reading() as session:
        invite = session.scalars(select(Invite)).one()
    assert (invite.token_hash, invite.trust) == (hash_of(token), "invictus")
    assert (invite.expires_at - invite.created_at).days == 7
    told = " ".join(words)
    assert "Invictus Education Trust" in told and "27 November 2026, 09:00 UTC" in told
    assert token not in told


def test_an_address_that_no_lms_can_reach_is_told_of(say):
    assert "no LMS but one on this very machine" in say("invite", "--trust", "invictus")


def test_an_invitation_can_last_longer(say, database):
    say("invite", "--trust", "invictus", "--days", "30")
    with database.reading() as session:
        invite = session.scalars(select(Invite)).one()
    assert (invite.expires_at - invite.created_at).days == 30


@pytest.mark.parametrize("words", [["--trust", "invictsu"], [], ["--trust", "invictus", "--days", "0"]])
def test_a_slip_is_told_of_and_makes_no_invitation(say, database, words):
    said = say("invite", *words, fails=True)
    assert "Error" in said
    if words[:2] == ["--trust", "invictsu"]:
        assert "Choose one of agora, chancery, invictus" in said
    with database.reading() as session:
        assert session.scalars(select(Invite)).all() == []


@pytest.mark.parametrize(
    ("word", "decided"), [("--new-deployments", True), ("--no-new-deployments", False), ("--days=3", None)]
)
def test_an_invitation_can_say_where_the_tool_is_let_in_later(say, database, word, decided):
    say("invite", "--trust", "invictus", word)
    with database.reading() as session:
        assert session.scalars(select(Invite.takes_new_deployments)).one() is decided


def test_an_lms_can_be_entered_whole_by_hand(say, database):
    scopes = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
    more = ["--family", "canvas", "--scope", scopes, "--framed-by", "https://canvas.school.example/login"]
    say("add-platform", *flat(BY_HAND), *more, "--take-new-deployments", "--deployment-id", "7:abc")
    platform = platform_of(database, "10000000000001")
    assert (platform.family, platform.scopes, platform.takes_new_deployments) == ("canvas", [scopes], True)
    assert platform.framed_by == "https://canvas.school.example"


def test_entering_an_lms_again_keeps_what_is_not_said_anew(say, database):
    more = ["--family", "canvas", "--framed-by", "https://canvas.school.example", "--take-new-deployments"]
    say("add-platform", *flat(BY_HAND), *more)
    say("add-platform", *flat(BY_HAND | {"--name": "Canvas of the trust"}))
    platform = platform_of(database, "10000000000001")
    assert (platform.name, platform.family, platform.takes_new_deployments) == ("Canvas of the trust", "canvas", True)
    assert platform.framed_by == "https://canvas.school.example"


def test_entering_an_lms_again_says_what_has_changed(say):
    assert "Platform 1 of trust agora is registered." in say("add-platform", *flat(BY_HAND), "--family", "moodle")
    again = say("add-platform", *flat(BY_HAND), "--family", "canvas", "--deployment-id", "7:abc")
    assert "Platform 1 of trust agora was known and is changed: family, deployment-id." in again
    assert "was known; nothing has changed." in say("add-platform", *flat(BY_HAND), "--family", "canvas")


def test_an_lms_that_was_switched_off_and_is_entered_again_is_said_to_be_on(say):
    say("add-platform", *flat(BY_HAND))
    say("remove-platform", "1", "--switch-off", "--yes")
    assert "is changed: switched off, now on again." in say("add-platform", *flat(BY_HAND))


def test_a_kind_of_lms_with_a_slip_is_told_of_and_any_other_is_kept(say, database):
    assert "did you mean moodle?" in say("add-platform", *flat(BY_HAND), "--family", "Moodel", fails=True)
    said = say("add-platform", *flat(BY_HAND), "--family", "sakai")
    assert "only moodle and canvas are kinds with ways of their own" in said
    assert platform_of(database, "10000000000001").family == "sakai"


@pytest.mark.parametrize(
    ("issuer", "says"),
    [
        ("http://canvas.example", "http://canvas.example must begin with https://"),
        ("HTTPS://Canvas.example:443/", "Did you mean https://canvas.example?"),
        ("https://canvas.example:443", "Did you mean https://canvas.example?"),
        ("https://canvas.example/Schools", ""),
        ("https://canvas.example/", ""),
    ],
)
def test_an_issuer_is_taken_only_as_lmss_write_it(say, database, issuer, says):
    assert says in say("add-platform", *flat(BY_HAND | {"--issuer": issuer}), fails=bool(says))
    with database.reading() as session:
        assert session.scalars(select(Platform.issuer)).all() == ([] if says else [issuer])


@pytest.mark.parametrize(
    "wrong",
    [
        {"--trust": "invictsu"},
        {"--auth-login-url": "http://sso.canvaslms.com/"},
        {"--jwks-url": "https://10.0.0.5/jwks"},
        {"--scope": "everything"},
        {"--framed-by": "canvas.school.example"},
    ],
)
def test_what_cannot_be_is_refused(say, database, wrong):
    assert "Error" in say("add-platform", *flat(BY_HAND | wrong), fails=True)
    with database.reading() as session:
        assert session.scalars(select(Platform)).all() == []


def test_platforms_are_listed_with_all_that_matters_and_no_secrets(say, lms):
    lms.register(name="Our Moodle", family="moodle", scopes=("https://purl.imsglobal.org/spec/lti-ags/scope/score",))
    said = say("platforms")
    for words in ("1  Our Moodle", "moodle", "invictus", "https://lms.example", "client-1", "score"):
        assert words in said
    assert "1; no further ones are let in" in said


def test_where_no_platform_is_known_the_list_says_how_to_begin(say):
    assert "lti invite" in say("platforms")


def test_further_deployments_can_be_let_in_and_kept_out(say, lms):
    elsewhere = {lti("deployment_id"): "elsewhere"}
    assert_refused(lms.launches(elsewhere), UNKNOWN_DEPLOYMENT)
    assert "further ones are let in" in say("deployments", "1", "--allow-new")
    assert_landed(lms.launches(elsewhere))
    assert "1, elsewhere; no further ones" in say("deployments", "1", "--no-new")
    assert_landed(lms.launches(elsewhere))
    assert_refused(lms.launches({lti("deployment_id"): "third"}), UNKNOWN_DEPLOYMENT)
    say("deployments", "1", "--add", "third", "--add", "1")
    assert_landed(lms.launches({lti("deployment_id"): "third"}))


def test_a_platform_that_there_is_not_is_told_of(say):
    assert "there is no platform 9" in say("deployments", "9", "--allow-new", fails=True)


def test_who_enters_an_lms_by_hand_or_changes_it_is_on_record_and_a_refusal_is_not(say, database):
    say("add-platform", *flat(BY_HAND))
    say("add-platform", *flat(BY_HAND))
    say("add-platform", *flat(BY_HAND | {"--name": "Our other name"}))
    say("add-platform", *flat(BY_HAND | {"--client-id": "2", "--issuer": "HTTPS://Canvas.Example"}), fails=True)
    with database.reading() as session:
        changed, new = events(session, 10)
    assert (new.action, new.thing, new.done_by.means) == ("connected", Thing("platform", 1), "lti add-platform")
    assert new.details == {"trust": "agora", "was_known": False}
    assert (changed.details["was_known"], changed.details["changed"]) == (True, ["name"])


def test_whether_an_lms_confirms_addresses_follows_from_its_kind_unless_it_is_decided(say, database):
    say("add-platform", *flat(BY_HAND))
    number = str(platform_of(database, BY_HAND["--client-id"]).id)
    assert "people confirm theirs with a code, as is usual for its kind" in say("platforms")
    assert "confirmed there, as decided" in say("addresses", number, "confirmed")
    say("addresses", number, "confirmed")
    assert "people confirm theirs with a code, as decided" in say("addresses", number, "unconfirmed")
    assert "as is usual for its kind" in say("addresses", number, "by-kind")
    assert "there is no platform 99" in say("addresses", "99", "confirmed", fails=True)
    with database.reading() as session:
        decided = [event.details["addresses"] for event in events(session, 10, action="changed")]
    assert decided == ["by-kind", "unconfirmed", "confirmed"]
