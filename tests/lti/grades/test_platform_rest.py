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
from tests.support.made_up_services import GOOD, TOKEN, MadeUpLms, Reply

DOWN: Reply = (503, {}, "")
STUMBLES: Reply = (500, {}, "")
NOT_KNOWN: Reply = (400, {}, '{"error": "invalid_client"}')
PEOPLE = tuple("ABCDEFGHIJ")
GRADE = Grade(0.8, "Passed.", NOW, NOW)


@pytest.fixture
def lms(services: MadeUpLms, clock: Traveller) -> MadeUpLms:
    """Give the made-up LMS in a time that stands still; waits have no spread."""
    services.settings = replace(services.settings, first_wait_seconds=10)
    services.sender = GradeSender(services.database, services.settings)
    return services


@pytest.fixture(autouse=True)
def _even_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.random", lambda: 0.5)


def all_in(lms: MadeUpLms, state: DeliveryState) -> bool:
    return set(lms.states().values()) == {state}


def look(lms: MadeUpLms, clock: Traveller, **time: float) -> None:
    """Let the worker look for what is due every ten seconds for so long."""
    for _ in range(int(timedelta(**time) / timedelta(seconds=10))):
        clock.shift(10)
        lms.sender.send_due()


def test_while_an_lms_is_down_one_try_at_a_time_goes_out_and_all_follow_the_first_that_gets_through(
    lms: MadeUpLms, clock: Traveller
) -> None:
    lms.owe(*PEOPLE)
    lms.answer = lambda _: DOWN
    lms.sender.send_due()
    in_flight = sum(lms.asked.values()) - 1
    assert in_flight <= lms.settings.platform_calls
    look(lms, clock, hours=1)
    # After 10, 20, 40 … seconds.
    assert sum(lms.asked.values()) - 1 - in_flight <= 9
    assert all_in(lms, DeliveryState.WAITING)
    assert lms.platform().failures > 3
    lms.answer = lambda _: GOOD
    clock.shift(3_600)
    assert lms.sender.send_due() is None
    assert all_in(lms, DeliveryState.DELIVERED)
    assert lms.platform().failures == 0 and lms.platform().rests_until is None


def test_the_next_look_is_planned_for_when_the_lms_has_rested(lms: MadeUpLms) -> None:
    lms.owe("A")
    lms.answer = lambda _: (429, {"Retry-After": "900"}, "")
    assert lms.sender.send_due() == timedelta(seconds=900)


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
def test_trouble_with_all_grades_lets_the_lms_rest(lms: MadeUpLms, trouble: Reply | Exception) -> None:
    lms.owe(*PEOPLE)
    lms.answer = lambda _: trouble
    lms.sender.send_due()
    assert lms.platform().rests_until == utcnow() + timedelta(seconds=10)
    assert lms.platform().trouble
    before = sum(lms.asked.values())
    lms.sender.send_due()
    assert sum(lms.asked.values()) == before


def test_other_lmss_are_served_while_one_rests(lms: MadeUpLms) -> None:
    lms.owe(*PEOPLE)
    with lms.database.transaction() as session:
        session.execute(update(Platform).values(failures=1, rests_until=utcnow() + timedelta(hours=1)))
        other = add_platform(session, issuer="https://other.example")
        activity = add_activity(session, other)
        owe_grade(session, activity.id, add_person(session, activity, other, "Zoe").id, GRADE, utcnow())
    lms.sender.send_due()
    assert lms.states() == {"Zoe": DeliveryState.DELIVERED} | dict.fromkeys(PEOPLE, DeliveryState.WAITING)


def test_a_grade_over_which_the_lms_fails_does_not_hold_up_the_others(lms: MadeUpLms, clock: Traveller) -> None:
    lms.owe(*PEOPLE)
    lms.answer = lambda name: STUMBLES if name == "C" else GOOD
    lms.sender.send_due()
    look(lms, clock, minutes=5)
    assert lms.states() == dict.fromkeys(PEOPLE, DeliveryState.DELIVERED) | {"C": DeliveryState.WAITING}
    assert lms.deliveries()["C"].words.startswith("The LMS reports an error")


