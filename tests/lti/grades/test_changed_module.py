"""An activity that is given another module starts anew: its column gets the grade of that module, even a lower one."""

from dataclasses import replace

import pytest
from flask import Flask
from responses import RequestsMock

import db
from lti.domain.delivery import DeliveryState, GradeKind
from modules.content.publish import publish
from tests.support.factories import CONTENT, NOW
from tests.support.graded_lms import BEST, GOOD, POOR, GradedLms
from tests.support.visitor import Form

OTHER = replace(CONTENT, module=replace(CONTENT.module, key="essentials", title="Essentials"))
STILL_SHOWS = "Your course may still show your grade for that until you finish this training."


@pytest.fixture
def lms(app: Flask, network: RequestsMock) -> GradedLms:
    with db.database(app).transaction() as session:
        publish(session, CONTENT, NOW)
        publish(session, OTHER, NOW)
    return GradedLms(app, network)


@pytest.fixture
def column(lms: GradedLms) -> str:
    """Give the column in which everyone's full marks for the first module are."""
    column = lms.add_column()
    lms.opens(column)
    lms.plays(BEST)
    lms.sends()
    return column


@pytest.mark.parametrize(("way", "percent"), [(GOOD, 93.33), (POOR, 26.67)])
def test_its_first_result_replaces_a_better_grade_of_the_other_with_a_later_time(
    lms: GradedLms, column: str, way: tuple, percent: float
) -> None:
    lms.opens(column, module="essentials")
    lms.plays(way)
    lms.sends()
    assert lms.posted == [(column, 100), (column, percent)]
    assert lms.stamps[0] < lms.stamps[1]
    assert f"Your course has your grade of {int(percent)}%." in lms.reads("/module")
    assert f"{int(percent)}%" in lms.opens(column, person="9", module="essentials")


def test_who_has_not_begun_reads_that_the_course_may_show_the_other_grade(lms: GradedLms, column: str) -> None:
    words = lms.opens(column, module="essentials")
    assert STILL_SHOWS in words and "Your course has your grade" not in words
    people = lms.opens(column, person="9", module="essentials")
    assert "Not started" in people and "Sent on" not in people
    assert "The LMS may still show the grade for the training that this activity opened before." in people


def test_nobody_reads_that_once_the_new_grade_is_owed(lms: GradedLms, column: str) -> None:
    lms.opens(column, module="essentials")
    lms.plays(POOR)
    assert STILL_SHOWS not in lms.reads("/module")
    assert "opened before" not in lms.opens(column, person="9", module="essentials")


@pytest.mark.parametrize(("way", "mark"), [(GOOD, 1), (POOR, 0)])
def test_completion_is_that_of_the_new_module(lms: GradedLms, way: tuple, mark: int) -> None:
    column = lms.add_column()
    lms.opens(column, completion="yes")
    lms.plays(BEST)
    lms.sends()
    lms.opens(column, module="essentials", completion="yes")
    lms.plays(way)
    lms.sends()
    assert lms.grade(kind=GradeKind.COMPLETION).score == mark
    (completed,) = [shares for url, shares in lms.shares.items() if url != column]
    assert completed == {"5": mark}


def test_a_grade_that_was_still_waiting_is_not_sent_to_an_activity_that_opens_another(lms: GradedLms) -> None:
    column = lms.add_column()
    lms.opens(column)
    lms.plays(BEST)
    lms.opens(column, module="essentials")
    lms.sends()
    assert lms.posted == []
    assert lms.grade().state is DeliveryState.SUPERSEDED
    assert "needs your attention" not in lms.opens(column, person="9", module="essentials")


def test_it_is_sent_where_the_change_was_a_mistake(lms: GradedLms) -> None:
    column = lms.add_column()
    lms.opens(column)
    lms.plays(BEST)
    lms.opens(column, module="essentials")
    lms.sends()
    lms.opens(column)
    lms.sends()
    assert lms.posted == [(column, 100)]
    assert "Your course has your grade of 100%." in lms.reads("/module")


def test_a_change_back_brings_back_the_pass_of_the_first(lms: GradedLms, column: str) -> None:
    lms.opens(column, module="essentials")
    lms.plays(POOR)
    lms.sends()
    lms.opens(column)
    lms.sends()
    assert [percent for _, percent in lms.posted] == [100, 26.67, 100]
    assert lms.stamps == sorted(set(lms.stamps))


def test_a_course_reset_does_not_bring_back_the_grade_of_the_other_module(lms: GradedLms, column: str) -> None:
    lms.compares()
    lms.opens(column, module="essentials")
    lms.shares.clear()
    assert lms.compares() == 0
    lms.sends()
    assert len(lms.posted) == 1


def test_a_grade_is_never_sent_again_for_a_module_that_is_not_there(lms: GradedLms, column: str) -> None:
    people = lms.opens(column, person="9", module="essentials")
    assert "Sent on" not in people
    token = Form(lms.browser.get("/module").text).fields["csrf_token"]
    person = lms.grade().person_id
    sent = lms.browser.post(f"/people/{person}/send-again", data={"csrf_token": token}, follow_redirects=True)
    assert "No grade was waiting to be sent again." in sent.text
    lms.sends()
    assert len(lms.posted) == 1
    assert "Where it is" not in lms.reads(f"/people/{person}/grade")


def test_tries_to_send_the_grade_of_the_other_module_are_not_shown_as_ones_of_this(lms: GradedLms, column: str) -> None:
    lms.opens(column, module="essentials")
    lms.plays(POOR)
    lms.sends()
    lms.opens(column, person="9", module="essentials")
    assert lms.browser.get(f"/people/{lms.grade().person_id}/grade").text.count("(Status 200.)") == 1
