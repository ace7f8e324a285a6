"""What managers see of one person's grade on its way, and what they and administrators can do about it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from db import Database
from lti.domain.delivery import DeliveryState, Outcome, verdict_on
from lti.domain.message import Purpose
from lti.domain.roles import Role
from lti.grades.deliveries import Grade, owe_grade
from lti.models import Activity, Course, Delivery, DeliveryTry, Membership, Platform, Visit
from modules.models import Pass
from tests.support.factories import NOW
from tests.support.school import LATER, Browser, School, assert_polite
from tests.support.visitor import Form, words_of
from tests.support.worker import do_jobs

COLUMN = "https://lms.example/items/1"
GONE = "The column for this grade is gone from the gradebook."


@pytest.fixture
def manager(school: School) -> Browser:
    return school.visit("Mo Aziz", Role.TRAINER)


@pytest.fixture
def change(school: School, database: Database) -> Callable[..., None]:
    """Put every delivery into a state, with what belongs to it."""

    def to(state: DeliveryState, **columns: object) -> None:
        with database.transaction() as session:
            for delivery in session.scalars(select(Delivery)):
                delivery.state = state
                for name, value in columns.items():
                    setattr(delivery, name, value)

    return to


@pytest.fixture
def ada(school: School, database: Database) -> Browser:
    """Let Ada pass in an activity that has a column in the gradebook."""
    with database.transaction() as session:
        session.get_one(Activity, school.activity.id).line_item_url = COLUMN
    ada = school.visit()
    ada.play()
    return ada


def presses(browser: Browser, path: str) -> str:
    """Press the button that sends again, and return the page that it leads to."""
    token = Form(browser.get("/module").text).fields["csrf_token"]
    sent = browser.post(path, {"csrf_token": token})
    assert sent.status_code == 303
    return words_of(browser.client.get(sent.location).text)


def states(database: Database) -> list[DeliveryState]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


def test_every_try_to_send_a_grade_is_shown_with_what_came_of_it(
    school: School, ada: Browser, manager: Browser, database: Database, change: Callable[..., None]
) -> None:
    change(DeliveryState.NEEDS_ATTENTION, words=GONE, tries=2)
    with database.transaction() as session:
        delivery = session.scalars(select(Delivery)).one()
        told = {"delivery_id": delivery.id, "version": 1, "stamp": NOW}
        session.add(DeliveryTry(**told, begun_at=NOW, ended_at=NOW, status=503, words="The LMS is busy or down."))
        session.add(DeliveryTry(**told, begun_at=NOW, ended_at=None))
        session.add(DeliveryTry(**told, begun_at=NOW, ended_at=NOW, status=404, words=GONE))
    page = manager.get(f"/people/{ada.person_id}/grade")
    words = words_of(page.text)
    assert "Grade for Ada Okafor" in words and "Needs attention" in words
    assert "Score 100%, for the attempt finished on" in words
    latest, cut_off, first = re.findall(r"<tr class=\"govuk-table__row\">\s*<td.*?</tr>", page.text, re.DOTALL)
    assert GONE in latest and "404" in latest
    assert "Sending stopped because of a fault at our end." in cut_off
    assert "The LMS is busy or down." in first and "503" in first


def test_a_grade_that_waits_says_why_and_until_when(
    ada: Browser, manager: Browser, database: Database, change: Callable[..., None]
) -> None:
    change(DeliveryState.WAITING, due_at=NOW, tries=3)
    with database.transaction() as session:
        platform = session.scalars(select(Platform)).one()
        platform.failures, platform.rests_until = 3, LATER
        platform.trouble = "The LMS is busy or down. We keep trying."
    words = words_of(manager.get(f"/people/{ada.person_id}/grade").text)
    assert "We keep trying." in words
    assert "Next try 20 November 2036 at 9.00am. Tried 3 times so far." in words


def test_nothing_is_owed_to_those_who_have_not_finished(school: School, manager: Browser) -> None:
    ben = school.visit("Ben Cole")
    words = words_of(manager.get(f"/people/{ben.person_id}/grade").text)
    assert "There is no grade to send for this person" in words and "Send the grade again" not in words


def test_who_is_not_in_the_course_has_no_page(manager: Browser) -> None:
    assert manager.get("/people/4711/grade").status_code == 404
    assert manager.get("/people/99999999999/grade").status_code == 404


def test_those_who_learn_see_no_ones_page_not_even_their_own(ada: Browser) -> None:
    assert_polite(ada.get(f"/people/{ada.person_id}/grade"), 403, "This page is not for you")
    token = Form(ada.get("/module").text).fields["csrf_token"]
    refused = ada.post(f"/people/{ada.person_id}/send-again", {"csrf_token": token})
    assert_polite(refused, 403, "This page is not for you")


def test_a_grade_is_sent_again_whatever_has_become_of_it(
    ada: Browser, manager: Browser, database: Database, change: Callable[..., None]
) -> None:
    change(DeliveryState.DELIVERED, delivered_at=NOW)
    words = presses(manager, f"/people/{ada.person_id}/send-again")
    assert "One grade is on its way again." in words and "Grade for Ada Okafor" in words
    assert states(database) == [DeliveryState.WAITING]


def test_all_that_needed_attention_is_sent_again_and_a_second_press_finds_nothing(
    school: School, ada: Browser, manager: Browser, database: Database, change: Callable[..., None]
) -> None:
    school.visit("Ben Cole").play()
    change(DeliveryState.NEEDS_ATTENTION, words=GONE)
    assert "2 grades are on their way again." in presses(manager, "/people/send-again")
    assert states(database) == [DeliveryState.WAITING, DeliveryState.WAITING]
    assert "No grade was waiting to be sent again." in presses(manager, "/people/send-again")


def test_an_lms_that_rests_is_tried_at_once_when_someone_asks(
    ada: Browser, manager: Browser, database: Database, change: Callable[..., None]
) -> None:
    change(DeliveryState.WAITING)
    with database.transaction() as session:
        session.scalars(select(Platform)).one().rests_until = LATER
    presses(manager, "/people/send-again")
    with database.reading() as session:
        assert session.scalars(select(Platform)).one().rests_until is None


class TestOtherMarks:
    """What people read where the course shows a different mark from the training's result."""

    def test_they_read_both_marks(
        self, ada: Browser, manager: Browser, database: Database, change: Callable[..., None]
    ) -> None:
        change(DeliveryState.DELIVERED, delivered_at=NOW, held=0.6)
        words = words_of(ada.get("/module").text)
        assert "Your course shows 60%. Your result here is 100%" in words
        assert "Your trainer may have set the mark in your course by hand." in words
        assert "The LMS shows a different mark: 60%. The result here is 100%." in words_of(manager.get("/people").text)
        words = words_of(manager.get(f"/people/{ada.person_id}/grade").text)
        assert "The LMS shows a different mark: 60%" in words and "Send the grade again" in words

    def test_a_mark_that_is_ours_is_not_mentioned(
        self, ada: Browser, manager: Browser, change: Callable[..., None]
    ) -> None:
        change(DeliveryState.DELIVERED, delivered_at=NOW, held=0.9999)
        assert "Your course has your grade of 100%." in words_of(ada.get("/module").text)
        assert "different mark" not in words_of(manager.get("/people").text)

    def test_a_locked_grade_says_what_the_course_shows_until_it_arrives(
        self, ada: Browser, change: Callable[..., None]
    ) -> None:
        change(DeliveryState.WAITING, held=0.6)
        assert "Until then your course shows 60%." in words_of(ada.get("/module").text)

    def test_a_grade_that_has_not_been_looked_at_of_late_is_looked_at_when_its_owner_comes(
        self, app: Flask, ada: Browser, database: Database, change: Callable[..., None]
    ) -> None:
        change(DeliveryState.DELIVERED, delivered_at=NOW, compared_at=NOW, compare_at=None)
        ada.get("/module")
        do_jobs(app)
        with database.reading() as session:
            asked = session.scalars(select(Delivery.compare_at)).one()
        assert asked is not None

    def test_all_are_looked_at_when_someone_who_leads_the_course_comes(
        self, app: Flask, ada: Browser, manager: Browser, database: Database, change: Callable[..., None]
    ) -> None:
        manager.get("/people")
        do_jobs(app)
        with database.reading() as session:
            assert session.scalars(select(Activity.compare_at)).one() is None
        change(DeliveryState.DELIVERED, delivered_at=NOW)
        manager.get("/people")
        do_jobs(app)
        with database.reading() as session:
            assert session.scalars(select(Activity.compare_at)).one() is not None

    def test_someone_who_is_not_a_learner_there_is_told_kindly(self, ada: Browser, change: Callable[..., None]) -> None:
        refused = verdict_on(Outcome(400)).words
        change(DeliveryState.NEEDS_ATTENTION, words=refused)
        words = words_of(ada.get("/module").text)
        assert "does not list you as a learner" in words and "you do not need to do anything" in words

    def test_the_grade_of_someone_who_is_not_in_the_table_raises_no_alarm(
        self, ada: Browser, manager: Browser, database: Database, change: Callable[..., None]
    ) -> None:
        change(DeliveryState.NEEDS_ATTENTION, words=GONE)
        assert "1 grade needs your attention" in words_of(manager.get("/people").text)
        with database.transaction() as session:
            for membership in session.scalars(select(Membership).where(Membership.person_id == ada.person_id)):
                membership.role = Role.TRAINER
        assert "your attention" not in words_of(manager.get("/people").text)
        assert "No grade was waiting to be sent again." in presses(manager, "/people/send-again")


