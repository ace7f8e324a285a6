"""What we say to an LMS with a grade, and what we make of its own record."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from time_machine import Traveller

from lti.domain.delivery import ENOUGH_COMPARISONS, DeliveryState
from lti.models import Activity
from tests.support.lms.owed_grades import RESULTS_URL, OwedGrades
from tests.support.lms.services import GOOD, Reply, listed

OLDER: Reply = (409, {}, "")
CANVAS_OLDER: Reply = (400, {}, '{"errors": {"message": "Provided timestamp before last updated timestamp of …"}}')
OTHERS_OLDER: Reply = (400, {}, "A score with this timestamp already exists")
A_YEAR = timedelta(days=365)


@pytest.fixture
def grades(grades: OwedGrades, clock: Traveller) -> OwedGrades:
    return grades


def at(moment: datetime) -> str:
    return moment.isoformat()


def result(percent: float | None, stamp: datetime | None = None, name: str = "Ada", **more: Any) -> dict[str, Any]:
    """A result as an LMS shows it, out of 20."""
    held = {} if percent is None else {"resultScore": percent / 5, "resultMaximum": 20}
    return {"userId": f"sub-{name}", **held, **({"timestamp": at(stamp)} if stamp else {}), **more}


def state(grades: OwedGrades) -> DeliveryState:
    return grades.states()["Ada"]


def test_every_score_is_final_whatever_came_before(grades: OwedGrades, clock: Traveller) -> None:
    for score in (0.0, 0.4, 0.9, 0.2, 1.0):
        grades.owe("Ada", score=score)
        grades.sender.send_due()
        clock.shift(5)
    assert [posted["scoreGiven"] for posted in grades.services.posted] == [0, 40, 90, 100]
    assert {posted["gradingProgress"] for posted in grades.services.posted} == {"FullyGraded"}
    assert {posted["activityProgress"] for posted in grades.services.posted} == {"Completed"}
    assert all(
        posted["scoreMaximum"] == 100 and posted["submission"]["submittedAt"] for posted in grades.services.posted
    )


def test_a_lower_result_after_a_higher_one_is_never_sent(grades: OwedGrades) -> None:
    for score in (0.9, 0.3):
        grades.owe("Ada", score=score)
        grades.sender.send_due()
    assert len(grades.services.posted) == 1


def test_the_same_grade_can_be_sent_afresh_with_a_later_time(grades: OwedGrades) -> None:
    grades.owe("Ada")
    grades.sender.send_due()
    grades.owe("Ada")
    grades.sender.send_due()
    assert len(grades.services.posted) == 1
    grades.owe("Ada", afresh=True)
    grades.sender.send_due()
    assert len(grades.services.posted) == 2
    assert grades.services.posted[0]["timestamp"] < grades.services.posted[1]["timestamp"]
    assert state(grades) is DeliveryState.DELIVERED


def test_what_is_sent_afresh_is_the_best_even_if_the_new_one_is_lower(grades: OwedGrades) -> None:
    grades.owe("Ada", score=0.9)
    grades.sender.send_due()
    grades.owe("Ada", score=0.5, afresh=True)
    grades.sender.send_due()
    assert [posted["scoreGiven"] for posted in grades.services.posted] == [90, 90]


@pytest.mark.parametrize("words", ["", "OK", "<p>Thank you</p>", '{"resultUrl": "https://lms.example/r"}'])
def test_an_lms_that_says_yes_in_its_own_words_has_taken_the_grade(grades: OwedGrades, words: str) -> None:
    grades.services.odd["scores"] = (200, {}, words)
    grades.owe("Ada")
    grades.sender.send_due()
    assert state(grades) is DeliveryState.DELIVERED


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 412, 415, 422, 451])
def test_a_refusal_is_told_to_people_at_once(grades: OwedGrades, status: int) -> None:
    grades.services.odd["scores"] = (status, {}, "Ada Okafor is no student")
    grades.owe("Ada")
    grades.sender.send_due()
    assert state(grades) is DeliveryState.NEEDS_ATTENTION
    assert "Okafor" not in grades.deliveries()["Ada"].words


def test_where_our_clock_is_ahead_of_the_lms_we_wait_and_say_so(grades: OwedGrades) -> None:
    grades.services.odd["scores"] = (400, {}, "Provided submitted_at timestamp of 2026 in the future")
    grades.owe("Ada")
    grades.sender.send_due()
    assert state(grades) is DeliveryState.WAITING
    assert "clock" in grades.deliveries()["Ada"].words


@pytest.mark.parametrize("older", [OLDER, CANVAS_OLDER, OTHERS_OLDER], ids=["Moodle", "Canvas", "another"])
class TestWhereTheLmsHoldsALaterGrade:
    """It says no to ours, with 409 or in words; its own record decides what follows."""

    def send(self, grades: OwedGrades, older: Reply, *held: dict[str, Any]) -> None:
        grades.services.odd["scores"] = older
        grades.services.results = list(held)
        grades.owe("Ada")
        grades.sender.send_due()

    def test_the_same_grade_of_the_same_time_has_arrived(self, grades: OwedGrades, older: Reply) -> None:
        self.send(grades, older, result(80, datetime.now(UTC)))
        assert state(grades) is DeliveryState.DELIVERED

    def test_a_later_one_as_good_makes_ours_needless(self, grades: OwedGrades, older: Reply) -> None:
        self.send(grades, older, result(80, datetime.now(UTC) + timedelta(minutes=1)))
        assert state(grades) is DeliveryState.SUPERSEDED
        assert "at least as good" in grades.deliveries()["Ada"].words

    def test_so_does_a_better_one(self, grades: OwedGrades, older: Reply) -> None:
        self.send(grades, older, result(95))
        assert state(grades) is DeliveryState.SUPERSEDED

    def test_a_lower_one_is_overtaken_with_a_time_after_its_own(self, grades: OwedGrades, older: Reply) -> None:
        theirs = datetime.now(UTC) + A_YEAR
        self.send(grades, older, result(20, theirs))
        assert state(grades) is DeliveryState.WAITING
        grades.services.odd["scores"] = GOOD
        with grades.database.transaction() as session:
            session.execute(update(type(grades.deliveries()["Ada"])).values(due_at=datetime.now(UTC)))
        grades.sender.send_due()
        assert state(grades) is DeliveryState.DELIVERED
        assert grades.services.posted[1]["timestamp"] > grades.services.posted[0]["timestamp"]
        assert datetime.fromisoformat(grades.services.posted[1]["timestamp"]) == theirs + timedelta(seconds=1)

    def test_a_better_result_of_ours_is_sent_after_one_that_was_needless(
        self, grades: OwedGrades, older: Reply
    ) -> None:
        self.send(grades, older, result(95))
        grades.owe("Ada", score=1.0)
        grades.services.odd["scores"] = GOOD
        grades.sender.send_due()
        assert state(grades) is DeliveryState.DELIVERED

    def test_against_someone_who_keeps_writing_we_do_not_send_for_ever(
        self, grades: OwedGrades, older: Reply, clock: Traveller
    ) -> None:
        self.send(grades, older, result(20))
        for _ in range(2 * ENOUGH_COMPARISONS):
            clock.shift(grades.sender.send_due() or timedelta(0))
        assert state(grades) is DeliveryState.NEEDS_ATTENTION
        assert len(grades.services.posted) == ENOUGH_COMPARISONS
        assert "Someone who leads the course" in grades.deliveries()["Ada"].words


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
def test_odd_records_do_not_make_us_stumble(grades: OwedGrades, odd: dict[str, Any]) -> None:
    grades.services.odd["scores"] = OLDER
    grades.services.results = [{"userId": "sub-Ada"} | odd]
    grades.owe("Ada")
    grades.sender.send_due()
    assert state(grades) in {DeliveryState.WAITING, DeliveryState.DELIVERED}
    assert "our side" not in grades.deliveries()["Ada"].words


def test_someone_elses_record_is_not_taken_for_ours(grades: OwedGrades) -> None:
    grades.services.odd["scores"] = OLDER
    grades.services.results = [result(80, name="Ben"), result(10, name="Ada")]
    grades.owe("Ada")
    grades.sender.send_due()
    assert state(grades) is DeliveryState.WAITING


def test_a_record_on_a_later_page_is_found(grades: OwedGrades) -> None:
    grades.services.odd["scores"] = OLDER
    link = f"<{RESULTS_URL}?page=bookmark:WzBd&amp;user_id=sub-Ada>; rel=“next”".encode().decode("latin-1")
    grades.services.odd["results"] = {
        f"{RESULTS_URL}?type_id=1&user_id=sub-Ada": listed([result(10, name="Ben")], Link=link),
        f"{RESULTS_URL}?page=bookmark:WzBd&user_id=sub-Ada": listed([result(80)]),
    }
    grades.owe("Ada")
    grades.sender.send_due()
    assert state(grades) is DeliveryState.DELIVERED


@pytest.mark.parametrize("status", [429, 503])
def test_where_the_record_cannot_be_read_now_the_grade_waits_with_the_same_time(
    grades: OwedGrades, clock: Traveller, status: int
) -> None:
    grades.services.odd["scores"] = OLDER
    grades.services.odd["results"] = (status, {}, "")
    grades.owe("Ada")
    clock.shift(grades.sender.send_due() or timedelta(0))
    grades.sender.send_due()
    assert state(grades) is DeliveryState.WAITING
    assert len({posted["timestamp"] for posted in grades.services.posted}) == 1


def test_where_it_may_not_be_read_at_all_the_grade_is_sent_with_a_new_time(
    grades: OwedGrades, clock: Traveller
) -> None:
    with grades.database.transaction() as session:
        session.execute(update(Activity).values(scopes=[grades.activity.scopes[0]]))
    grades.services.odd["scores"] = OLDER
    grades.owe("Ada")
    clock.shift(grades.sender.send_due() or timedelta(0))
    grades.services.odd["scores"] = GOOD
    grades.sender.send_due()
    assert state(grades) is DeliveryState.DELIVERED
    assert grades.services.posted[0]["timestamp"] < grades.services.posted[1]["timestamp"]


def test_rights_that_we_do_not_use_are_not_asked_for(grades: OwedGrades) -> None:
    with grades.database.transaction() as session:
        session.execute(update(Activity).values(scopes=[*grades.activity.scopes, "https://lms.example/everything"]))
    grades.owe("Ada")
    grades.sender.send_due()
    assert state(grades) is DeliveryState.DELIVERED
    asked = str(grades.services.got("token").body)
    assert "everything" not in asked and "score" in asked
