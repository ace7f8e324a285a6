"""What we say to an LMS with a grade, and what we make of its own record."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from time_machine import Traveller

from lti.domain.delivery import ENOUGH_COMPARISONS, DeliveryState
from lti.models import Activity
from tests.support.made_up_services import GOOD, RESULTS_URL, MadeUpLms, Reply

OLDER: Reply = (409, {}, "")
CANVAS_OLDER: Reply = (400, {}, '{"errors": {"message": "Provided timestamp before last updated timestamp of …"}}')
OTHERS_OLDER: Reply = (400, {}, "A score with this timestamp already exists")
A_YEAR = timedelta(days=365)


@pytest.fixture
def lms(services: MadeUpLms, clock: Traveller) -> MadeUpLms:
    return services


def at(moment: datetime) -> str:
    return moment.isoformat()


def result(percent: float | None, stamp: datetime | None = None, name: str = "Ada", **more: Any) -> dict[str, Any]:
    """A result as an LMS shows it, out of 20."""
    held = {} if percent is None else {"resultScore": percent / 5, "resultMaximum": 20}
    return {"userId": f"sub-{name}", **held, **({"timestamp": at(stamp)} if stamp else {}), **more}


def state(lms: MadeUpLms) -> DeliveryState:
    return lms.states()["Ada"]


def test_every_score_is_final_whatever_came_before(lms: MadeUpLms, clock: Traveller) -> None:
    for score in (0.0, 0.4, 0.9, 0.2, 1.0):
        lms.owe("Ada", score=score)
        lms.sender.send_due()
        clock.shift(5)
    assert [posted["scoreGiven"] for posted in lms.posted] == [0, 40, 90, 100]
    assert {posted["gradingProgress"] for posted in lms.posted} == {"FullyGraded"}
    assert {posted["activityProgress"] for posted in lms.posted} == {"Completed"}
    assert all(posted["scoreMaximum"] == 100 and posted["submission"]["submittedAt"] for posted in lms.posted)


def test_a_lower_result_after_a_higher_one_is_never_sent(lms: MadeUpLms) -> None:
    for score in (0.9, 0.3):
        lms.owe("Ada", score=score)
        lms.sender.send_due()
    assert len(lms.posted) == 1


def test_the_same_grade_can_be_sent_afresh_with_a_later_time(lms: MadeUpLms) -> None:
    lms.owe("Ada")
    lms.sender.send_due()
    lms.owe("Ada")
    lms.sender.send_due()
    assert len(lms.posted) == 1
    lms.owe("Ada", afresh=True)
    lms.sender.send_due()
    assert len(lms.posted) == 2
    assert lms.posted[0]["timestamp"] < lms.posted[1]["timestamp"]
    assert state(lms) is DeliveryState.DELIVERED


def test_what_is_sent_afresh_is_the_best_even_if_the_new_one_is_lower(lms: MadeUpLms) -> None:
    lms.owe("Ada", score=0.9)
    lms.sender.send_due()
    lms.owe("Ada", score=0.5, afresh=True)
    lms.sender.send_due()
    assert [posted["scoreGiven"] for posted in lms.posted] == [90, 90]


@pytest.mark.parametrize("words", ["", "OK", "<p>Thank you</p>", '{"resultUrl": "https://lms.example/r"}'])
def test_an_lms_that_says_yes_in_its_own_words_has_taken_the_grade(lms: MadeUpLms, words: str) -> None:
    lms.answer = lambda _: (200, {}, words)
    lms.owe("Ada")
    lms.sender.send_due()
    assert state(lms) is DeliveryState.DELIVERED


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 412, 415, 422, 451])
def test_a_refusal_is_told_to_people_at_once(lms: MadeUpLms, status: int) -> None:
    lms.answer = lambda _: (status, {}, "Ada Okafor is no student")
    lms.owe("Ada")
    lms.sender.send_due()
    assert state(lms) is DeliveryState.NEEDS_ATTENTION
    assert "Okafor" not in lms.deliveries()["Ada"].words


def test_where_our_clock_is_ahead_of_the_lms_we_wait_and_say_so(lms: MadeUpLms) -> None:
    lms.answer = lambda _: (400, {}, "Provided submitted_at timestamp of 2026 in the future")
    lms.owe("Ada")
    lms.sender.send_due()
    assert state(lms) is DeliveryState.WAITING
    assert "clock" in lms.deliveries()["Ada"].words


@pytest.mark.parametrize("older", [OLDER, CANVAS_OLDER, OTHERS_OLDER], ids=["Moodle", "Canvas", "another"])
class TestWhereTheLmsHoldsALaterGrade:
    """It says no to ours, with 409 or in words; its own record decides what follows."""

    def send(self, lms: MadeUpLms, older: Reply, *held: dict[str, Any]) -> None:
        lms.answer = lambda _: older
        lms.results = list(held)
        lms.owe("Ada")
        lms.sender.send_due()

    def test_the_same_grade_of_the_same_time_has_arrived(self, lms: MadeUpLms, older: Reply) -> None:
        self.send(lms, older, result(80, datetime.now(UTC)))
        assert state(lms) is DeliveryState.DELIVERED

    def test_a_later_one_as_good_makes_ours_needless(self, lms: MadeUpLms, older: Reply) -> None:
        self.send(lms, older, result(80, datetime.now(UTC) + timedelta(minutes=1)))
        assert state(lms) is DeliveryState.SUPERSEDED
        assert "at least as good" in lms.deliveries()["Ada"].words

    def test_so_does_a_better_one(self, lms: MadeUpLms, older: Reply) -> None:
        self.send(lms, older, result(95))
        assert state(lms) is DeliveryState.SUPERSEDED

    def test_a_lower_one_is_overtaken_with_a_time_after_its_own(self, lms: MadeUpLms, older: Reply) -> None:
        theirs = datetime.now(UTC) + A_YEAR
        self.send(lms, older, result(20, theirs))
        assert state(lms) is DeliveryState.WAITING
        lms.answer = lambda _: GOOD
        with lms.database.transaction() as session:
            session.execute(update(type(lms.deliveries()["Ada"])).values(due_at=datetime.now(UTC)))
        lms.sender.send_due()
        assert state(lms) is DeliveryState.DELIVERED
        assert lms.posted[1]["timestamp"] > lms.posted[0]["timestamp"]
        assert datetime.fromisoformat(lms.posted[1]["timestamp"]) == theirs + timedelta(seconds=1)

    def test_a_better_result_of_ours_is_sent_after_one_that_was_needless(self, lms: MadeUpLms, older: Reply) -> None:
        self.send(lms, older, result(95))
        lms.owe("Ada", score=1.0)
        lms.answer = lambda _: GOOD
        lms.sender.send_due()
        assert state(lms) is DeliveryState.DELIVERED

    def test_against_somebody_who_keeps_writing_we_do_not_send_for_ever(
        self, lms: MadeUpLms, older: Reply, clock: Traveller
    ) -> None:
        self.send(lms, older, result(20))
        for _ in range(2 * ENOUGH_COMPARISONS):
            clock.shift(lms.sender.send_due() or timedelta(0))
        assert state(lms) is DeliveryState.NEEDS_ATTENTION
        assert len(lms.posted) == ENOUGH_COMPARISONS
        assert "Someone who leads the course" in lms.deliveries()["Ada"].words


@pytest.mark.parametrize(
    "odd",
    [
        {"resultScore": "a lot"},
        {"resultScore": None},
        {"resultScore": 16, "resultMaximum": 20, "timestamp": "yesterday"},
        {"resultScore": 16, "resultMaximum": 20, "timestamp": "9999-12-31T23:59:59Z"},
        {"resultScore": 16, "resultMaximum": 20, "timestamp": 17},
        {"resultScore": 16, "resultMaximum": 20, "timestamp": "2026-11-20T09:00:00"},
    ],
    ids=str,
)
def test_odd_records_do_not_make_us_stumble(lms: MadeUpLms, odd: dict[str, Any]) -> None:
    lms.answer = lambda _: OLDER
    lms.results = [{"userId": "sub-Ada"} | odd]
    lms.owe("Ada")
    lms.sender.send_due()
    assert state(lms) in {DeliveryState.WAITING, DeliveryState.DELIVERED}
    assert "our side" not in lms.deliveries()["Ada"].words


def test_somebody_elses_record_is_not_taken_for_ours(lms: MadeUpLms) -> None:
    lms.answer = lambda _: OLDER
    lms.results = [result(80, name="Ben"), result(10, name="Ada")]
    lms.owe("Ada")
    lms.sender.send_due()
    assert state(lms) is DeliveryState.WAITING


def test_a_record_on_a_later_page_is_found(lms: MadeUpLms, network: Any) -> None:
    lms.answer = lambda _: OLDER
    link = f"<{RESULTS_URL}?page=bookmark:WzBd&amp;user_id=sub-Ada>; rel=“next”".encode().decode("latin-1")
    network.remove("GET", RESULTS_URL)
    network.get(f"{RESULTS_URL}?type_id=1&user_id=sub-Ada", json=[result(10, name="Ben")], headers={"Link": link})
    network.get(f"{RESULTS_URL}?page=bookmark:WzBd&user_id=sub-Ada", json=[result(80)])
    lms.owe("Ada")
    lms.sender.send_due()
    assert state(lms) is DeliveryState.DELIVERED


@pytest.mark.parametrize("status", [429, 503])
def test_where_the_record_cannot_be_read_now_the_grade_waits_with_the_same_time(
    lms: MadeUpLms, network: Any, clock: Traveller, status: int
) -> None:
    lms.answer = lambda _: OLDER
    network.remove("GET", RESULTS_URL)
    network.get(RESULTS_URL, status=status)
    lms.owe("Ada")
    clock.shift(lms.sender.send_due() or timedelta(0))
    lms.sender.send_due()
    assert state(lms) is DeliveryState.WAITING
    assert len({posted["timestamp"] for posted in lms.posted}) == 1


def test_where_it_may_not_be_read_at_all_the_grade_is_sent_with_a_new_time(lms: MadeUpLms, clock: Traveller) -> None:
    with lms.database.transaction() as session:
        session.execute(update(Activity).values(scopes=[lms.activity.scopes[0]]))
    lms.answer = lambda _: OLDER
    lms.owe("Ada")
    clock.shift(lms.sender.send_due() or timedelta(0))
    lms.answer = lambda _: GOOD
    lms.sender.send_due()
    assert state(lms) is DeliveryState.DELIVERED
    assert lms.posted[0]["timestamp"] < lms.posted[1]["timestamp"]


def test_rights_that_we_do_not_use_are_not_asked_for(lms: MadeUpLms, network: Any) -> None:
    with lms.database.transaction() as session:
        session.execute(update(Activity).values(scopes=[*lms.activity.scopes, "https://lms.example/everything"]))
    lms.owe("Ada")
    lms.sender.send_due()
    assert state(lms) is DeliveryState.DELIVERED
    (asked,) = [call.request.body for call in network.calls if call.request.url == "https://lms.example/token"]
    assert "everything" not in asked and "score" in asked
