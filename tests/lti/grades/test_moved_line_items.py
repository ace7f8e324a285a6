"""The column of an activity comes, goes and moves in the LMS, and each grade ends up in the one that is there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from lti.domain.delivery import DeliveryState
from tests.support.lms.graded_course import GOOD, GradedCourse
from tests.support.lms.services import SCORE_ALONE
from tests.support.visitor import Form


def later(**time: int) -> Any:
    return time_machine.travel(datetime.now(UTC) + timedelta(**time))


@pytest.fixture
def ungraded(graded: GradedCourse) -> GradedCourse:
    """Give an ungraded activity that marks completion and was passed by two."""
    for person in ("5", "6"):
        graded.opens(None, person, completion="yes")
        graded.plays()
    graded.sends()
    assert graded.grade().state is DeliveryState.NOT_KEPT
    return graded


class TestGradesSwitchedOnLater:
    """Beside a column for completion: with two, launches name none."""

    def test_a_launch_after_an_hour_brings_all_grades(self, ungraded: GradedCourse) -> None:
        column = ungraded.services.add_item()
        with later(hours=2):
            ungraded.opens(None, person="9", completion="yes")
            ungraded.sends()
        assert ungraded.services.shares[column] == {"5": 1, "6": 1}

    def test_a_launch_before_that_asks_nothing(self, ungraded: GradedCourse) -> None:
        ungraded.services.add_item()
        asked = ungraded.services.asked.total()
        ungraded.opens(None, completion="yes")
        ungraded.sends()
        assert ungraded.services.asked.total() == asked

    def test_one_that_is_still_ungraded_is_asked_about_once_an_hour_and_stays_so(self, ungraded: GradedCourse) -> None:
        asked = ungraded.services.asked["items"]
        with later(hours=2):
            for _ in range(3):
                ungraded.opens(None, completion="yes")
                ungraded.sends()
        assert ungraded.services.asked["items"] == asked + 1
        assert {ungraded.grade(person).state for person in ("5", "6")} == {DeliveryState.NOT_KEPT}

    def test_who_leads_the_course_need_not_wait_for_the_hour(self, ungraded: GradedCourse) -> None:
        column = ungraded.services.add_item()
        ungraded.opens(None, person="9", completion="yes")
        token = Form(ungraded.browser.get("/module").text).fields["csrf_token"]
        path = f"/people/{ungraded.grade().person_id}/send-again"
        assert ungraded.browser.post(path, data={"csrf_token": token}).status_code == 303
        ungraded.sends()
        assert ungraded.services.shares[column] == {"5": 1, "6": 1}


class TestGoneAndRenewed:
    def test_a_grade_that_found_its_column_gone_goes_to_the_one_that_a_launch_names_later(
        self, graded: GradedCourse
    ) -> None:
        column = graded.services.add_item()
        graded.opens(column)
        graded.plays()
        graded.services.drop_item(column)
        graded.sends()
        assert graded.grade().state is DeliveryState.NEEDS_ATTENTION
        renewed = graded.services.add_item()
        graded.opens(renewed, person="6")
        graded.sends()
        assert graded.services.shares[renewed] == {"5": 1}
        assert "Your course has your grade of 100%." in graded.opens(renewed)

    def test_a_lower_pass_after_that_changes_nothing(self, graded: GradedCourse) -> None:
        column = graded.services.add_item()
        graded.opens(column)
        graded.plays()
        graded.services.drop_item(column)
        graded.sends()
        renewed = graded.services.add_item()
        graded.opens(renewed)
        graded.plays(GOOD)
        graded.sends()
        assert graded.services.taken == [(renewed, 100)]

    @pytest.mark.parametrize("rights", [SCORE_ALONE, None], ids=["may not see results", "may see results"])
    def test_grades_that_had_arrived_are_sent_to_the_new_column_at_once(
        self, graded: GradedCourse, rights: tuple[str, ...] | None
    ) -> None:
        graded.rights = rights or graded.rights
        graded.services.drop_item(graded.column_with_grades("5", "6"))
        renewed = graded.services.add_item()
        graded.opens(renewed)
        graded.compares(all_of_them=False)
        graded.sends()
        assert graded.services.shares[renewed] == {"5": 1, "6": 1}

    def test_what_the_new_column_holds_already_is_left_as_it_is(self, graded: GradedCourse) -> None:
        column = graded.services.add_item()
        graded.opens(column)
        graded.plays()
        graded.sends()
        renewed = graded.services.add_item()
        graded.services.shares[renewed] = {"5": 0.6}
        graded.opens(renewed)
        assert graded.compares(all_of_them=False) == 0
        assert "Your course shows 60%." in graded.reads("/module")

    def test_another_query_in_the_address_sends_nothing_again(self, graded: GradedCourse) -> None:
        graded.rights = SCORE_ALONE
        column = graded.services.add_item()
        graded.opens(column)
        graded.plays()
        graded.sends()
        graded.opens(f"{column}?type_id=1")
        graded.sends()
        assert len(graded.services.taken) == 1

    def test_an_lms_that_names_another_at_every_launch_is_not_sent_all_each_time(self, graded: GradedCourse) -> None:
        graded.rights = SCORE_ALONE
        columns = [graded.services.add_item() for _ in range(2)]
        graded.opens(columns[0])
        graded.plays()
        graded.sends()
        for number in range(6):
            graded.opens(columns[number % 2], person="6")
            graded.sends()
        assert len(graded.services.taken) == 2


class TestGone:
    @pytest.fixture
    def gone(self, graded: GradedCourse) -> GradedCourse:
        """Give an activity whose column was deleted after two grades had arrived and were seen there."""
        graded.services.drop_item(graded.column_with_grades("5", "6"))
        return graded

    def test_people_are_told(self, gone: GradedCourse) -> None:
        assert gone.compares() == 2
        gone.sends()
        assert "your course did not accept the grade" in gone.opens(None)
        words = gone.opens(None, person="9")
        assert "2 grades need your attention" in words and "no longer in the LMS" in words

    def test_a_new_column_beside_it_is_found_and_filled_though_launches_name_none(self, gone: GradedCourse) -> None:
        renewed = gone.services.add_item()
        gone.opens(None)
        gone.compares()
        gone.sends()
        assert gone.services.shares[renewed] == {"5": 1, "6": 1}

    def test_an_lms_that_has_never_shown_a_grade_is_sent_none_again(self, graded: GradedCourse) -> None:
        column = graded.services.add_item()
        graded.opens(column)
        graded.plays()
        graded.sends()
        graded.services.drop_item(column)
        assert graded.compares() == 0
        assert graded.grade().state is DeliveryState.DELIVERED
