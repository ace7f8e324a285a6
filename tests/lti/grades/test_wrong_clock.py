"""A server's clock that was a year ahead for a while and was then set right: nothing is stuck for that year."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from config import Settings
from core.queue.queue import Queue
from core.services import service
from db import utcnow
from lti.domain.access_token import GrantedToken
from lti.domain.delivery import DeliveryState
from lti.grades.lease import claim_next
from lti.jobs import PUT_RIGHT
from lti.key_models import SigningKey
from lti.keys import keep_keys, rotate_key, signing_key
from lti.models import Course, Delivery, Login, Person, Platform, Visit
from lti.registration.invites import hold_invite, make_invite
from lti.services.roster import ask_for_roster
from lti.services.tokens import Tokens
from modules.certificates.check_limit import CheckCount, count_check, seconds_to_wait
from tests.support.lms.double import Lms
from tests.support.lms.outcomes import assert_landed

YEAR = timedelta(days=365)
SCOPES = ("https://purl.imsglobal.org/spec/lti-ags/scope/score",)


@pytest.fixture
def set_right(app, clock):
    """Set the clock back by a year, and let the worker's next round pass."""

    def back() -> None:
        clock.shift(-YEAR)
        service(Queue, app).begin(PUT_RIGHT)

    return back


@pytest.fixture
def a_year_ahead(lms, clock) -> Lms:
    """An LMS that was opened once, after which the clock ran ahead."""
    assert_landed(lms.launches())
    clock.shift(YEAR)
    return lms


def owe_a_grade(database, **changes) -> None:
    with database.transaction() as session:
        person, now = session.scalars(select(Person)).one(), utcnow()
        row = dict.fromkeys(("started_at", "finished_at", "since", "due_at"), now) | changes
        grade = {"score": 0.9, "comment": "Passed.", "module": "photos"}
        session.add(Delivery(activity_id=1, person_id=person.id, platform_id=1, **grade, **row))


@pytest.mark.parametrize("state", [DeliveryState.WAITING, DeliveryState.SENDING])
def test_a_grade_that_waits_for_a_time_far_ahead_is_sent(app, database, a_year_ahead, set_right, state):
    owe_a_grade(database, state=state, due_at=utcnow() + timedelta(hours=1))
    set_right()
    with database.transaction() as session:
        assert claim_next(session, service(Settings, app), utcnow())


def test_a_grade_that_rightly_waits_goes_on_waiting(app, database, lms, clock):
    lms.launches()
    due = utcnow() + timedelta(hours=20)
    owe_a_grade(database, due_at=due)
    service(Queue, app).begin(PUT_RIGHT)
    with database.reading() as session:
        assert session.scalars(select(Delivery.due_at)).one() == due


def test_an_lms_that_rests_until_a_time_far_ahead_is_tried_again(app, database, a_year_ahead, set_right):
    owe_a_grade(database)
    with database.transaction() as session:
        platform = session.scalars(select(Platform)).one()
        platform.failures, platform.rests_until = 3, utcnow() + timedelta(minutes=10)
    set_right()
    with database.transaction() as session:
        assert claim_next(session, service(Settings, app), utcnow())


def test_a_token_from_then_is_asked_for_anew(app, database, a_year_ahead, set_right):
    tokens = Tokens(database, service(Settings, app))
    tokens.take(1, SCOPES, lambda: GrantedToken("from then", 3_600))
    set_right()
    assert tokens.take(1, SCOPES, lambda: GrantedToken("from now", 3_600)).value == "from now"


def refuse() -> GrantedToken:
    raise ValueError("no token")


def test_a_failure_to_get_a_token_then_does_not_count_now(app, database, a_year_ahead, clock):
    tokens = Tokens(database, service(Settings, app))
    with pytest.raises(ValueError, match="no token"):
        tokens.take(1, SCOPES, refuse)
    clock.shift(-YEAR)
    service(Queue, app).begin(PUT_RIGHT)
    assert tokens.take(1, SCOPES, lambda: GrantedToken("from now", 3_600)).value == "from now"


def test_a_key_that_was_made_then_signs_soon_and_the_old_one_until_then(app, database, a_year_ahead, set_right):
    settings = service(Settings, app)
    with database.transaction() as session:
        before = session.scalars(select(SigningKey.kid)).one()
        made = rotate_key(session, settings, utcnow()).kid
    set_right()
    with database.transaction() as session:
        assert signing_key(session, utcnow()).kid == before
        later = utcnow() + timedelta(seconds=settings.key_lead_seconds + 1)
        assert signing_key(session, later).kid == made


def test_keys_that_were_all_made_then_sign_now(app, database, a_year_ahead, set_right):
    settings = service(Settings, app)
    with database.transaction() as session:
        made = rotate_key(session, settings, utcnow(), at_once=True).kid
        assert signing_key(session, utcnow() - YEAR).kid == made
    set_right()
    with database.transaction() as session:
        keep_keys(session, settings, utcnow())
        assert session.scalars(select(SigningKey.signs_from).where(SigningKey.kid == made)).one() <= utcnow()


def test_visits_and_logins_from_then_have_ended(database, a_year_ahead, set_right):
    a_year_ahead.launches()
    later, asked = a_year_ahead.browser.visit, a_year_ahead.begins_login()
    set_right()
    assert a_year_ahead.browser.get(f"{later}/module").status_code == 401
    assert a_year_ahead.answers(asked).status_code == 400
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Login)) == 1
        assert session.scalar(select(func.count()).select_from(Visit)) == 1
    assert_landed(a_year_ahead.launches())


def test_a_roster_that_was_asked_for_then_is_asked_for_now(database, a_year_ahead, set_right):
    with database.transaction() as session:
        course = session.scalars(select(Course)).one()
        course.roster_url, course.roster_asked_at = "https://lms.example/roster", utcnow()
    set_right()
    with database.transaction() as session:
        assert ask_for_roster(session, 1, utcnow())


def test_an_invitation_that_was_held_then_can_be_used_now(database, a_year_ahead, set_right):
    with database.transaction() as session:
        token, _ = make_invite(session, "invictus", 7, utcnow())
        hold_invite(session, token, utcnow())
    set_right()
    with database.transaction() as session:
        assert hold_invite(session, token, utcnow()).expires_at <= utcnow() + YEAR + timedelta(days=7)


def test_checks_that_were_counted_then_are_forgotten_with_the_next(database, lms, clock):
    client = "a" * 64
    clock.shift(YEAR)
    with database.transaction() as session:
        count_check(session, client, utcnow())
    clock.shift(-YEAR)
    with database.transaction() as session:
        count_check(session, client, utcnow())
        assert session.scalar(select(func.count()).select_from(CheckCount)) == 1
        assert seconds_to_wait(session, client, 60, utcnow() + YEAR) == 0
