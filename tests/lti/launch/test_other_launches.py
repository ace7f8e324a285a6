"""Launches that are no plain activity: a course's menu, somebody's answers, nobody real."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from lti.domain.message import GRADES
from lti.domain.roles import Role
from lti.errors import INCOMPLETE, UNKNOWN_DEPLOYMENT
from lti.models import Activity, Delivery, Membership, Person
from tests.support.lms.content_dialog import asks_for_content
from tests.support.lms.double import INSTRUCTOR, LEARNER, lti
from tests.support.lms.outcomes import assert_landed, assert_refused
from tests.support.lms.signing import NULL
from tests.support.lms.visits import GRADED, page_of, play, review
from tests.support.visitor import Form

CANVAS = {"product_family_code": "canvas"}
FROM_MENU = {lti("resource_link"): {"id": "11"}, lti("custom"): None, lti("tool_platform"): CANVAS}
TEST_PERSON = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def test_the_course_menu_opens_the_courses_modules_to_who_leads_it(lms):
    lms.launches()
    play(lms)
    assert_landed(lms.launches(FROM_MENU | {"sub": "3", lti("roles"): [INSTRUCTOR]}))
    page = page_of(lms)
    assert "The training in this course" in page
    assert '>Photos</a></th> <td class="govuk-table__cell govuk-table__cell--numeric">1</td>' in page
    assert "Zoë Fairweather" in page_of(lms, "/people?module=photos")


def test_the_course_menu_tells_staff_where_they_stand_and_where_to_start(lms):
    lms.launches()
    assert_landed(lms.launches(FROM_MENU))
    assert "Photos: not passed yet" in page_of(lms)
    assert lms.browser.get("/people?module=photos").status_code == 403


def test_the_course_menu_makes_no_activity(lms, database):
    assert_landed(lms.launches(FROM_MENU))
    assert "No training has been opened in this course yet" in page_of(lms)
    with database.reading() as session:
        assert session.scalars(select(Activity)).all() == []


CROSSING = {lti("resource_link"): {"id": "11"}}
MOODLE = {lti("tool_platform"): {"product_family_code": "moodle"}}
NOT_CANVAS = {"Moodle": MOODLE, "nobody says which LMS": {}}


@pytest.mark.parametrize("family", [*NOT_CANVAS.values(), {lti("tool_platform"): CANVAS}], ids=[*NOT_CANVAS, "Canvas"])
def test_an_activity_that_bears_its_courses_id_opens_its_module(lms, database, family):
    assert_landed(lms.launches(CROSSING | family))
    assert '<h1 class="govuk-heading-l">Photos</h1>' in page_of(lms)
    with database.reading() as session:
        assert session.scalars(select(Activity.module)).all() == ["photos"]


@pytest.mark.parametrize("family", NOT_CANVAS.values(), ids=NOT_CANVAS)
def test_an_activity_without_a_module_is_no_course_menu_though_it_bears_its_courses_id(lms, database, family):
    assert_landed(lms.launches(CROSSING | family | {lti("custom"): None}))
    with database.reading() as session:
        assert session.scalars(select(Activity.resource_link)).all() == ["11"]


def test_who_was_sent_to_a_course_menu_by_mistake_gets_the_activity_at_the_next_launch(lms, database):
    lms.launches(FROM_MENU)
    assert_landed(lms.launches(CROSSING))
    play(lms)
    lms.launches(CROSSING | {"sub": "3", lti("roles"): [INSTRUCTOR]})
    assert "Zoë Fairweather" in page_of(lms, "/people")


def test_canvas_says_itself_which_link_is_the_one_in_the_menu(lms):
    menu = {lti("custom"): NULL, "https://www.instructure.com/placement": "course_navigation"}
    assert_landed(lms.launches(menu | {lti("tool_platform"): {"product_family_code": "Canvas"}}))
    assert "No training has been opened in this course yet" in page_of(lms)


@pytest.mark.parametrize("path", ["/module", "/people", "/review"])
def test_a_page_of_an_activity_is_not_for_a_visit_from_the_menu(lms, path):
    assert_landed(lms.launches(FROM_MENU))
    assert lms.browser.get(path).status_code == 403


@pytest.mark.parametrize("path", ["/", "/accessibility", "/verify", "/verify/0000-0000-0000-0000"])
@pytest.mark.parametrize("kind", ["training", "menu", "menu of a trainer", "review", "choosing"])
def test_every_link_leads_to_a_page_that_is_open_in_this_visit(lms, kind, path):
    lms.launches()
    play(lms)
    trainer = {"sub": "3", lti("roles"): [INSTRUCTOR]}
    kinds = {"menu": FROM_MENU, "menu of a trainer": FROM_MENU | trainer, "review": review()}
    lms.launches({"training": {}, "choosing": asks_for_content(), **kinds}[kind])
    page = lms.browser.get(path, follow_redirects=True).text
    links = set(re.findall(rf'href="({lms.browser.visit}[^"#]*)"', page))
    assert links
    answers = {link: lms.browser.get(unescape(link), follow_redirects=True).status_code for link in links}
    assert set(answers.values()) <= {200}, answers


def test_a_manager_opens_one_persons_answers_from_the_gradebook(lms):
    lms.launches()
    play(lms)
    assert_landed(lms.launches(review()))
    page = page_of(lms)
    assert "Zoë Fairweather" in page and "Passed with 100%" in page
    assert "This is the attempt that counts" in page
    assert "I decline." in page


def test_a_review_shows_the_attempt_that_counts_and_leads_to_the_others(lms):
    lms.launches()
    play(lms)
    play(lms, "ask")
    assert_landed(lms.launches(review()))
    assert "Passed with 100%" in page_of(lms)
    other = page_of(lms, "/review?attempt=2")
    assert "Another attempt counts" in other and "I ask." in other


def test_a_review_opens_no_attempt_of_anybody_else(lms):
    lms.launches()
    play(lms)
    lms.launches({"sub": "6", "name": "Dean Hargreaves"})
    play(lms)
    assert_landed(lms.launches(review("6")))
    answer = lms.browser.get("/review?attempt=1")
    assert answer.status_code == 404
    assert "not one of this person's attempts" in unescape(answer.text)


def test_staff_review_their_own_answers_and_no_one_elses(lms):
    lms.launches()
    play(lms)
    lms.launches({"sub": "6", "name": "Dean Hargreaves"})
    learner = {lti("roles"): [LEARNER], "sub": "5"}
    assert_landed(lms.launches(review("5", **learner)))
    assert "Your answers" in page_of(lms)
    assert_landed(lms.launches(review("6", **learner)))
    assert lms.browser.get("/", follow_redirects=True).status_code == 403


def test_a_review_of_someone_who_never_came_says_so(lms):
    lms.launches()
    assert_landed(lms.launches(review("99")))
    assert "has not opened the training yet" in page_of(lms)


def test_a_review_of_an_open_attempt_shows_no_answers(lms):
    lms.launches()
    lms.browser.post("/attempts", data=Form(lms.browser.get("/module").text).fields)
    assert_landed(lms.launches(review()))
    page = page_of(lms)
    assert "They have been working on it since" in page and "Every decision" not in page


def test_a_review_of_no_one_is_refused(lms):
    assert_refused(lms.launches(review(None)), INCOMPLETE)


@pytest.mark.parametrize("grades", [None, {}, 5, {"lineitem": 7}], ids=str)
def test_a_review_of_no_column_is_refused(lms, grades):
    assert_refused(lms.launches(review(**{GRADES: grades})), INCOMPLETE)


def test_a_review_does_not_change_where_grades_go(lms, database):
    lms.launches(GRADED)
    lms.launches(review())
    with database.reading() as session:
        assert session.scalars(select(Activity.line_item_url)).one() == "https://lms.example/items/1"


def test_no_one_real_can_play_and_is_neither_listed_nor_graded(lms, database):
    test_person = GRADED | {"sub": "t", "name": "Test Student", lti("roles"): [LEARNER, TEST_PERSON]}
    assert_landed(lms.launches(test_person))
    assert "nothing is recorded for your course" in page_of(lms, "/module")
    play(lms)
    for path in ("/module", "/attempts/1/result"):
        assert "See your certificate" not in page_of(lms, path)
    with database.reading() as session:
        assert session.scalars(select(Delivery)).all() == []
    lms.launches({"sub": "3", lti("roles"): [INSTRUCTOR]})
    assert "Test Student" not in page_of(lms, "/people")


def test_who_leads_one_course_learns_in_another(lms, database):
    lms.launches({lti("roles"): [INSTRUCTOR]})
    lms.launches({lti("context"): {"id": "12"}})
    with database.reading() as session:
        person = session.scalars(select(Person)).one()
        roles = session.scalars(select(Membership.role).where(Membership.person_id == person.id)).all()
    assert set(roles) == {Role.TRAINER, Role.STAFF}


def test_a_new_deployment_is_taken_in_only_where_the_platform_may_bring_new_ones(lms):
    assert_refused(lms.launches({lti("deployment_id"): "2"}), UNKNOWN_DEPLOYMENT)
    lms.register(takes_new_deployments=True)
    assert_landed(lms.launches({lti("deployment_id"): "2"}))
