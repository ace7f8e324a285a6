"""An LMS that is down, that throttles, or that fails over one grade: who is tried when, and who waits."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import requests
from sqlalchemy import select, update
from time_machine import Traveller

from db import utcnow
from lti.domain.access_token import SIGN_IN_REFUSED
from lti.domain.delivery import REFUSALS, DeliveryState
from lti.grades.deliveries import Grade, owe_grade, send_again
from lti.grades.lease import claim_next
from lti.grades.send import GradeSender
from lti.grades.upkeep import tidy_deliveries
from lti.models import Delivery, Platform
from tests.support.factories import NOW, add_activity, add_person, add_platform
from tests.support.lms.owed_grades import OwedGrades
from tests.support.lms.services import GOOD, TOKEN, Reply, for_people

DOWN: Reply = (503, {}, "")
STUMBLES: Reply = (500, {}, "")
NOT_KNOWN: Reply = (400, {}, '{"error": "invalid_client"}')
PEOPLE = tuple("ABCDEFGHIJ")
GRADE = Grade(0.8, "Passed.", NOW, NOW)


@pytest.fixture
def grades(grades: OwedGrades, clock: Traveller) -> OwedGrades:
    """Give the made-up LMS in a time that stands still; waits have no spread."""
    grades.settings = replace(grades.settings, first_wait_seconds=10)
    grades.sender = GradeSender(grades.database, grades.settings)
    return grades


@pytest.fixture(autouse=True)
def _even_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.random", lambda: 0.5)


def all_in(grades: OwedGrades, state: DeliveryState) -> bool:
    return set(grades.states().values()) == {state}


def look(grades: OwedGrades, clock: Traveller, **time: float) -> None:
    """Let the worker look for what is due every ten seconds for so long."""
    for _ in range(int(timedelta(**time) / timedelta(seconds=10))):
        clock.shift(10)
        grades.sender.send_due()


def test_while_an_lms_is_down_one_try_at_a_time_goes_out_and_all_follow_the_first_that_gets_through(
    grades: OwedGrades, clock: Traveller
) -> None:
    grades.owe(*PEOPLE)
    grades.services.odd["scores"] = DOWN
    grades.sender.send_due()
    in_flight = grades.services.asked["scores"]
    assert in_flight <= grades.settings.platform_calls
    look(grades, clock, hours=1)
    # After 10, 20, 40 … seconds.
    assert grades.services.asked["scores"] - in_flight <= 9
    assert all_in(grades, DeliveryState.WAITING)
    assert grades.platform().failures > 3
    grades.services.odd["scores"] = GOOD
    clock.shift(3_600)
    assert grades.sender.send_due() is None
    assert all_in(grades, DeliveryState.DELIVERED)
    assert grades.platform().failures == 0 and grades.platform().rests_until is None


def test_the_next_look_is_planned_for_when_the_lms_has_rested(grades: OwedGrades) -> None:
    grades.owe("A")
    grades.services.odd["scores"] = (429, {"Retry-After": "900"}, "")
    assert grades.sender.send_due() == timedelta(seconds=900)


@pytest.mark.parametrize(
    "trouble",
    [
        (403, {"X-Rate-Limit-Remaining": "0.0"}, ""),
        (502, {}, ""),
        (302, {"Location": "https://elsewhere.example/"}, ""),
        requests.ConnectionError("refused"),
        requests.ReadTimeout("slow"),
        requests.exceptions.ChunkedEncodingError("broken off"),
        requests.exceptions.SSLError("expired"),
    ],
    ids=str,
)
def test_trouble_with_all_grades_lets_the_lms_rest(grades: OwedGrades, trouble: Reply | Exception) -> None:
    grades.owe(*PEOPLE)
    grades.services.odd["scores"] = trouble
    grades.sender.send_due()
    assert grades.platform().rests_until == utcnow() + timedelta(seconds=10)
    assert grades.platform().trouble
    before = grades.services.asked.total()
    grades.sender.send_due()
    assert grades.services.asked.total() == before


def test_other_lmss_are_served_while_one_rests(grades: OwedGrades) -> None:
    grades.owe(*PEOPLE)
    with grades.database.transaction() as session:
        session.execute(update(Platform).values(failures=1, rests_until=utcnow() + timedelta(hours=1)))
        other = add_platform(session, issuer="https://other.example")
        activity = add_activity(session, other)
        owe_grade(session, activity.id, add_person(session, activity, other, "Zoe").id, GRADE, utcnow())
    grades.sender.send_due()
    assert grades.states() == {"Zoe": DeliveryState.DELIVERED} | dict.fromkeys(PEOPLE, DeliveryState.WAITING)


def test_a_grade_over_which_the_lms_fails_does_not_hold_up_the_others(grades: OwedGrades, clock: Traveller) -> None:
    grades.owe(*PEOPLE)
    grades.services.odd["scores"] = for_people(C=STUMBLES)
    grades.sender.send_due()
    look(grades, clock, minutes=5)
    assert grades.states() == dict.fromkeys(PEOPLE, DeliveryState.DELIVERED) | {"C": DeliveryState.WAITING}
    assert grades.deliveries()["C"].words.startswith("The LMS reports an error")


def test_nor_do_many_such_grades_hold_up_one_that_comes_later_for_more_than_a_minute(
    grades: OwedGrades, clock: Traveller
) -> None:
    grades.owe(*PEOPLE)
    grades.services.odd["scores"] = for_people(STUMBLES, later=GOOD)
    grades.sender.send_due()
    look(grades, clock, hours=1)
    grades.owe("later")
    look(grades, clock, minutes=2)
    assert grades.states()["later"] is DeliveryState.DELIVERED


def test_a_grades_own_waits_grow_to_a_day_and_after_a_month_people_are_told(
    grades: OwedGrades, clock: Traveller
) -> None:
    grades.owe("A")
    grades.services.odd["scores"] = STUMBLES
    for _ in range(60):
        pause = grades.sender.send_due()
        if pause is None:
            break
        assert pause <= timedelta(days=1.25)
        clock.shift(pause)
    delivery = grades.deliveries()["A"]
    assert delivery.state is DeliveryState.NEEDS_ATTENTION
    assert "stopped" in delivery.words
    assert timedelta(days=30) <= utcnow() - delivery.since < timedelta(days=32)
    assert 30 < delivery.tries < 50


def test_what_is_sent_again_starts_afresh(grades: OwedGrades, clock: Traveller) -> None:
    grades.owe("A")
    grades.services.odd["scores"] = (404, {}, "")
    grades.sender.send_due()
    clock.shift(timedelta(days=60))
    grades.services.odd["scores"] = STUMBLES
    with grades.database.transaction() as session:
        assert send_again(session, grades.activity.course_id, "photos", utcnow()) == 1
    grades.sender.send_due()
    assert grades.deliveries()["A"].state is DeliveryState.WAITING
    assert grades.deliveries()["A"].tries == 1


class TestSigningIn:
    """Trouble with tokens is trouble with all grades of an LMS."""

    def refuse(self, grades: OwedGrades, clock: Traveller, reply: Reply | Exception = NOT_KNOWN) -> None:
        grades.services.odd["token"] = reply
        grades.owe(*PEOPLE)
        for _ in range(2 * REFUSALS):
            clock.shift(grades.sender.send_due() or timedelta(0))

    def test_it_waits_at_first_and_asks_once_for_all(self, grades: OwedGrades) -> None:
        grades.services.odd["token"] = NOT_KNOWN
        grades.owe(*PEOPLE)
        grades.sender.send_due()
        assert all_in(grades, DeliveryState.WAITING)
        assert grades.services.asked["token"] <= grades.settings.platform_calls
        assert "our keys have changed" in (grades.platform().trouble or "")

    @pytest.mark.parametrize(
        "reply", [NOT_KNOWN, (400, {}, '{"broken'), (401, {}, ""), (200, {}, "<html>"), (200, {}, "{}")], ids=str
    )
    def test_after_several_tries_people_are_told_of_all_grades(
        self, grades: OwedGrades, clock: Traveller, reply: Reply
    ) -> None:
        self.refuse(grades, clock, reply)
        assert all_in(grades, DeliveryState.NEEDS_ATTENTION)
        assert all("administrator" in delivery.words for delivery in grades.deliveries().values())

    @pytest.mark.parametrize("reply", [(503, {}, ""), (429, {}, ""), requests.ConnectTimeout("slow")], ids=str)
    def test_an_lms_that_is_only_busy_is_borne_with(
        self, grades: OwedGrades, clock: Traveller, reply: Reply | Exception
    ) -> None:
        self.refuse(grades, clock, reply)
        assert all_in(grades, DeliveryState.WAITING)

    def test_once_it_is_mended_one_grade_that_gets_through_takes_all_others_along(
        self, grades: OwedGrades, clock: Traveller
    ) -> None:
        self.refuse(grades, clock)
        grades.services.odd["token"] = TOKEN
        grades.owe("new")
        clock.shift(timedelta(hours=2))
        grades.sender.send_due()
        assert grades.states()["new"] is DeliveryState.DELIVERED
        grades.sender.send_due()
        assert all_in(grades, DeliveryState.DELIVERED)

    def test_it_is_looked_every_hour_whether_it_is_mended(self, grades: OwedGrades, clock: Traveller) -> None:
        self.refuse(grades, clock)
        self.an_hour_passes(grades, clock)
        assert all_in(grades, DeliveryState.NEEDS_ATTENTION)
        grades.services.odd["token"] = TOKEN
        self.an_hour_passes(grades, clock)
        self.an_hour_passes(grades, clock)
        assert all_in(grades, DeliveryState.DELIVERED)

    def an_hour_passes(self, grades: OwedGrades, clock: Traveller) -> None:
        clock.shift(timedelta(hours=1, minutes=20))
        with grades.database.transaction() as session:
            tidy_deliveries(session, grades.settings, utcnow())
        grades.sender.send_due()

    def test_sending_again_looks_at_once(self, grades: OwedGrades, clock: Traveller) -> None:
        self.refuse(grades, clock)
        grades.services.odd["token"] = TOKEN
        with grades.database.transaction() as session:
            assert send_again(session, grades.activity.course_id, "photos", utcnow()) == len(PEOPLE)
        grades.sender.send_due()
        assert all_in(grades, DeliveryState.DELIVERED)

    def test_a_right_that_the_lms_does_not_give_is_told_at_once(self, grades: OwedGrades) -> None:
        grades.services.odd["token"] = (400, {}, '{"error": "invalid_scope"}')
        grades.owe("A")
        grades.sender.send_due()
        assert grades.deliveries()["A"].state is DeliveryState.NEEDS_ATTENTION
        assert "grade service" in grades.deliveries()["A"].words

    def test_a_token_that_is_refused_is_replaced_once(self, grades: OwedGrades) -> None:
        grades.owe("A")
        grades.services.odd["scores"] = (401, {}, "")
        grades.sender.send_due()
        assert (grades.services.asked["token"], grades.services.asked["scores"]) == (2, 2)
        assert grades.deliveries()["A"].state is DeliveryState.WAITING

    def test_where_it_is_refused_time_and_again_people_are_told(self, grades: OwedGrades, clock: Traveller) -> None:
        grades.owe("A")
        grades.services.odd["scores"] = (401, {}, "")
        for _ in range(2 * REFUSALS):
            clock.shift(grades.sender.send_due() or timedelta(0))
        assert grades.deliveries()["A"].state is DeliveryState.NEEDS_ATTENTION
        assert "administrator" in grades.deliveries()["A"].words


def test_grades_that_waited_for_a_month_without_a_turn_are_told_of_too_and_go_out_when_the_lms_is_back(
    grades: OwedGrades, clock: Traveller
) -> None:
    grades.owe(*PEOPLE)
    down = {"failures": 700, "rests_until": utcnow(), "trouble": "The LMS is busy or down. We keep trying."}
    with grades.database.transaction() as session:
        session.execute(update(Platform).values(**down))
    clock.shift(timedelta(days=31))
    with grades.database.transaction() as session:
        tidy_deliveries(session, grades.settings, utcnow())
    states = list(grades.states().values())
    # One is on its way again, to look whether the LMS is back.
    assert sorted(state.value for state in states) == ["needs-attention"] * (len(PEOPLE) - 1) + ["waiting"]
    grades.sender.send_due()
    grades.sender.send_due()
    assert all_in(grades, DeliveryState.DELIVERED)


def test_while_we_were_switched_off_no_one_gave_up(grades: OwedGrades, clock: Traveller) -> None:
    grades.owe("A")
    clock.shift(timedelta(days=60))
    with grades.database.transaction() as session:
        tidy_deliveries(session, grades.settings, utcnow())
    grades.services.odd["scores"] = DOWN
    grades.sender.send_due()
    assert grades.states() == {"A": DeliveryState.WAITING}


class TestCallsAtOnce:
    """Few calls at once to one LMS, however many senders there are."""

    def test_the_setting_is_the_most(self, grades: OwedGrades) -> None:
        grades.settings = replace(grades.settings, platform_calls=3, delivery_senders=12)
        grades.sender = GradeSender(grades.database, grades.settings)
        grades.services.seconds = 0.05
        grades.owe(*(f"P{number}" for number in range(24)))
        grades.sender.send_due()
        assert all_in(grades, DeliveryState.DELIVERED)
        # On a busy machine three may never meet.
        assert 1 < grades.services.most_at_once <= 3

    def test_one_probe_at_a_time_while_it_is_down(self, grades: OwedGrades) -> None:
        grades.owe("A", "B")
        with grades.database.transaction() as session:
            session.execute(update(Platform).values(failures=2, rests_until=utcnow()))
            first = claim_next(session, grades.settings, utcnow())
            assert first and first.is_probe
            assert not claim_next(session, grades.settings, utcnow())

    def test_a_probe_that_died_holds_up_the_lms_for_its_lease_only(self, grades: OwedGrades, clock: Traveller) -> None:
        grades.owe("A", "B")
        with grades.database.transaction() as session:
            session.execute(update(Platform).values(failures=2, rests_until=utcnow()))
        with grades.database.transaction() as session:
            assert claim_next(session, grades.settings, utcnow())
        grades.sender.send_due()
        assert all_in_waiting_or_sending(grades)
        clock.shift(grades.settings.lease_seconds)
        grades.sender.send_due()
        assert all_in(grades, DeliveryState.DELIVERED)


def all_in_waiting_or_sending(grades: OwedGrades) -> bool:
    return set(grades.states().values()) == {DeliveryState.WAITING, DeliveryState.SENDING}


class TestTidying:
    """What is cleared away, and what never is."""

    def test_old_tries_of_grades_that_arrived_go_but_for_the_last(self, grades: OwedGrades, clock: Traveller) -> None:
        grades.owe("A", "B")
        grades.services.odd["scores"] = DOWN
        for _ in range(4):
            clock.shift(grades.sender.send_due() or timedelta(0))
        grades.services.odd["scores"] = for_people(STUMBLES, A=GOOD)
        clock.shift(timedelta(hours=1))
        grades.sender.send_due()
        clock.shift(timedelta(hours=1))
        grades.sender.send_due()
        assert grades.states() == {"A": DeliveryState.DELIVERED, "B": DeliveryState.WAITING}
        before = self.tries(grades)
        self.tidy(grades, utcnow())
        assert self.tries(grades) == before
        clock.shift(timedelta(days=grades.settings.tries_kept_days + 1))
        self.tidy(grades, utcnow())
        assert self.tries(grades) == {"A": before["A"][-1:], "B": before["B"]}

    def tidy(self, grades: OwedGrades, now: datetime) -> None:
        with grades.database.transaction() as session:
            tidy_deliveries(session, grades.settings, now)

    def tries(self, grades: OwedGrades) -> dict[str, list[int]]:
        whose = {delivery.id: name for name, delivery in grades.deliveries().items()}
        found: dict[str, list[int]] = {}
        for attempt in grades.tries():
            found.setdefault(whose[attempt.delivery_id], []).append(attempt.id)
        return found


def test_no_two_deliveries_exist_for_one_person_and_column(grades: OwedGrades) -> None:
    for score in (0.2, 0.8, 0.5):
        grades.owe("A", score=score)
    with grades.database.reading() as session:
        assert session.scalars(select(Delivery.score)).all() == [0.8]


def test_the_words_for_a_refused_sign_in_promise_what_is_done() -> None:
    assert "every hour" in SIGN_IN_REFUSED.last_words
