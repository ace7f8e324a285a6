"""Taking an LMS away: what no one has used is deleted, what someone has used is switched off and kept."""

import os
import pwd

import pytest
from sqlalchemy import func, select

from config import Settings
from core.services import service
from db import utcnow
from lti.errors import SWITCHED_OFF
from lti.grades.lease import claim_next, next_due_in
from lti.key_models import PlatformKeys
from lti.models import Delivery, Deployment, Invite, Login, Person, Platform
from tests.support.lms.double import Lms
from tests.support.lms.outcomes import assert_held, assert_landed, assert_refused


@pytest.fixture
def say(app):
    """Give a command of the tool, and return what it says."""

    def said(*words: str, fails: bool = False, typed: str | None = None) -> str:
        answer = app.test_cli_runner().invoke(args=["lti", *words], input=typed)
        assert (answer.exit_code != 0) is fails, answer.output
        assert "Traceback" not in answer.output
        return answer.output

    return said


def count(database, table) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def owe_a_grade(database) -> None:
    """Owe a grade to the activity that the LMS's first member of staff has opened."""
    with database.transaction() as session:
        person, now = session.scalars(select(Person)).one(), utcnow()
        times = dict.fromkeys(("started_at", "finished_at", "since", "due_at"), now)
        grade = {"score": 0.9, "comment": "Passed.", "module": "photos"}
        session.add(Delivery(activity_id=1, person_id=person.id, platform_id=1, **grade, **times))


def test_an_lms_that_no_one_has_used_is_deleted_with_all_that_is_known_of_it(say, lms, database):
    lms.begins_login()
    assert "Delete platform 1, “Hand-made LMS”" in say("remove-platform", "1", typed="y\n")
    assert [count(database, table) for table in (Platform, Deployment, Login, PlatformKeys)] == [0, 0, 0, 0]
    assert lms.asks_to_log_in().status_code == 403


def test_an_lms_stays_if_the_question_is_answered_with_no(say, lms, database):
    say("remove-platform", "1", typed="n\n", fails=True)
    assert count(database, Platform) == 1
    assert_landed(lms.launches())


def test_the_invitation_of_an_lms_that_was_deleted_stays_used(say, newcomer, database):
    token = newcomer.invite()
    newcomer.connects(token)
    say("remove-platform", "1", "--yes")
    with database.reading() as session:
        assert session.scalars(select(Invite.used_at)).one()
    assert newcomer.opens(token).status_code == 410


def test_an_lms_with_records_is_not_deleted_and_the_command_says_what_to_do(say, lms, database):
    lms.launches()
    said = say("remove-platform", "1", "--yes", fails=True)
    assert "1 person has come from platform 1, “Hand-made LMS”" in said and "1 course uses it" in said
    assert "lti remove-platform 1 --switch-off" in said
    assert count(database, Platform) == 1
    assert lms.browser.get("/module").status_code == 200


def test_an_lms_that_is_switched_off_lets_no_one_in_and_keeps_its_records(say, lms, database):
    lms.launches()
    begun, held = lms.begins_login(), lms.in_another_browser(keeps_cookies=False)
    waiting = held.launches()
    assert_held(waiting)
    assert "results and certificates are kept" in say("remove-platform", "1", "--switch-off", "--yes")
    assert lms.browser.get("/module").status_code == 401
    assert_refused(lms.asks_to_log_in(), SWITCHED_OFF)
    assert_refused(lms.answers(begun), SWITCHED_OFF)
    assert count(database, Person) == 1
    assert "switched off" in say("platforms") and "switched off since" in say("deliveries")


def test_another_lms_goes_on_when_one_is_switched_off(say, lms, app, network):
    other = Lms(app, network, issuer="https://other.example")
    lms.launches()
    say("remove-platform", "1", "--switch-off", "--yes")
    assert_landed(other.launches())


def test_nothing_is_sent_to_an_lms_that_is_switched_off_until_it_is_on_again(say, lms, app, database):
    lms.launches()
    owe_a_grade(database)
    say("remove-platform", "1", "--switch-off", "--yes")
    settings = service(Settings, app)
    with database.transaction() as session:
        assert claim_next(session, settings, utcnow()) is None
        assert next_due_in(session, utcnow()) is None
    assert "is connected again." in say("switch-on-platform", "1")
    assert "was connected already; nothing has changed." in say("switch-on-platform", "1")
    with database.transaction() as session:
        claim = claim_next(session, settings, utcnow())
    assert claim and claim.grade.score == 0.9
    assert_landed(lms.launches())


def test_an_lms_that_is_connected_anew_is_on_again_with_its_people(say, lms, database):
    lms.launches()
    say("remove-platform", "1", "--switch-off", "--yes")
    lms.register()
    assert_landed(lms.launches())
    assert count(database, Person) == 1


@pytest.mark.parametrize("number", ["9", "0", "99999999999999999999"])
@pytest.mark.parametrize("command", ["remove-platform", "switch-on-platform", "deployments"])
def test_an_lms_that_there_is_not_cannot_be_removed(say, command, number):
    assert f"there is no platform {number}" in say(command, number, fails=True)


def test_who_takes_an_lms_away_or_connects_it_again_is_on_record(say, lms, app, database):
    say("remove-platform", "1", "--switch-off", "--yes")
    say("remove-platform", "1", "--switch-off", "--yes")
    say("switch-on-platform", "1")
    say("switch-on-platform", "1")
    say("deployments", "1", "--no-new", "--add", "14")
    say("remove-platform", "1", "--yes")
    told = app.test_cli_runner().invoke(args=["audit", "list"]).output.splitlines()
    me = pwd.getpwuid(os.getuid()).pw_name
    assert [line.partition("UTC  ")[2] for line in told] == [
        f"Platform 1 deleted by {me} with the command “lti remove-platform”; trust: invictus",
        f"Platform 1 changed by {me} with the command “lti deployments”; added: 1; takes new: no",
        f"Platform 1 switched on by {me} with the command “lti switch-on-platform”; trust: invictus",
        f"Platform 1 switched off by {me} with the command “lti remove-platform”; trust: invictus",
    ]
