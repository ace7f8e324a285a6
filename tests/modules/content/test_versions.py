"""The commands that say which modules are published, in which versions, and where they are used."""

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask

from db import Database
from lti.models import Activity, Course
from modules.content.publish import publish
from modules.models import ChosenModule
from tests.support.factories import CONTENT, MODULE, NOW
from tests.support.school import School


@pytest.fixture
def school(app: Flask, database: Database) -> School:
    school = School(app, database)
    school.publish(replace(CONTENT, module=replace(MODULE, says="About more photos.")), days_later=3)
    return school


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["modules", *words])


def test_the_list_says_the_latest_version_and_in_how_many_courses_it_is_used(app: Flask, school: School) -> None:
    lines = run(app, "list", "--trust", "invictus").output.splitlines()
    assert "  invictus     version 2 of 23 November 2026, in 1 course of 1 LMS" in lines
    assert "essentials: Social media essentials for all staff" in lines
    assert "  invictus     version 1 of 20 November 2026, not opened in any course" in lines
    assert not any(line.startswith("  agora") for line in lines)
    assert any(line.startswith("  agora") for line in run(app, "list").output.splitlines())


def test_a_module_is_shown_with_its_versions_their_attempts_and_its_courses(app: Flask, school: School) -> None:
    school.visit().play()
    assert run(app, "show", "photos").output.splitlines()[1:] == [
        "  invictus",
        "    version 2 of 23 November 2026, 1 attempt",
        "    version 1 of 20 November 2026, 0 attempts",
        "    used in:",
        "      Induction (Oak Tree Moodle): 1 activity",
    ]


def test_what_was_added_to_a_course_and_not_opened_yet_is_listed_as_that(
    app: Flask, school: School, database: Database
) -> None:
    with database.transaction() as session:
        for module in ("photos", "boundaries"):
            course_id = school.activity.course_id
            session.add(ChosenModule(course_id=course_id, module=module, chosen_at=NOW + timedelta(days=8)))
    listed = run(app, "list", "--trust", "invictus").output
    assert "version 2 of 23 November 2026, in 1 course of 1 LMS\n" in listed
    boundaries = listed.partition("boundaries:")[2].splitlines()[1]
    assert boundaries.endswith("not opened in any course, added to 1 course where no one has opened it yet")
    assert run(app, "show", "boundaries", "--trust", "invictus").output.splitlines()[-3:] == [
        "    not opened in any course",
        "    added, and not opened yet:",
        "      Induction (Oak Tree Moodle): on 28 November 2026",
    ]
    assert "not opened" not in run(app, "show", "photos").output


def test_courses_of_one_title_are_told_apart_and_a_title_cannot_steer_the_terminal(
    app: Flask, school: School, database: Database
) -> None:
    with database.transaction() as session:
        deployment = session.get_one(Course, school.activity.course_id).deployment_id
        course = Course(deployment_id=deployment, context="course-2", title="Indu\x1b[2Jction")
        session.add(course)
        session.flush()
        for number in ("2", "3"):
            session.add(Activity(course_id=course.id, resource_link=number, title="Photos", module="photos"))
    said = run(app, "show", "photos").output
    assert "Induction (Oak Tree Moodle): 1 activity\n" in said
    assert "Indu[2Jction (Oak Tree Moodle): 2 activities\n" in said


def test_what_activities_ask_for_and_no_one_published_is_listed(app: Flask, school: School, database: Database) -> None:
    with database.transaction() as session:
        session.get_one(Activity, school.activity.id).module = "photo"
    assert "  invictus     NOT PUBLISHED, but requested, in 1 course of 1 LMS" in run(app, "list").output.splitlines()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "essentails"], "there is no module essentails; did you mean essentials? Choose one of boundaries"),
        (["list", "--trust", "invictsu"], "there is no trust invictsu; did you mean invictus? Choose one of agora"),
        (["show", "photos", "--trust", "oak"], "there is no trust oak. Choose one of agora"),
    ],
)
def test_a_module_or_trust_that_there_is_not_gets_a_suggestion(
    app: Flask, school: School, words: list[str], says: str
) -> None:
    answer = run(app, *words)
    assert answer.exit_code == 2 and says in answer.output


def test_a_version_published_later_is_listed_first(app: Flask, school: School, database: Database) -> None:
    with database.transaction() as session:
        publish(session, replace(CONTENT, module=replace(MODULE, minutes=3)), NOW + timedelta(days=9))
    numbers = [line.split()[1] for line in run(app, "show", "photos").output.splitlines() if "version" in line]
    assert numbers == ["3", "2", "1"]
