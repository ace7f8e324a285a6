"""What trainers do by hand in the practice LMS: marks, locks, a reset, a second activity, a student's role."""

AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ROLES = "https://purl.imsglobal.org/spec/lti/claim/roles"
CELL = "/courses/invictus/gradebook/201/5"


def as_trainer(tool, path, **form):
    tool.become("3")
    return tool.browser.post(path, data=form)


def test_over_a_mark_that_was_set_by_hand_no_score_is_taken_and_the_tool_hears_200(tool):
    assert as_trainer(tool, f"{CELL}/mark", percent="60").status_code == 303
    assert tool.post_score(scoreGiven=9, scoreMaximum=10).status_code == 200
    assert tool.grade()["percent"] == 60


def test_a_locked_grade_fails_with_500_until_it_is_released(tool):
    as_trainer(tool, f"{CELL}/lock")
    assert tool.post_score().status_code == 500
    as_trainer(tool, f"{CELL}/free")
    assert tool.post_score().status_code == 200


def test_a_reset_takes_all_grades_and_the_time_stamps_with_them(tool):
    tool.post_score(scoreGiven=8, scoreMaximum=10)
    as_trainer(tool, "/courses/invictus/reset")
    assert tool.grade()["percent"] is None
    assert tool.post_score(scoreGiven=8, scoreMaximum=10).status_code == 200


def test_only_those_who_lead_may_do_so(tool):
    tool.become("5")
    for path in (f"{CELL}/mark", f"{CELL}/lock", f"{CELL}/free", "/courses/invictus/reset"):
        assert tool.browser.post(path, data={"percent": "1"}).status_code == 403


def test_a_mark_is_a_number_from_0_to_100(tool):
    for percent in ("", "-1", "101", "much"):
        assert as_trainer(tool, f"{CELL}/mark", percent=percent).status_code == 400


def test_a_second_activity_has_ids_of_its_own_and_keeps_what_was_typed(tool):
    as_trainer(tool, "/courses/invictus/activities/101/duplicate")
    first, second = (each for each in tool.activities() if each["custom"]["module"] == "essentials")
    assert first["custom"] == second["custom"] and first["id"] != second["id"]
    assert tool.launch(first["id"], "5")[AGS]["lineitem"] != tool.launch(second["id"], "5")[AGS]["lineitem"]


def test_a_trainer_in_a_students_role_is_launched_as_a_learner(tool):
    assert tool.launch("101", "3", role="student")[ROLES] != tool.launch("101", "3")[ROLES]
    assert any(role.endswith("#Learner") for role in tool.launch("101", "3", role="student")[ROLES])