class TestCarriedOver:
    """Who has passed need not play again where the same module stands in another activity."""

    @pytest.fixture
    def elsewhere(self, school: School, ada: Browser, database: Database) -> Browser:
        """Let Ada open another activity with the module, in a course of the same LMS."""
        with database.transaction() as session:
            here = session.get_one(Activity, school.activity.id)
            deployment = session.get_one(Course, here.course_id).deployment_id
            course = Course(deployment_id=deployment, context="course-2", title="Safeguarding")
            session.add(course)
            session.flush()
            there = Activity(
                course_id=course.id, resource_link="link-2", title="Photos", module=here.module, line_item_url=COLUMN
            )
            session.add(there)
            session.flush()
            school.activity = there
        return school.on_another_device(ada)

    def grades(self, school: School, database: Database) -> list[Delivery]:
        with database.reading() as session:
            return list(session.scalars(select(Delivery).where(Delivery.activity_id == school.activity.id)))

    def test_the_grade_is_sent_to_the_other_activity_when_they_open_it(
        self, app: Flask, school: School, elsewhere: Browser, database: Database
    ) -> None:
        words = words_of(elsewhere.get("/module").text)
        assert "on its way to your course" in words
        do_jobs(app)
        assert words_of(elsewhere.get("/module").text) == words
        (owed,) = self.grades(school, database)
        assert (owed.state, owed.score) == (DeliveryState.WAITING, 1.0)

    def test_they_read_that_it_was_carried_over_also_later(
        self, app: Flask, school: School, elsewhere: Browser, database: Database, change: Callable[..., None]
    ) -> None:
        said = "This grade comes from an attempt that you made in another activity"
        assert said in words_of(elsewhere.get("/module").text)
        do_jobs(app)
        change(DeliveryState.DELIVERED, delivered_at=NOW)
        assert said in words_of(elsewhere.get("/module").text)

    def test_those_who_lead_the_course_see_who_passed_before_and_send_their_grades(
        self, school: School, elsewhere: Browser, database: Database
    ) -> None:
        manager = school.visit("Jo Hill", Role.TRAINER)
        with database.transaction() as session:
            course_id = session.get_one(Activity, school.activity.id).course_id
            session.add(Membership(course_id=course_id, person_id=elsewhere.person_id, role=Role.STAFF))
        words = words_of(manager.get("/people").text)
        assert "Passed before. The grade is sent when they open this activity." in words
        assert "One grade is on its way to this activity." in presses(manager, "/people/carry-over")
        (owed,) = self.grades(school, database)
        assert (owed.state, owed.score, owed.carried) == (DeliveryState.WAITING, 1.0, True)
        words = words_of(manager.get("/people").text)
        assert "Passed before" not in words and "Send their grades now" not in words
        assert "No one has an earlier grade that is missing here." in presses(manager, "/people/carry-over")

    def test_of_a_trainer_who_has_become_a_learner_no_one_claims_that_they_passed_elsewhere(
        self, school: School, manager: Browser, database: Database
    ) -> None:
        trainer = school.visit("Ada Okafor", Role.TRAINER)
        trainer.play()
        assert self.grades(school, database) == []
        with database.transaction() as session:
            course_id = session.get_one(Activity, school.activity.id).course_id
            session.get_one(Membership, (course_id, trainer.person_id)).role = Role.STAFF
        words = words_of(manager.get("/people").text)
        assert "or in this one before the course listed them as learners" in words
        assert "One grade is on its way to this activity." in presses(manager, "/people/carry-over")
        (owed,) = self.grades(school, database)
        assert (owed.score, owed.carried) == (1.0, False)

    def test_a_second_activity_of_the_course_says_which_grades_it_lacks(
        self, school: School, ada: Browser, database: Database, change: Callable[..., None]
    ) -> None:
        change(DeliveryState.DELIVERED, delivered_at=NOW)
        with database.transaction() as session:
            here = session.get_one(Activity, school.activity.id)
            twin = Activity(course_id=here.course_id, resource_link="link-2", title="Photos (copy)", module=here.module)
            session.add(twin)
            session.flush()
            school.activity = twin
        manager = school.visit("Jo Hill", Role.TRAINER)
        assert "Passed before. The grade is sent when they open this activity." in words_of(manager.get("/people").text)
        assert "One grade is on its way to this activity." in presses(manager, "/people/carry-over")

    def test_a_better_grade_that_was_made_here_is_no_longer_one_of_another_activity(
        self, app: Flask, school: School, elsewhere: Browser, database: Database
    ) -> None:
        elsewhere.get("/module")
        do_jobs(app)
        now = NOW + timedelta(days=1)
        with database.transaction() as session:
            session.scalars(select(Delivery).where(Delivery.activity_id == school.activity.id)).one().score = 0.5
            owe_grade(session, school.activity.id, elsewhere.person_id, Grade(0.9, "Passed.", now, now, True), now)
        (owed,) = self.grades(school, database)
        assert not owed.carried

    def test_opening_it_again_sends_nothing_twice(
        self, app: Flask, school: School, elsewhere: Browser, database: Database
    ) -> None:
        for _ in range(2):
            elsewhere.get("/module")
            elsewhere.get("/module")
            do_jobs(app)
        (owed,) = self.grades(school, database)
        assert owed.version == 1

    def test_a_pass_that_has_run_out_is_not_carried_over(
        self, app: Flask, school: School, elsewhere: Browser, database: Database
    ) -> None:
        with database.transaction() as session:
            for held in session.scalars(select(Pass)):
                held.valid_until = (NOW - timedelta(days=1)).date()
        elsewhere.get("/module")
        do_jobs(app)
        assert self.grades(school, database) == []


