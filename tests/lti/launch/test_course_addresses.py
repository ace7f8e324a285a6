"""The address of a course: what may be kept of the address to which a launch wants one person to return."""

import pytest
from sqlalchemy import select

import db
from lti.domain.course_address import course_address
from lti.models import Course
from tests.support.servers import Running
from tests.support.visitor import Visitor

MOODLE = "https://moodle.oak.example"
CANVAS = "https://canvas.instructure.com"
RETURN = "/mod/lti/return.php?course=12&launch_container=3&instanceid=7&sesskey=aBcDeF1234"


@pytest.mark.parametrize(
    ("issuer", "given", "kept"),
    [
        (MOODLE, MOODLE + RETURN, MOODLE + "/course/view.php?id=12"),
        (MOODLE + "/learn", MOODLE + "/learn" + RETURN, MOODLE + "/learn/course/view.php?id=12"),
        (
            CANVAS,
            "https://oak.instructure.com/courses/12/external_content/success/external_tool_redirect",
            "https://oak.instructure.com/courses/12",
        ),
        (MOODLE, MOODLE + "/courses/oak", MOODLE + "/courses/oak"),
        (MOODLE, MOODLE + "/back?session=secret", None),
        (MOODLE, MOODLE + "/mod/lti/return.php?course=x&sesskey=a", None),
        (MOODLE, "https://elsewhere.example" + RETURN, None),
        (MOODLE, "https://oak.instructure.com/courses/12/success", None),
        (CANVAS, "https://instructure.com.evil.example/courses/12/success", None),
        (CANVAS, "http://oak.instructure.com/courses/12/success", None),
        (MOODLE, MOODLE + "/" + "a" * 500, None),
        (MOODLE, None, None),
    ],
)
def test_only_what_leads_anyone_to_the_course_on_the_lmss_own_site_is_kept(
    issuer: str, given: str | None, kept: str | None
) -> None:
    assert course_address(issuer, given) == kept


def test_an_lms_that_shows_us_from_another_site_may_name_its_courses_there() -> None:
    assert course_address(MOODLE, "https://shown.example/courses/1", "https://shown.example") is not None


def test_a_launch_notes_where_its_course_is(practice: Running, tool: Running) -> None:
    Visitor(practice.url, tool.url).launch()
    with db.database(tool.app).reading() as session:
        assert session.scalars(select(Course.url)).all() == [f"{practice.url}/courses/invictus/return"]