def test_nor_do_many_such_grades_hold_up_one_that_comes_later_for_more_than_a_minute(
    lms: MadeUpLms, clock: Traveller
) -> None:
    lms.owe(*PEOPLE)
    lms.answer = lambda name: GOOD if name == "later" else STUMBLES
    lms.sender.send_due()
    look(lms, clock, hours=1)
    lms.owe("later")
    look(lms, clock, minutes=2)
    assert lms.states()["later"] is DeliveryState.DELIVERED


def test_a_grades_own_waits_grow_to_a_day_and_after_a_month_people_are_told(lms: MadeUpLms, clock: Traveller) -> None:
    lms.owe("A")
    lms.answer = lambda _: STUMBLES
    for _ in range(60):
        pause = lms.sender.send_due()
        if pause is None:
            break
        assert pause <= timedelta(days=1.25)
        clock.shift(pause)
    delivery = lms.deliveries()["A"]
    assert delivery.state is DeliveryState.NEEDS_ATTENTION
    assert "stopped" in delivery.words
    assert timedelta(days=30) <= utcnow() - delivery.since < timedelta(days=32)
    assert 30 < delivery.tries < 50


def test_what_is_sent_again_starts_afresh(lms: MadeUpLms, clock: Traveller) -> None:
    lms.owe("A")
    lms.answer = lambda _: (404, {}, "")
    lms.sender.send_due()
    clock.shift(timedelta(days=60))
    lms.answer = lambda _: STUMBLES
    with lms.database.transaction() as session:
        assert send_again(session, lms.activity.course_id, "photos", utcnow()) == 1
    lms.sender.send_due()
    assert lms.deliveries()["A"].state is DeliveryState.WAITING
    assert lms.deliveries()["A"].tries == 1