class TestCommand:
    """``flask lti deliveries``, for whoever looks after the installation."""

    def said(self, app: Flask, *options: str) -> str:
        answer = app.test_cli_runner().invoke(args=["lti", "deliveries", *options])
        assert answer.exit_code == 0, answer.output
        return " ".join(answer.output.split())

    def test_it_counts_by_lms_and_state_and_says_which_rests(
        self, app: Flask, school: School, ada: Browser, database: Database
    ) -> None:
        with database.transaction() as session:
            platform = session.scalars(select(Platform)).one()
            platform.failures, platform.rests_until, platform.trouble = 2, LATER, "The LMS is busy or down."
        said = self.said(app)
        assert "Oak Tree Moodle waiting 1" in said
        assert "rests until 20 November 2036, 09:00:00 UTC after 2 failures: The LMS is busy or down." in said

    def test_what_needs_attention_is_listed_without_anybodys_name(
        self, app: Flask, ada: Browser, change: Callable[..., None]
    ) -> None:
        assert self.said(app, "--attention") == ""
        change(DeliveryState.NEEDS_ATTENTION, words=GONE, tries=1)
        said = self.said(app, "--attention")
        assert f"person {ada.person_id}, 1 try): {GONE}" in said
        assert "Ada" not in said


def test_a_grade_is_not_promised_where_no_activity_of_the_course_opens_the_module_any_longer(
    school: School, ada: Browser, database: Database
) -> None:
    manager = school.visit("Jo Hill", Role.TRAINER, purpose=Purpose.COURSE)
    with database.transaction() as session:
        session.get_one(Activity, school.activity.id).module = "essentials"
        session.execute(update(Visit).where(Visit.purpose == Purpose.COURSE).values(activity_id=None))
    words = words_of(manager.get("/people?module=photos").text)
    assert "Ada Okafor" in words and "Passed" in words
    assert "The grade is sent when they open this activity" not in words and "Waiting" not in words
