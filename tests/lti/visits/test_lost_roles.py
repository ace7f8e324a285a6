"""Those who led a course and no longer do: what they still have open ends; and each leader reads their own course."""

import pytest
from sqlalchemy import select

from db import Database, utcnow
from lti.domain.member import Member
from lti.domain.roles import Role, role_now
from lti.models import Course
from lti.services.roster import keep_members, leavers_of, mark_leavers
from tests.support.lms.double import INSTRUCTOR, LEARNER, Lms, lti
from tests.support.lms.outcomes import assert_landed
from tests.support.lms.visits import page_of, play, review

LEADS = {lti("roles"): [INSTRUCTOR], "sub": "3", "name": "Priya Raman"}
LEARNS = {lti("roles"): [LEARNER], "sub": "3", "name": "Priya Raman"}
OTHER_COURSE = {lti("context"): {"id": "12", "title": "Refresher"}, lti("resource_link"): {"id": "102"}}
STAFF, TRAINER, MANAGER = Role.STAFF, Role.TRAINER, Role.MANAGER


def list_people(database: Database, *members: Member) -> None:
    """Read a list of the course's people to its end."""
    with database.transaction() as session:
        course_id = session.scalars(select(Course.id)).one()
        now = utcnow()
        listed = keep_members(session, course_id, members, now)
        mark_leavers(session, course_id, leavers_of(session, course_id, listed, 0, now), now, now)


PRIYA = Member("3", Role.TRAINER, "Priya Raman", None)
ZOE = Member("5", Role.STAFF, "Zoë Fairweather", None)


@pytest.mark.parametrize(
    ("at_launch", "in_course", "taken_off", "now"),
    [
        (TRAINER, TRAINER, False, TRAINER),
        (TRAINER, STAFF, False, STAFF),
        (MANAGER, TRAINER, False, TRAINER),
        (STAFF, MANAGER, False, STAFF),
        (TRAINER, TRAINER, True, STAFF),
        (STAFF, STAFF, True, STAFF),
        (TRAINER, None, False, TRAINER),
    ],
)
def test_a_role_in_an_open_visit_follows_the_course_and_never_grows(at_launch, in_course, taken_off, now):
    assert role_now(at_launch, in_course, taken_off) is now


def test_a_leader_who_comes_back_as_a_learner_leads_nowhere_they_still_have_open(lms: Lms) -> None:
    lms.launches(LEADS)
    leading = lms.browser.visit
    assert lms.browser.get(f"{leading}/people").status_code == 200
    elsewhere = lms.in_another_browser()
    assert_landed(elsewhere.launches(LEARNS))
    for path in ("/people", "/people/1/grade", "/compare"):
        assert lms.browser.get(f"{leading}{path}").status_code == 403
    assert lms.browser.get(f"{leading}/module").status_code == 200


def test_a_leader_who_is_taken_off_the_list_of_the_course_reads_it_no_more(lms: Lms, database: Database) -> None:
    lms.launches(LEADS)
    list_people(database, PRIYA, ZOE)
    assert lms.browser.get("/people").status_code == 200
    list_people(database, ZOE)
    assert lms.browser.get("/people").status_code == 403


def test_a_leader_who_was_never_on_the_list_such_as_an_administrator_goes_on(lms: Lms, database: Database) -> None:
    lms.launches(LEADS)
    list_people(database, ZOE)
    assert lms.browser.get("/people").status_code == 200


def test_a_leader_who_was_taken_off_and_may_open_it_still_leads_again(lms: Lms, database: Database) -> None:
    lms.launches(LEADS)
    list_people(database, PRIYA, ZOE)
    list_people(database, ZOE)
    lms.launches(LEADS)
    list_people(database, ZOE)
    assert lms.browser.get("/people").status_code == 200


def test_someone_who_is_promoted_leads_with_the_next_launch(lms: Lms) -> None:
    lms.launches(LEARNS)
    learning = lms.browser.visit
    lms.launches(LEADS)
    assert lms.browser.get("/people").status_code == 200
    assert lms.browser.get(f"{learning}/people").status_code == 403


def test_a_leader_of_another_course_reads_no_answers_of_this_one(lms: Lms) -> None:
    lms.launches()
    play(lms)
    lms.launches(OTHER_COURSE)
    assert_landed(lms.launches(review(**OTHER_COURSE)))
    page = page_of(lms)
    assert "They have also taken this training in another course" in page
    assert "There are no answers from this course" in page
    assert "I decline." not in page and "Every decision" not in page
    assert lms.browser.get("/review?attempt=1").status_code == 404


def test_a_leader_reads_the_answers_of_their_own_course_and_no_others(lms: Lms) -> None:
    lms.launches()
    play(lms)
    lms.launches(OTHER_COURSE)
    play(lms, "ask")
    assert_landed(lms.launches(review(**OTHER_COURSE)))
    page = page_of(lms)
    assert "Another attempt counts" in page and "I ask." in page and "All attempts" not in page
    assert lms.browser.get("/review?attempt=1").status_code == 404
    assert lms.browser.get("/review?attempt=2").status_code == 200


def test_people_read_all_of_their_own_answers_whatever_the_course(lms: Lms) -> None:
    lms.launches()
    play(lms)
    lms.launches(OTHER_COURSE)
    assert_landed(lms.launches(review("5", **OTHER_COURSE, **{lti("roles"): [LEARNER], "sub": "5"})))
    page = page_of(lms)
    assert "I decline." in page and "They have also" not in page


def test_someone_unknown_to_a_course_is_not_looked_at_from_it(lms: Lms) -> None:
    lms.launches()
    play(lms)
    lms.launches({**OTHER_COURSE, "sub": "6", "name": "Dean Hargreaves"})
    assert_landed(lms.launches(review(**OTHER_COURSE)))
    assert "has not opened the training" in page_of(lms)