class TestSigningIn:
    """Trouble with tokens is trouble with all grades of an LMS."""

    def refuse(self, lms: MadeUpLms, clock: Traveller, reply: Reply | Exception = NOT_KNOWN) -> None:
        lms.token = reply
        lms.owe(*PEOPLE)
        for _ in range(2 * REFUSALS):
            clock.shift(lms.sender.send_due() or timedelta(0))

    def test_it_waits_at_first_and_asks_once_for_all(self, lms: MadeUpLms) -> None:
        lms.token = NOT_KNOWN
        lms.owe(*PEOPLE)
        lms.sender.send_due()
        assert all_in(lms, DeliveryState.WAITING)
        assert lms.asked["token"] <= lms.settings.platform_calls
        assert "our keys have changed" in (lms.platform().trouble or "")

    @pytest.mark.parametrize(
        "reply", [NOT_KNOWN, (400, {}, '{"broken'), (401, {}, ""), (200, {}, "<html>"), (200, {}, "{}")], ids=str
    )
    def test_after_several_tries_people_are_told_of_all_grades(
        self, lms: MadeUpLms, clock: Traveller, reply: Reply
    ) -> None:
        self.refuse(lms, clock, reply)
        assert all_in(lms, DeliveryState.NEEDS_ATTENTION)
        assert all("administrator" in delivery.words for delivery in lms.deliveries().values())

    @pytest.mark.parametrize("reply", [(503, {}, ""), (429, {}, ""), requests.ConnectTimeout("slow")], ids=str)
    def test_an_lms_that_is_only_busy_is_borne_with(
        self, lms: MadeUpLms, clock: Traveller, reply: Reply | Exception
    ) -> None:
        self.refuse(lms, clock, reply)
        assert all_in(lms, DeliveryState.WAITING)

    def test_once_it_is_mended_one_grade_that_gets_through_takes_all_others_along(
        self, lms: MadeUpLms, clock: Traveller
    ) -> None:
        self.refuse(lms, clock)
        lms.token = TOKEN
        lms.owe("new")
        clock.shift(timedelta(hours=2))
        lms.sender.send_due()
        assert lms.states()["new"] is DeliveryState.DELIVERED
        lms.sender.send_due()
        assert all_in(lms, DeliveryState.DELIVERED)

    def test_it_is_looked_every_hour_whether_it_is_mended(self, lms: MadeUpLms, clock: Traveller) -> None:
        self.refuse(lms, clock)
        self.an_hour_passes(lms, clock)
        assert all_in(lms, DeliveryState.NEEDS_ATTENTION)
        lms.token = TOKEN
        self.an_hour_passes(lms, clock)
        self.an_hour_passes(lms, clock)
        assert all_in(lms, DeliveryState.DELIVERED)

    def an_hour_passes(self, lms: MadeUpLms, clock: Traveller) -> None:
        clock.shift(timedelta(hours=1, minutes=20))
        with lms.database.transaction() as session:
            tidy_deliveries(session, lms.settings, utcnow())
        lms.sender.send_due()

    def test_sending_again_looks_at_once(self, lms: MadeUpLms, clock: Traveller) -> None:
        self.refuse(lms, clock)
        lms.token = TOKEN
        with lms.database.transaction() as session:
            assert send_again(session, lms.activity.course_id, "photos", utcnow()) == len(PEOPLE)
        lms.sender.send_due()
        assert all_in(lms, DeliveryState.DELIVERED)

    def test_a_right_that_the_lms_does_not_give_is_told_at_once(self, lms: MadeUpLms) -> None:
        lms.token = (400, {}, '{"error": "invalid_scope"}')
        lms.owe("A")
        lms.sender.send_due()
        assert lms.deliveries()["A"].state is DeliveryState.NEEDS_ATTENTION
        assert "grade service" in lms.deliveries()["A"].words

    def test_a_token_that_is_refused_is_replaced_once(self, lms: MadeUpLms) -> None:
        lms.owe("A")
        lms.answer = lambda _: (401, {}, "")
        lms.sender.send_due()
        assert (lms.asked["token"], lms.asked["A"]) == (2, 2)
        assert lms.deliveries()["A"].state is DeliveryState.WAITING

    def test_where_it_is_refused_time_and_again_people_are_told(self, lms: MadeUpLms, clock: Traveller) -> None:
        lms.owe("A")
        lms.answer = lambda _: (401, {}, "")
        for _ in range(2 * REFUSALS):
            clock.shift(lms.sender.send_due() or timedelta(0))
        assert lms.deliveries()["A"].state is DeliveryState.NEEDS_ATTENTION
        assert "administrator" in lms.deliveries()["A"].words


def test_grades_that_waited_for_a_month_without_a_turn_are_told_of_too_and_go_out_when_the_lms_is_back(
    lms: MadeUpLms, clock: Traveller
) -> None:
    lms.owe(*PEOPLE)
    down = {"failures": 700, "rests_until": utcnow(), "trouble": "The LMS is busy or down. We keep trying."}
    with lms.database.transaction() as session:
        session.execute(update(Platform).values(**down))
    clock.shift(timedelta(days=31))
    with lms.database.transaction() as session:
        tidy_deliveries(session, lms.settings, utcnow())
    states = list(lms.states().values())
    # One is on its way again, to look whether the LMS is back.
    assert sorted(state.value for state in states) == ["needs-attention"] * (len(PEOPLE) - 1) + ["waiting"]
    lms.sender.send_due()
    lms.sender.send_due()
    assert all_in(lms, DeliveryState.DELIVERED)


def test_while_we_were_switched_off_nobody_gave_up(lms: MadeUpLms, clock: Traveller) -> None:
    lms.owe("A")
    clock.shift(timedelta(days=60))
    with lms.database.transaction() as session:
        tidy_deliveries(session, lms.settings, utcnow())
    lms.answer = lambda _: DOWN
    lms.sender.send_due()
    assert lms.states() == {"A": DeliveryState.WAITING}


