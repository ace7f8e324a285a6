"""An activity that is given another module starts anew: its column gets the grade of that module, even a lower one."""

from dataclasses import replace

import pytest

from lti.domain.delivery import DeliveryState, GradeKind
from modules.content.publish import publish
from tests.support.factories import CONTENT, NOW
from tests.support.lms.graded_course import BEST, GOOD, POOR, GradedCourse
from tests.support.visitor import Form

OTHER = replace(CONTENT, module=replace(CONTENT.module, key="essentials", title="Essentials"))
STILL_SHOWS = "Your course may still show your grade for that until you finish this training."


@pytest.fixture
def course(graded: GradedCourse) -> GradedCourse:
    """Give a course in which two modules are published."""
    with graded.database.transaction() as session:
        publish(session, OTHER, NOW)
    return graded


@pytest.fixture
def column(course: GradedCourse) -> str:
    """Give the column in which everyone's full marks for the first module are."""
    column = course.services.add_item()
    course.opens(column)
    course.plays(BEST)
    course.sends()
    return column


@pytest.mark.parametrize(("way", "percent"), [(GOOD, 93.33), (POOR, 26.67)])
def test_its_first_result_replaces_a_better_grade_of_the_other_with_a_later_time(
    course: GradedCourse, column: str, way: tuple, percent: float
) -> None:
    course.opens(column, module="essentials")
    course.plays(way)
    course.sends()
    assert course.services.taken == [(column, 100), (column, percent)]
    assert course.services.stamps[0] < course.services.stamps[1]
    assert f"Your course has your grade of {int(percent)}%." in course.reads("/module")
    assert f"{int(percent)}%" in course.opens(column, person="9", module="essentials")


def test_who_has_not_begun_reads_that_the_course_may_show_the_other_grade(course: GradedCourse, column: str) -> None:
    words = course.opens(column, module="essentials")
    assert STILL_SHOWS in words and "Your course has your grade" not in words
    people = course.opens(column, person="9", module="essentials")
    assert "Not started" in people and "Sent on" not in people
    assert "The LMS may still show the grade for the training that this activity opened before." in people


def test_no_one_reads_that_once_the_new_grade_is_owed(course: GradedCourse, column: str) -> None:
    course.opens(column, module="essentials")
    course.plays(POOR)
    assert STILL_SHOWS not in course.reads("/module")
    assert "opened before" not in course.opens(column, person="9", module="essentials")


@pytest.mark.parametrize(("way", "mark"), [(GOOD, 1), (POOR, 0)])
def test_completion_is_that_of_the_new_module(course: GradedCourse, way: tuple, mark: int) -> None:
    column = course.services.add_item()
    course.opens(column, completion="yes")
    course.plays(BEST)
    course.sends()
    course.opens(column, module="essentials", completion="yes")
    course.plays(way)
    course.sends()
    assert course.grade(kind=GradeKind.COMPLETION).score == mark
    (completed,) = [shares for url, shares in course.services.shares.items() if url != column]
    assert completed == {"5": mark}


def test_a_grade_that_was_still_waiting_is_not_sent_to_an_activity_that_opens_another(course: GradedCourse) -> None:
    column = course.services.add_item()
    course.opens(column)
    course.plays(BEST)
    course.opens(column, module="essentials")
    course.sends()
    assert course.services.taken == []
    assert course.grade().state is DeliveryState.SUPERSEDED
    assert "needs your attention" not in course.opens(column, person="9", module="essentials")


def test_it_is_sent_where_the_change_was_a_mistake(course: GradedCourse) -> None:
    column = course.services.add_item()
    course.opens(column)
    course.plays(BEST)
    course.opens(column, module="essentials")
    course.sends()
    course.opens(column)
    course.sends()
    assert course.services.taken == [(column, 100)]
    assert "Your course has your grade of 100%." in course.reads("/module")


def test_a_change_back_brings_back_the_pass_of_the_first(course: GradedCourse, column: str) -> None:
    course.opens(column, module="essentials")
    course.plays(POOR)
    course.sends()
    course.opens(column)
    course.sends()
    assert [percent for _, percent in course.services.taken] == [100, 26.67, 100]
    assert course.services.stamps == sorted(set(course.services.stamps))


def test_a_course_reset_does_not_bring_back_the_grade_of_the_other_module(course: GradedCourse, column: str) -> None:
    course.compares()
    course.opens(column, module="essentials")
    course.services.shares.clear()
    assert course.compares() == 0
    course.sends()
    assert len(course.services.taken) == 1


def test_a_grade_is_never_sent_again_for_a_module_that_is_not_there(course: GradedCourse, column: str) -> None:
    people = course.opens(column, person="9", module="essentials")
    assert "Sent on" not in people
    token = Form(course.browser.get("/module").text).fields["csrf_token"]
    person = course.grade().person_id
    sent = course.browser.post(f"/people/{person}/send-again", data={"csrf_token": token}, follow_redirects=True)
    assert "No grade was waiting to be sent again." in sent.text
    course.sends()
    assert len(course.services.taken) == 1
    assert "Where it is" not in course.reads(f"/people/{person}/grade")


def test_tries_to_send_the_grade_of_the_other_module_are_not_shown_as_ones_of_this(
    course: GradedCourse, column: str
) -> None:
    course.opens(column, module="essentials")
    course.plays(POOR)
    course.sends()
    course.opens(column, person="9", module="essentials")
    assert course.browser.get(f"/people/{course.grade().person_id}/grade").text.count("(Status 200.)") == 1
