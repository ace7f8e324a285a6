"""Moodle numbers courses and activities alike: an activity can bear its course's id, and is an activity nonetheless."""

import requests

from tests.support.servers import Running
from tests.support.visitor import Visitor


def add_by_hand(practice: Running, **typed: str) -> None:
    trainer = Visitor(practice.url, practice.tool_url, person="3")
    made = trainer.http.post(
        f"{practice.url}/courses/invictus/activities", data={"title": "By hand", **typed}, timeout=5
    )
    assert made.status_code == 200 and "By hand" in made.text


def test_an_activity_with_its_courses_id_is_played_like_any_other(practice: Running, tool: Running) -> None:
    add_by_hand(practice, module="essentials", crossing="yes")
    staff = Visitor(practice.url, practice.tool_url)
    landed = staff.launch("11")
    assert landed.status_code == 200 and "Social media essentials" in landed.text


def test_canvas_course_menu_still_opens_the_course(practice: Running, tool: Running) -> None:
    requests.post(f"{practice.url}/mood", data={"mood": "canvas"}, timeout=5)
    manager = Visitor(practice.url, practice.tool_url, person="3")
    manager.launch()
    assert "The training in this course" in manager.enter("/courses/invictus/launch-navigation").text