class TestCallsAtOnce:
    """Few calls at once to one LMS, however many senders there are."""

    def test_the_setting_is_the_most(self, services: MadeUpLms) -> None:
        services.settings = replace(services.settings, platform_calls=3, delivery_senders=12)
        services.sender = GradeSender(services.database, services.settings)
        services.seconds = 0.05
        services.owe(*(f"P{number}" for number in range(24)))
        services.sender.send_due()
        assert all_in(services, DeliveryState.DELIVERED)
        # On a busy machine three may never meet.
        assert 1 < services.most_at_once <= 3

    def test_one_probe_at_a_time_while_it_is_down(self, lms: MadeUpLms) -> None:
        lms.owe("A", "B")
        with lms.database.transaction() as session:
            session.execute(update(Platform).values(failures=2, rests_until=utcnow()))
            first = claim_next(session, lms.settings, utcnow())
            assert first and first.is_probe
            assert not claim_next(session, lms.settings, utcnow())

    def test_a_probe_that_died_holds_up_the_lms_for_its_lease_only(self, lms: MadeUpLms, clock: Traveller) -> None:
        lms.owe("A", "B")
        with lms.database.transaction() as session:
            session.execute(update(Platform).values(failures=2, rests_until=utcnow()))
        with lms.database.transaction() as session:
            assert claim_next(session, lms.settings, utcnow())
        lms.sender.send_due()
        assert all_in_waiting_or_sending(lms)
        clock.shift(lms.settings.lease_seconds)
        lms.sender.send_due()
        assert all_in(lms, DeliveryState.DELIVERED)


def all_in_waiting_or_sending(lms: MadeUpLms) -> bool:
    return set(lms.states().values()) == {DeliveryState.WAITING, DeliveryState.SENDING}


class TestTidying:
    """What is cleared away, and what never is."""

    def test_old_tries_of_grades_that_arrived_go_but_for_the_last(self, lms: MadeUpLms, clock: Traveller) -> None:
        lms.owe("A", "B")
        lms.answer = lambda _: DOWN
        for _ in range(4):
            clock.shift(lms.sender.send_due() or timedelta(0))
        lms.answer = lambda name: GOOD if name == "A" else STUMBLES
        clock.shift(timedelta(hours=1))
        lms.sender.send_due()
        clock.shift(timedelta(hours=1))
        lms.sender.send_due()
        assert lms.states() == {"A": DeliveryState.DELIVERED, "B": DeliveryState.WAITING}
        before = self.tries(lms)
        self.tidy(lms, utcnow())
        assert self.tries(lms) == before
        clock.shift(timedelta(days=lms.settings.tries_kept_days + 1))
        self.tidy(lms, utcnow())
        assert self.tries(lms) == {"A": before["A"][-1:], "B": before["B"]}

    def tidy(self, lms: MadeUpLms, now: datetime) -> None:
        with lms.database.transaction() as session:
            tidy_deliveries(session, lms.settings, now)

    def tries(self, lms: MadeUpLms) -> dict[str, list[int]]:
        whose = {delivery.id: name for name, delivery in lms.deliveries().items()}
        found: dict[str, list[int]] = {}
        for attempt in lms.tries():
            found.setdefault(whose[attempt.delivery_id], []).append(attempt.id)
        return found


def test_no_two_deliveries_exist_for_one_person_and_column(lms: MadeUpLms) -> None:
    for score in (0.2, 0.8, 0.5):
        lms.owe("A", score=score)
    with lms.database.reading() as session:
        assert session.scalars(select(Delivery.score)).all() == [0.8]


def test_the_words_for_a_refused_sign_in_promise_what_is_done() -> None:
    assert "every hour" in SIGN_IN_REFUSED.last_words
