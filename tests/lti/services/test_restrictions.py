"""Activities that not everyone in the course can open: who cannot is not listed as someone who has not started."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from flask import Flask

import db
from config import Settings
from core.services import provide
from lti.services.restrictions import MOST_CALLS
from practice.courses.people import PEOPLE, STAFF
from tests.lti.services.test_roster import Class
from tests.support.servers import Running, port_of, register_practice
from tests.support.visitor import Visitor

LEARNERS = [person for person in PEOPLE if person.role == STAFF]


@pytest.fixture
def course(app: Flask, settings: Settings, practice: Running) -> Iterator[Class]:
    settings = replace(settings, public_url=practice.tool_url)
    provide(app, settings)
    register_practice(app, practice.url, settings)
    with Running(app, port_of(practice.tool_url)):
        Visitor(practice.url, practice.tool_url, person="3").launch()
        yield Class(db.database(app), settings, practice)


def page_of(course: Class, activity: str = "101", person: str = "3") -> str:
    visitor = Visitor(course.practice.url, course.practice.tool_url, person=person)
    visitor.launch(activity)
    return " ".join(visitor.get("/people").text.split())


def read(course: Class, switch: str = "none") -> None:
    course.tell_practice("failures", failure=switch)
    course.reader.read(course.course.id)
    course.tell_practice("failures", failure="none")


def calls_of(course: Class) -> list[str]:
    log = requests.get(f"{course.practice.url}/log.json", timeout=5).json()["calls"]
    return [call["path"] for call in log if "memberships" in call["path"]]


@pytest.mark.parametrize("mood", ["moodle", "canvas"])
def test_who_cannot_open_an_activity_is_not_listed_there(course: Class, mood: str) -> None:
    page_of(course, "111")
    course.tell_practice("mood", mood=mood, people_per_page="3")
    read(course, "restricted")
    course.tell_practice("mood", mood="moodle")
    page = page_of(course)
    assert re.search(r"\b3\b\s*(<[^>]*>\s*)*Everyone", page)
    assert "Dean Hargreaves" not in page and "Zoë Fairweather" in page
    assert "People who cannot open this training in your course" in page
    assert "Dean Hargreaves" in page_of(course, "111")


def test_who_began_before_an_activity_was_restricted_stays_listed(course: Class) -> None:
    staff = Visitor(course.practice.url, course.practice.tool_url, person="6")
    staff.submit(staff.launch())
    read(course, "restricted")
    assert "Dean Hargreaves" in page_of(course)


def test_a_restriction_that_is_lifted_is_forgotten(course: Class) -> None:
    read(course, "restricted")
    read(course)
    assert course.find_course().restricted_count == 0
    assert "Dean Hargreaves" in page_of(course)


def test_a_list_that_would_hide_everyone_is_not_believed(course: Class) -> None:
    read(course, "open-to-no-one")
    page = page_of(course)
    assert all(person.name in page for person in LEARNERS if person.shares_identity)


def test_an_lms_is_asked_once_for_each_activity(course: Class) -> None:
    page_of(course, "111")
    before = len(calls_of(course))
    course.reader.read(course.course.id)
    made = calls_of(course)[: len(calls_of(course)) - before]
    assert sorted(re.findall(r"rlid=(\d+)", " ".join(made))) == ["101", "111"] and len(made) == 3


def test_an_lms_is_not_asked_without_end(course: Class) -> None:
    course.tell_practice("mood", mood="canvas", people_per_page="1")
    before = len(calls_of(course))
    course.reader.read(course.course.id)
    assert len(PEOPLE) < len(calls_of(course)) - before <= len(PEOPLE) + MOST_CALLS
