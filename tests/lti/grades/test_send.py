"""Grades on their way to the practice LMS, over real HTTP, through its bad days."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
import time_machine
from sqlalchemy import select

from lti.domain.delivery import DELIVERED, DeliveryState
from lti.domain.roles import Role
from lti.grades.deliveries import Grade, owe_grade, send_again
from lti.grades.scores import post_score
from lti.grades.settle import Ending, conclude
from lti.models import Activity, Delivery, Membership, Person, Platform
from tests.support.passback import Post
from tests.support.servers import free_port
from tests.support.visitor import Visitor

LATER = timedelta(hours=3)


def test_a_grade_arrives(post: Post) -> None:
    post.owe(0.85)
    assert post.sender.send_due() is None
    assert post.held()["percent"] == 85
    assert post.delivery.state is DeliveryState.DELIVERED


def test_a_grade_of_nothing_arrives_too(post: Post) -> None:
    post.owe(0)
    post.sender.send_due()
    assert post.held()["percent"] == 0


def test_one_token_serves_many_grades(post: Post) -> None:
    for score in (0.5, 0.6, 0.7):
        post.owe(score)
        post.sender.send_due()
    assert post.held()["percent"] == 70
    assert len(post.calls("/token")) == 1


def test_a_better_result_gets_a_later_stamp_though_the_clock_stands_still(post: Post) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False):
        post.owe(0.5)
        post.sender.send_due()
        post.owe(0.9)
        post.sender.send_due()
    assert post.held()["percent"] == 90
    assert post.tries[1].stamp - post.tries[0].stamp == timedelta(seconds=1)


@pytest.mark.parametrize("kind", ["unavailable", "throttled", "calls-used-up", "slow", "token-refused"])
def test_an_lms_in_trouble_only_delays_a_grade(post: Post, kind: str) -> None:
    post.trouble(kind)
    post.owe(0.85)
    post.sender.send_due()
    post.trouble("none")
    with time_machine.travel(datetime.now(UTC) + LATER):
        post.sender.send_due()
    assert post.held()["percent"] == 85
    assert post.held()["writes"] == 1
    assert post.delivery.state is DeliveryState.DELIVERED


def test_while_the_lms_is_down_the_grade_waits_and_says_so(post: Post) -> None:
    post.trouble("unavailable")
    post.owe(0.85)
    pause = post.sender.send_due()
    assert pause is not None and pause > timedelta(0)
    assert post.delivery.state is DeliveryState.WAITING
    assert "busy or down" in post.delivery.words


@pytest.mark.parametrize("kind", ["lost-answer", "broken-after-write"])
def test_a_grade_whose_answer_was_lost_is_written_once(post: Post, kind: str) -> None:
    post.trouble(kind)
    post.owe(0.85)
    post.sender.send_due()
    assert post.delivery.state is DeliveryState.WAITING
    post.trouble("none")
    with time_machine.travel(datetime.now(UTC) + LATER):
        post.sender.send_due()
    assert post.delivery.state is DeliveryState.DELIVERED
    assert (post.held()["percent"], post.held()["writes"]) == (85, 1)
    assert [attempt.stamp for attempt in post.tries] == [post.tries[0].stamp] * 2


@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_a_later_grade_in_the_lms_is_overtaken_by_ours_with_a_new_stamp(post: Post, lms: str) -> None:
    post.keep_rules_of(lms)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=3)):
        post.owe(0.5)
        post.sender.send_due()
    with post.database.transaction() as session:
        delivery = session.scalars(select(Delivery)).one()
        delivery.stamp = None
    post.owe(0.9)
    post.sender.send_due()
    assert post.delivery.state is DeliveryState.WAITING
    with time_machine.travel(datetime.now(UTC) + LATER):
        post.sender.send_due()
    assert post.held()["percent"] == 90


def test_a_grade_that_the_lms_refuses_waits_for_people_and_can_be_sent_again(post: Post) -> None:
    post.owe(0.85)
    post.trouble("gone")
    post.sender.send_due()
    assert post.delivery.state is DeliveryState.NEEDS_ATTENTION
    assert "no longer in the LMS" in post.delivery.words
    post.trouble("none")
    with post.database.transaction() as session:
        activity = session.scalars(select(Activity)).one()
        assert send_again(session, activity.course_id, activity.module, datetime.now(UTC)) == 1
    post.sender.send_due()
    assert post.held()["percent"] == 85


def test_a_better_result_while_one_is_being_sent_goes_out_after_it(post: Post) -> None:
    post.owe(0.5)
    claim = post.claim()
    assert claim and claim.url
    post.owe(0.9)
    post_score(post.sender._connector(claim), claim, claim.url)
    with post.database.transaction() as session:
        conclude(session, post.settings, claim, Ending(DELIVERED, 200), datetime.now(UTC))
    assert post.delivery.state is DeliveryState.WAITING
    post.sender.send_due()
    assert post.held()["percent"] == 90


def test_a_try_that_was_never_concluded_is_taken_up_again_when_its_lease_ends(post: Post) -> None:
    post.owe(0.85)
    assert post.claim()
    assert not post.sender.send_next()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3)):
        assert post.sender.send_next()
    assert post.held()["percent"] == 85
    assert post.tries[0].ended_at is None and post.tries[1].status == 200


def test_a_platform_that_does_not_answer_rests_so_that_others_are_served(post: Post) -> None:
    post.owe(0.85)
    with post.database.transaction() as session:
        platform = session.get_one(Platform, session.scalars(select(Person)).one().platform_id)
        platform.token_url = f"http://localhost:{free_port()}/token"
    assert post.sender.send_next()
    assert post.delivery.state is DeliveryState.WAITING
    assert post.delivery.due_at <= datetime.now(UTC)
    assert not post.sender.send_next()


def test_a_grade_for_which_we_lack_the_right_is_shown_to_people(post: Post) -> None:
    post.owe(0.85)
    with post.database.transaction() as session:
        session.scalars(select(Activity)).one().scopes = []
    post.sender.send_due()
    assert post.delivery.state is DeliveryState.NEEDS_ATTENTION
    assert "does not let us" in post.delivery.words


def test_a_try_that_breaks_in_an_unforeseen_way_is_concluded(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti.grades.send.post_score", lambda *_: [].pop())
    post.owe(0.85)
    post.sender.send_due()
    assert post.delivery.state is DeliveryState.WAITING
    assert post.tries[0].ended_at is not None


def test_many_grades_sent_at_a_time_arrive_once_each(post: Post) -> None:
    courses = ("invictus", "agora", "unnamed", "societas", "chancery")
    for number, course in enumerate(courses, start=1):
        for person in ("5", "6", "7", "8"):
            Visitor(post.practice.url, post.practice.tool_url, course, person).launch(f"10{number}")
    now = datetime.now(UTC)
    with post.database.transaction() as session:
        for membership in session.scalars(select(Membership).where(Membership.role == Role.STAFF)):
            placed = session.scalars(select(Activity).where(Activity.course_id == membership.course_id)).one()
            owe_grade(session, placed.id, membership.person_id, Grade(0.9, "Passed.", now, now), now)
    post.sender.send_due()
    for course in courses:
        grades = requests.get(f"{post.practice.url}/courses/{course}/gradebook.json", timeout=5).json()["grades"]
        assert [grade["writes"] for grade in grades if grade["percent"] is not None] == [1, 1, 1, 1]
    assert len(post.calls("/token")) == len(courses)


@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_what_the_lms_says_of_someone_stays_out_of_our_log(
    post: Post, lms: str, caplog: pytest.LogCaptureFixture
) -> None:
    post.keep_rules_of(lms)
    post.trouble("not-gradable")
    post.owe(0.85)
    with caplog.at_level("DEBUG"):
        post.sender.send_due()
    assert post.delivery.state is DeliveryState.NEEDS_ATTENTION
    assert "learner" in post.delivery.words
    # The practice LMS serves from this process, and logs on its own.
    ours = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert ours and not any("Incorrect score" in line or "userId" in line for line in ours)


def test_logs_of_sending_name_no_one(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.trouble("unavailable")
    post.owe(0.85)
    with caplog.at_level("DEBUG"):
        post.sender.send_due()
    with post.database.reading() as session:
        person = session.scalars(select(Person)).one()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("lti.")]
    assert ours and not any((person.name or "?") in line or (person.email or "?") in line for line in ours)
