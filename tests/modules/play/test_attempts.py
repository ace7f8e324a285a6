"""Starting, answering and finishing, on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti.domain.roles import Role
from lti.models import Activity, Delivery, Membership, Person, Platform
from modules.content.publish import NotPublished, publish
from modules.domain.progress import Answer
from modules.errors import AnsweredAlready, NotAskedNow, NotYours, UnknownChoice
from modules.models import AnswerRow, Attempt, ModuleVersion, ResultRow
from modules.passes.attempts import find_attempt, open_attempt, progress_of
from modules.play.answers import give_answer, start_attempt
from tests.support.factories import CONTENT, NOW, add_activity, add_person, add_platform

FIRST = Answer("fork", "first", "decline")
SECOND = Answer("fork", "second", "decline")
LAST = Answer("short", "only", "decline")


@pytest.fixture
def activity(session: Session) -> Activity:
    publish(session, CONTENT, NOW)
    return add_activity(session, add_platform(session))


@pytest.fixture
def person(session: Session, activity: Activity) -> Person:
    return add_person(session, activity, session.scalars(select(Platform)).one())


@pytest.fixture
def attempt(session: Session, activity: Activity, person: Person) -> Attempt:
    started = start_attempt(session, person.id, activity.id, "photos", "invictus", NOW)
    return find_attempt(session, started.id, person.id)


def give_all(session: Session, attempt: Attempt, *answers: Answer) -> None:
    for answer in answers:
        give_answer(session, attempt, answer, attempt.activity_id, NOW + timedelta(minutes=5))


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_starting_twice_goes_on_with_the_same_attempt(session: Session, attempt: Attempt) -> None:
    again = start_attempt(session, attempt.person_id, attempt.activity_id, "photos", "invictus", NOW)
    assert again.id == attempt.id


def test_the_database_itself_refuses_a_second_open_attempt(session: Session, attempt: Attempt) -> None:
    columns = {"person_id": attempt.person_id, "activity_id": attempt.activity_id, "module": "photos"}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(Attempt(**columns, version_id=attempt.version_id, started_at=NOW))
        session.flush()


def test_a_module_that_the_trust_does_not_have_cannot_be_started(session: Session, attempt: Attempt) -> None:
    with pytest.raises(NotPublished):
        start_attempt(session, attempt.person_id, attempt.activity_id, "unheard-of", "invictus", NOW)


def test_each_answer_is_kept_when_it_is_given(session: Session, attempt: Attempt) -> None:
    assert give_answer(session, attempt, FIRST, attempt.activity_id, NOW) == 1
    assert give_answer(session, attempt, SECOND, attempt.activity_id, NOW) == 2
    assert [step.choice.key for step in progress_of(session, attempt).steps] == ["decline", "decline"]


def test_the_same_answer_sent_twice_counts_once(session: Session, attempt: Attempt) -> None:
    assert [give_answer(session, attempt, FIRST, attempt.activity_id, NOW) for _ in range(2)] == [1, 1]
    assert count(session, AnswerRow) == 1


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (Answer("fork", "first", "post"), AnsweredAlready),
        (LAST, NotAskedNow),
        (Answer("nowhere", "first", "decline"), NotAskedNow),
        (Answer("fork", "second", "fly away"), UnknownChoice),
    ],
    ids=["another answer to an answered scene", "a later scene", "an unknown scenario", "an unknown choice"],
)
def test_an_answer_that_does_not_fit_changes_nothing(
    session: Session, attempt: Attempt, answer: Answer, refusal: type[Exception]
) -> None:
    give_answer(session, attempt, FIRST, attempt.activity_id, NOW)
    with pytest.raises(refusal):
        give_answer(session, attempt, answer, attempt.activity_id, NOW)
    assert count(session, AnswerRow) == 1


def test_an_answer_after_the_end_is_refused(session: Session, attempt: Attempt) -> None:
    give_all(session, attempt, FIRST, SECOND, LAST)
    with pytest.raises(AnsweredAlready):
        give_answer(session, attempt, Answer("short", "only", "post"), attempt.activity_id, NOW)
    assert count(session, ResultRow) == 1


def test_someone_elses_attempt_is_not_found(session: Session, attempt: Attempt) -> None:
    with pytest.raises(NotYours):
        find_attempt(session, attempt.id, attempt.person_id + 1)


def test_the_last_answer_writes_result_and_delivery_together(session: Session, attempt: Attempt) -> None:
    give_all(session, attempt, FIRST, SECOND)
    assert (count(session, ResultRow), count(session, Delivery)) == (0, 0)
    give_all(session, attempt, LAST)
    result, delivery = session.scalars(select(ResultRow)).one(), session.scalars(select(Delivery)).one()
    assert (result.marks, result.out_of, result.passed) == (30, 30, True)
    assert (delivery.score, delivery.comment, delivery.finished_at) == (1.0, "Passed.", attempt.finished_at)


def test_who_leads_the_course_gets_a_result_but_no_grade(session: Session, attempt: Attempt) -> None:
    course_id = session.get_one(Activity, attempt.activity_id).course_id
    session.get_one(Membership, (course_id, attempt.person_id)).role = Role.TRAINER
    give_all(session, attempt, FIRST, SECOND, LAST)
    assert (count(session, ResultRow), count(session, Delivery)) == (1, 0)


@pytest.fixture
def elsewhere(session: Session, activity: Activity) -> Activity:
    """Put the module into a second activity of the course."""
    second = Activity(
        course_id=activity.course_id,
        resource_link="link-2",
        title="Photos",
        module="photos",
        line_item_url="https://lms.example/items/2?type_id=1",
        scopes=activity.scopes,
    )
    session.add(second)
    session.flush()
    return second


def test_an_attempt_that_ends_in_another_activity_is_graded_in_both(
    session: Session, attempt: Attempt, elsewhere: Activity
) -> None:
    give_all(session, attempt, FIRST, SECOND)
    give_answer(session, attempt, LAST, elsewhere.id, NOW)
    owed = {delivery.activity_id: delivery.score for delivery in session.scalars(select(Delivery))}
    assert owed == {attempt.activity_id: 1.0, elsewhere.id: 1.0}


def test_a_worse_attempt_from_another_activity_brings_the_best_grade_there(
    session: Session, attempt: Attempt, elsewhere: Activity
) -> None:
    give_all(session, attempt, FIRST, SECOND, LAST)
    later = NOW + timedelta(days=1)
    again_there = start_attempt(session, attempt.person_id, elsewhere.id, "photos", "invictus", later)
    second = find_attempt(session, again_there.id, attempt.person_id)
    for answer in (FIRST, SECOND, Answer("short", "only", "ask")):
        give_answer(session, second, answer, elsewhere.id, later + timedelta(minutes=5))
    owed = {delivery.activity_id: delivery for delivery in session.scalars(select(Delivery))}
    assert {place: delivery.score for place, delivery in owed.items()} == {attempt.activity_id: 1.0, elsewhere.id: 1.0}
    there = owed[elsewhere.id]
    assert (there.started_at, there.finished_at) == (attempt.started_at, attempt.finished_at)


def test_a_grade_whose_column_is_not_known_is_owed_too(session: Session, attempt: Attempt) -> None:
    session.get_one(Activity, attempt.activity_id).line_item_url = None
    give_all(session, attempt, FIRST, SECOND, LAST)
    assert (count(session, ResultRow), count(session, Delivery)) == (1, 1)


def again(session: Session, attempt: Attempt, *answers: Answer) -> Delivery:
    next_one = start_attempt(session, attempt.person_id, attempt.activity_id, "photos", "invictus", NOW)
    give_all(session, find_attempt(session, next_one.id, attempt.person_id), *answers)
    return session.scalars(select(Delivery)).one()


def test_a_worse_attempt_does_not_take_a_better_grade_away(session: Session, attempt: Attempt) -> None:
    give_all(session, attempt, FIRST, SECOND, LAST)
    delivery = again(session, attempt, FIRST, SECOND, Answer("short", "only", "ask"))
    assert (delivery.score, delivery.version) == (1.0, 1)


def test_a_better_attempt_replaces_the_grade_that_is_owed(session: Session, attempt: Attempt) -> None:
    give_all(session, attempt, FIRST, SECOND, Answer("short", "only", "ask"))
    delivery = again(session, attempt, FIRST, SECOND, LAST)
    assert (delivery.score, delivery.version) == (1.0, 2)


def test_a_finished_attempt_leaves_room_for_the_next(session: Session, attempt: Attempt) -> None:
    give_all(session, attempt, FIRST, SECOND, LAST)
    assert open_attempt(session, attempt.person_id, "photos") is None


def test_an_open_attempt_keeps_its_version_when_a_new_one_is_published(session: Session, attempt: Attempt) -> None:
    changed = replace(CONTENT, module=replace(CONTENT.module, title="Photos, amended"))
    assert publish(session, changed, NOW).number == 2
    same = start_attempt(session, attempt.person_id, attempt.activity_id, "photos", "invictus", NOW)
    assert same.version_id == attempt.version_id


def test_publishing_what_has_not_changed_makes_no_new_version(session: Session, attempt: Attempt) -> None:
    before = count(session, ModuleVersion)
    assert publish(session, CONTENT, NOW).number == 1
    assert count(session, ModuleVersion) == before
