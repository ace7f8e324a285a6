"""Moodle's rules for scores, as the practice LMS keeps them."""

import pytest

from practice.app import create_practice_lms
from practice.lms import EXTENSION

RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"


def test_score_arrives_as_a_percentage_with_its_comment(tool):
    answer = tool.post_score(scoreGiven=8, scoreMaximum=10, comment="Passed")
    assert (answer.status_code, answer.data) == (200, b"")
    grade = tool.grade()
    assert (grade["score"], grade["percent"], grade["comment"]) == (0.8, 80.0, "Passed")
    assert grade["when"] == "2026-03-02T09:00:00+00:00"


@pytest.mark.parametrize("media", ["application/json", "application/vnd.ims.lis.v1.score+json; charset=utf-8"])
def test_any_other_media_type_is_refused(tool, media):
    assert tool.post_score(media=media).status_code == 400


def test_equal_time_stamp_is_a_conflict(tool):
    tool.post_score(scoreGiven=8)
    assert tool.post_score(scoreGiven=9).status_code == 409
    assert tool.grade()["percent"] == 80


def test_time_stamps_are_compared_in_whole_seconds(tool):
    tool.post_score(timestamp="2026-03-02T09:00:00.100Z")
    assert tool.post_score(timestamp="2026-03-02T09:00:00.900Z").status_code == 409
    assert tool.post_score(timestamp="2026-03-02T09:00:01Z").status_code == 200


def test_older_time_stamp_is_a_conflict_whatever_its_zone(tool):
    tool.post_score(timestamp="2026-03-02T09:00:00Z")
    assert tool.post_score(timestamp="2026-03-02T09:30:00+01:00").status_code == 409


def test_stamp_from_the_future_blocks_what_comes_before_it(tool):
    assert tool.post_score(timestamp="2030-01-01T00:00:00Z").status_code == 200
    assert tool.post_score().status_code == 409


def test_lower_later_score_replaces_a_higher_one(tool, clock):
    tool.post_score(scoreGiven=9)
    clock.move(seconds=1)
    tool.post_score(scoreGiven=4)
    assert tool.grade()["percent"] == 40


@pytest.mark.parametrize("change", [{"gradingProgress": "Pending"}, {"scoreGiven": None}])
def test_anything_but_a_final_score_wipes_the_grade(tool, clock, change):
    tool.post_score()
    clock.move(seconds=1)
    assert tool.post_score(**change).status_code == 200
    assert tool.grade()["score"] is None


def test_zero_is_a_grade(tool):
    tool.post_score(scoreGiven=0)
    assert tool.grade()["percent"] == 0


def test_post_without_comment_erases_the_comment(tool, clock):
    tool.post_score(comment="Passed")
    clock.move(seconds=1)
    tool.post_score(comment=None)
    assert tool.grade()["comment"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"userId": "3"},
        {"userId": "4"},
        {"userId": "999"},
        {"userId": None},
        {"scoreMaximum": None},
        {"scoreMaximum": 0},
        {"scoreGiven": "eight"},
        {"timestamp": None},
        {"timestamp": "2026-03-02T09:00:00"},
        {"timestamp": "2026-02-30T09:00:00Z"},
        {"activityProgress": None},
        {"gradingProgress": None},
        {"comment": ["Passed"]},
    ],
)
def test_score_that_moodle_would_not_take_is_refused(tool, change):
    answer = tool.post_score(**change)
    assert answer.status_code == 400
    assert answer.status.startswith("400 Incorrect score received")


def test_refusal_echoes_the_score_in_the_reason(tool):
    assert '"userId": "999"' in tool.post_score(userId="999").status


def test_unknown_line_item_is_not_found(tool):
    assert tool.post_score(item="/courses/invictus/lineitems/999/lineitem").status_code == 404


def test_line_item_of_another_course_is_not_found(tool):
    assert tool.post_score(item="/courses/invictus/lineitems/202/lineitem").status_code == 404


def test_results_give_the_grade_out_of_the_line_items_maximum(tool):
    tool.post_score(userId="5", scoreGiven=8)
    tool.post_score(userId="6", scoreGiven=5)
    both = tool.get(f"{tool.item}/results?type_id=1", RESULTS)
    assert both.mimetype == RESULTS
    assert [(result["userId"], result["resultScore"]) for result in both.json] == [("5", 80.0), ("6", 50.0)]
    [one] = tool.get(f"{tool.item}/results?type_id=1&user_id=6", RESULTS).json
    assert (one["userId"], one["resultMaximum"], one["comment"]) == ("6", 100, "Passed")


def test_wiped_grade_is_a_result_without_a_score(tool):
    tool.post_score(gradingProgress="NotReady")
    [result] = tool.get(f"{tool.item}/results?type_id=1&user_id=5", RESULTS).json
    assert "resultScore" not in result


def test_results_accept_is_strict(tool):
    assert tool.get(f"{tool.item}/results?type_id=1", "application/json").status_code == 400


def test_gradebook_survives_a_restart(tool, database):
    tool.post_score()
    again = create_practice_lms(database=database)
    [grade] = [g for g in again.test_client().get("/courses/invictus/gradebook.json").json["grades"] if g["writes"]]
    again.extensions[EXTENSION].engine.dispose()
    assert (grade["person"], grade["percent"]) == ("5", 80.0)
