"""What the LMS holds of our grades is looked at: what a reset has lost is sent again, and a mark by hand is seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import time_machine
from sqlalchemy import event, select, update

from db import Database
from lti.domain.delivery import DeliveryState
from lti.domain.roles import Role
from lti.domain.scopes import SCORE
from lti.grades.deliveries import Grade, owe_grade
from lti.grades.gradebook import Comparer
from lti.grades.gradebook_checks import ask_for_module, ask_for_person, is_stale, stale_activity
from lti.grades.results import Results
from lti.models import Activity, Delivery, Membership
from modules.models import Attempt, ModuleVersion, Pass
from modules.passes.passes import still_counting
from tests.support.lms.owed_grades import OwedGrades
from tests.support.passback import Post
from tests.support.visitor import Visitor

MODULE = "essentials"


def later(**time: int) -> Any:
    """Travel: a look is made once an hour at most."""
    return time_machine.travel(datetime.now(UTC) + timedelta(**time))


@pytest.fixture
def delivered(post: Post) -> Post:
    """Give a grade that has arrived, and was seen in the gradebook."""
    post.owe(0.9)
    post.deliver()
    post.compare()
    return post


def ask(post: Post) -> None:
    """Do as the page of somebody who opens the activity."""
    with post.database.transaction() as session:
        delivery = session.scalars(select(Delivery)).one()
        if is_stale(delivery, datetime.now(UTC)):
            ask_for_person(session, delivery.activity_id, delivery.person_id, datetime.now(UTC))


def everybody_passes(post: Post) -> None:
    """Let four people of staff have a grade in the gradebook."""
    for person in ("6", "7", "8"):
        Visitor(post.practice.url, post.practice.tool_url, person=person).launch()
    now = datetime.now(UTC)
    with post.database.transaction() as session:
        activity = session.scalars(select(Activity)).one()
        for person_id in session.scalars(select(Membership.person_id).where(Membership.role == Role.STAFF)).all():
            owe_grade(session, activity.id, person_id, Grade(0.9, "Passed.", now, now), now)
    post.deliver()
    post.compare()


def percents(post: Post) -> list[float | None]:
    """Return all that the gradebook holds for the first activity, by whose it is."""
    grades = requests.get(f"{post.practice.url}/courses/invictus/gradebook.json", timeout=5).json()["grades"]
    return [grade["percent"] for grade in grades if grade["activity"] == "101" and grade["person"] in "5678"]


class TestCourseReset:
    def test_a_grade_that_the_lms_has_lost_is_sent_again_when_its_owner_comes_back(self, delivered: Post) -> None:
        delivered.reset()
        with later(hours=2):
            ask(delivered)
            assert delivered.compare() == 1
        assert delivered.held()["percent"] == 90
        assert delivered.delivery.state is DeliveryState.DELIVERED

    def test_one_who_comes_back_brings_back_the_grades_of_everyone(self, post: Post) -> None:
        everybody_passes(post)
        post.reset()
        with later(hours=2):
            with post.database.transaction() as session:
                delivery = session.scalars(select(Delivery).order_by(Delivery.id)).first()
                assert delivery
                ask_for_person(session, delivery.activity_id, delivery.person_id, datetime.now(UTC))
            assert post.compare() == 4
        assert percents(post) == [90, 90, 90, 90]

    def test_all_come_back_when_someone_who_leads_the_course_looks(self, post: Post) -> None:
        everybody_passes(post)
        post.reset()
        with later(hours=2):
            with post.database.transaction() as session:
                course = session.scalars(select(Activity.course_id)).one()
                ask_for_module(session, course, MODULE, datetime.now(UTC))
            before = len(post.calls("/results"))
            assert post.compare() == 4
            assert len(post.calls("/results")) == before + 1
        assert percents(post) == [90, 90, 90, 90]

    def test_one_who_plays_again_after_a_reset_gets_their_best_grade_back(self, delivered: Post) -> None:
        delivered.reset()
        with later(minutes=5):
            delivered.owe(0.8)
            delivered.compare()
        assert delivered.held()["percent"] == 90

    def test_completion_comes_back_too(self, post: Post) -> None:
        post.allow_columns()
        Visitor(post.practice.url, post.practice.tool_url).launch()
        post.change(Activity, marks_completion=True)
        post.owe(0.9, passed=True)
        post.deliver()
        post.compare()
        post.reset()
        with later(hours=2):
            with post.database.transaction() as session:
                activity = session.scalars(select(Activity)).one()
                ask_for_module(session, activity.course_id, MODULE, datetime.now(UTC))
            post.compare()
        assert sorted(grade["writes"] for grade in post.gradebook()) == [0, 0, 1, 1]

    def test_a_pass_that_has_run_out_is_not_sent_again(self, delivered: Post) -> None:
        with delivered.database.transaction() as session:
            delivery, now = session.scalars(select(Delivery)).one(), datetime.now(UTC)
            version = session.scalars(select(ModuleVersion).where(ModuleVersion.module == MODULE)).first()
            assert version
            whose = {"person_id": delivery.person_id, "module": MODULE}
            attempt = Attempt(**whose, activity_id=delivery.activity_id, version_id=version.id, started_at=now)
            session.add(attempt)
            session.flush()
            ended = {"passed_at": now, "valid_until": (now - timedelta(days=1)).date()}
            session.add(Pass(attempt_id=attempt.id, **whose, cycle=1, **ended))
        delivered.reset()
        with later(hours=2):
            ask(delivered)
            assert delivered.compare() == 0

    def test_who_has_left_the_course_gets_no_grade(self, delivered: Post) -> None:
        delivered.change(Membership, left_at=datetime.now(UTC))
        delivered.reset()
        with later(hours=2):
            ask(delivered)
            assert delivered.compare() == 0

    def test_a_grade_from_before_grades_were_looked_at_is_sent_again_once(self, post: Post) -> None:
        post.owe(0.9)
        post.deliver()
        post.change(Delivery, compared_at=None, compare_at=None)
        post.reset()
        with later(hours=2):
            ask(post)
            assert post.compare() == 1
        assert post.held()["percent"] == 90


class TestLimits:
    def test_a_grade_is_looked_at_once_an_hour_at_most(self, delivered: Post) -> None:
        before = len(delivered.calls("/results"))
        for _ in range(3):
            ask(delivered)
            delivered.compare()
        assert len(delivered.calls("/results")) == before
        with later(hours=2):
            for _ in range(3):
                ask(delivered)
                delivered.compare()
            assert len(delivered.calls("/results")) == before + 1

    def test_a_courses_grades_are_looked_at_once_an_hour_at_most(self, delivered: Post) -> None:
        with delivered.database.transaction() as session:
            course, now = session.scalars(select(Activity.course_id)).one(), datetime.now(UTC)
            assert session.scalar(select(stale_activity(course, MODULE, now)))
            ask_for_module(session, course, MODULE, now)
            assert not session.scalar(select(stale_activity(course, MODULE, now)))
        delivered.compare()
        with delivered.database.reading() as session:
            assert not session.scalar(select(stale_activity(course, MODULE, datetime.now(UTC))))

    def test_the_results_of_many_are_read_at_once_and_without_a_limit(self, post: Post) -> None:
        everybody_passes(post)
        (call,) = post.calls("/results")
        assert "limit" not in call["path"] and "user_id" not in call["path"]

    def test_an_lms_in_trouble_is_asked_again_later(self, delivered: Post) -> None:
        delivered.reset()
        delivered.trouble("unavailable")
        with later(hours=2):
            ask(delivered)
            assert delivered.compare() == 0
        delivered.trouble("none")
        with later(hours=3):
            assert delivered.compare() == 1
        assert delivered.held()["percent"] == 90

    def test_an_lms_that_does_not_let_us_look_is_left_alone(self, delivered: Post) -> None:
        delivered.change(Activity, scopes=[SCORE])
        before = len(delivered.calls("/results"))
        with later(hours=2):
            ask(delivered)
            assert delivered.compare() == 0
            assert not is_stale(delivered.delivery, datetime.now(UTC))
        assert len(delivered.calls("/results")) == before

    def test_a_look_that_was_cut_off_is_made_again(self, delivered: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        delivered.reset()
        with later(hours=2):
            ask(delivered)
            with monkeypatch.context() as dying:
                dying.setattr("lti.grades.gradebook.read_results", lambda *_: [].pop(), raising=True)
                with pytest.raises(IndexError):
                    delivered.compare()
        with later(hours=3):
            assert delivered.compare() == 1


class TestByHand:
    def test_a_mark_that_was_set_by_hand_is_seen_and_never_overwritten(self, delivered: Post) -> None:
        delivered.mark_by_hand(60)
        with later(hours=2):
            ask(delivered)
            assert delivered.compare() == 0
        assert delivered.delivery.held == pytest.approx(0.6)
        assert delivered.delivery.is_other_mark
        assert delivered.held()["percent"] == 60

    def test_a_grade_that_the_lms_takes_and_does_not_keep_is_seen_at_once(self, post: Post) -> None:
        post.mark_by_hand(60)
        post.owe(0.9)
        post.deliver()
        post.compare()
        assert post.delivery.state is DeliveryState.DELIVERED
        assert post.delivery.is_other_mark
        assert post.held()["percent"] == 60

    def test_a_locked_grade_waits_and_what_the_course_shows_is_known(self, delivered: Post) -> None:
        delivered.lock()
        with later(minutes=5):
            delivered.owe(1.0)
            delivered.try_once()
            delivered.compare()
        assert delivered.delivery.state is DeliveryState.WAITING
        assert "locked" in delivered.delivery.words
        assert delivered.delivery.held == pytest.approx(0.9)

    def test_a_mark_that_looks_the_same_to_people_is_no_other_mark(self, post: Post) -> None:
        post.owe(0.83333)
        post.deliver()
        post.compare()
        assert post.delivery.held == pytest.approx(0.8333)
        assert not post.delivery.is_other_mark


class TestOddAnswers:
    """What an LMS may say of its results."""

    @pytest.fixture
    def grades(self, grades: OwedGrades) -> OwedGrades:
        grades.owe("Ada", "Ben")
        grades.sender.send_due()
        return grades

    def compare(self, grades: OwedGrades, hours: int = 0) -> int:
        with later(hours=hours):
            comparer = Comparer(grades.database, grades.settings, still_counting)
            if hours:
                with grades.database.transaction() as session:
                    session.execute(update(Delivery).values(compare_at=datetime.now(UTC)))
            return comparer.compare_due(grades.platform_id)

    def shows(self, grades: OwedGrades, **shares: float | None) -> None:
        grades.services.results = [
            {"userId": f"sub-{name}", "resultScore": share, "resultMaximum": 1} for name, share in shares.items()
        ]

    def test_an_lms_that_never_shows_a_grade_is_not_sent_it_again(self, grades: OwedGrades) -> None:
        for hours in (0, 2, 4):
            assert self.compare(grades, hours) == 0
        assert len(grades.services.posted) == 2

    def test_one_that_is_lost_for_ever_is_sent_again_once(self, grades: OwedGrades) -> None:
        self.shows(grades, Ada=0.8, Ben=0.8)
        self.compare(grades)
        grades.services.results = []
        assert self.compare(grades, 2) == 2
        with later(hours=2):
            grades.sender.send_due()
        for hours in (3, 5):
            assert self.compare(grades, hours) == 0
        assert len(grades.services.posted) == 4

    def test_a_wiped_grade_is_lost_as_well(self, grades: OwedGrades) -> None:
        self.shows(grades, Ada=0.8, Ben=0.8)
        self.compare(grades)
        self.shows(grades, Ada=None, Ben=0.8)
        assert self.compare(grades, 2) == 1

    @pytest.mark.parametrize("status", [403, 404, 400])
    def test_one_that_refuses_is_left_alone(self, grades: OwedGrades, status: int) -> None:
        grades.services.odd["results"] = (status, {}, "")
        assert self.compare(grades, 2) == 0
        with grades.database.reading() as session:
            assert session.scalars(select(Delivery.compare_at)).all() == [None, None]

    def test_a_grade_that_was_sent_while_we_looked_is_not_taken_for_lost(
        self, grades: OwedGrades, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.shows(grades, Ada=0.8, Ben=0.8)
        self.compare(grades)

        def meanwhile(*_: Any) -> Results:
            grades.owe("Ada", "Ben", score=0.9)
            grades.sender.send_due()
            return Results()

        monkeypatch.setattr("lti.grades.gradebook.read_results", meanwhile)
        assert self.compare(grades, 2) == 0


@pytest.mark.parametrize("people", [4, 60])
def test_the_number_of_questions_does_not_grow_with_people_without_news(
    grades: OwedGrades, database: Database, people: int
) -> None:
    names = [f"Person {number}" for number in range(people)]
    grades.owe(*names)
    grades.sender.send_due()
    grades.services.results = [{"userId": f"sub-{name}", "resultScore": 0.8, "resultMaximum": 1} for name in names]
    comparer = Comparer(database, grades.settings, still_counting)
    comparer.compare_due(grades.platform_id)
    with database.transaction() as session:
        session.execute(update(Activity).values(compare_at=datetime.now(UTC)))
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    comparer.compare_due(grades.platform_id)
    assert len([query for query in queries if not query.startswith("BEGIN")]) == 12
