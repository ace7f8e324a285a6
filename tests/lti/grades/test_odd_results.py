"""A result that makes no sense breaks no page, is no other mark, and does not mean that a grade was lost."""

from typing import Any

import pytest
from sqlalchemy import update

from lti.domain.delivery import HeldGrade
from lti.grades.scores import held_in
from lti.models import Delivery
from tests.support.lms.graded_course import GradedCourse


@pytest.fixture
def column(graded: GradedCourse) -> str:
    """Give the column in which the grades of two people are, and were seen."""
    return graded.column_with_grades("5", "6")


@pytest.mark.parametrize("odd", ["Infinity", "1e999", "-Infinity", "NaN", 1e300, "-5", -0.1, 10**400, "a lot", [], {}])
def test_pages_open_and_nothing_is_sent_again(graded: GradedCourse, column: str, odd: Any) -> None:
    graded.services.shares[column]["5"] = odd
    assert graded.compares() == 0
    assert graded.grade("5").held == 1
    assert "Your course has your grade of 100%." in graded.opens(column)
    assert "The LMS shows another mark" not in graded.opens(column, person="9")
    graded.reads(f"/people/{graded.grade('5').person_id}/grade")


def test_one_that_was_kept_before_they_were_checked_breaks_no_page(graded: GradedCourse, column: str) -> None:
    with graded.database.transaction() as session:
        session.execute(update(Delivery).values(held=float("inf")))
    assert "Your course has your grade of 100%." in graded.opens(column)
    assert "The LMS shows another mark" not in graded.opens(column, person="9")


def test_what_makes_sense_again_is_believed(graded: GradedCourse, column: str) -> None:
    for share, held in (("Infinity", 1), (0.6, 0.6)):
        graded.services.shares[column]["5"] = share
        graded.compares()
        assert graded.grade("5").held == held
    assert "Your course shows 60%." in graded.opens(column)


@pytest.mark.parametrize(
    ("result", "held"),
    [
        ({"resultScore": 0.8}, HeldGrade(0.8)),
        ({"resultScore": 0.8, "resultMaximum": None}, HeldGrade(0.8)),
        ({"resultScore": 93.33, "resultMaximum": None}, HeldGrade(None, unread=True)),
        ({"resultScore": 93.33, "resultMaximum": 0}, HeldGrade(None, unread=True)),
        ({"resultScore": 93.33, "resultMaximum": -100}, HeldGrade(None, unread=True)),
        ({"resultScore": 120, "resultMaximum": 100}, HeldGrade(1.2)),
        ({"resultScore": None, "resultMaximum": 100}, HeldGrade(None)),
        ({}, HeldGrade(None)),
    ],
    ids=str,
)
def test_a_share_is_of_a_maximum_that_can_be_one(result: dict[str, Any], held: HeldGrade) -> None:
    assert held_in(result) == held


@pytest.mark.parametrize("entry", [[1], 7, None, "5", {}, {"userId": None, "resultScore": 1}], ids=str)
def test_where_an_entry_cannot_be_read_no_grade_is_taken_for_lost(
    graded: GradedCourse, column: str, entry: Any, caplog: pytest.LogCaptureFixture
) -> None:
    graded.services.shares[column] = {"6": 0.6}
    graded.services.more_results = [entry]
    assert graded.compares() == 0
    assert graded.grade("6").held == 0.6
    assert "entries in a list of results that could not be read: 1" in caplog.text


def test_once_all_entries_can_be_read_what_is_lost_is_sent_again(graded: GradedCourse, column: str) -> None:
    graded.services.shares[column], graded.services.more_results = {"6": 1.0}, [[1]]
    assert graded.compares() == 0
    graded.services.more_results = []
    assert graded.compares() == 1
