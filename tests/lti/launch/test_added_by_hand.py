"""An activity that was added by hand, whose settings do not say which training it opens."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.filters import on_day
from db import utcnow
from lti.models import Activity
from modules.content.publish import publish
from modules.content.shipped import modules
from tests.support.factories import CONTENT, NOW
from tests.support.lms.content_dialog import answer_on, opens_dialog, sends
from tests.support.lms.double import INSTRUCTOR, LEARNER, Lms, lti
from tests.support.lms.outcomes import assert_landed
from tests.support.page_rules import problems_of
from tests.support.visitor import Form

BY_HAND = {lti("custom"): None}
ESSENTIALS, BOUNDARIES = (modules()[key].title for key in ("essentials", "boundaries"))
TRAINER = BY_HAND | {"sub": "3", lti("roles"): [INSTRUCTOR]}


def front_page(lms: Lms, changes: dict) -> str:
    """Launch, and return the words of the page on which it ends."""
    assert_landed(lms.launches(changes))
    page = lms.browser.get("/", follow_redirects=True)
    assert page.status_code == 200 and problems_of(page.text) == []
    return " ".join(page.text.split())


def choose(lms: Lms, module: str = "photos"):
    fields = Form(lms.browser.get("/activity/training").text).fields
    return lms.browser.post("/activity/training", data=fields | {"module": module}, follow_redirects=True)


def activity(database) -> Activity:
    with database.reading() as session:
        return session.scalars(select(Activity)).one()


def test_its_trainer_chooses_there_and_then_and_the_activity_keeps_it(lms, database):
    assert "Choose the training for this activity" in front_page(lms, TRAINER)
    assert "Who has finished: Photos" in choose(lms).text
    assert '<h1 class="govuk-heading-l">Photos</h1>' in front_page(lms, BY_HAND)
    assert "Who has finished: Photos" in front_page(lms, TRAINER)
    assert activity(database).module == "photos"


@pytest.mark.parametrize("roles", [[LEARNER], [], ["urn:example:helper"]], ids=str)
def test_others_read_that_it_is_not_ready_yet_and_who_to_tell(lms, roles):
    page = front_page(lms, BY_HAND | {lti("roles"): roles})
    assert "This training is not ready yet" in page and "Tell the person who leads your course" in page
    for path in ("/module", "/people", "/activity/training"):
        assert lms.browser.get(path).status_code in {403, 404}


def test_a_page_that_waited_leads_on_once_training_is_chosen(lms):
    front_page(lms, BY_HAND)
    staff = lms.browser.visit
    front_page(lms, TRAINER)
    choose(lms)
    lms.browser.visit = staff
    page = lms.browser.get("/activity/not-ready", follow_redirects=True)
    assert '<h1 class="govuk-heading-l">Photos</h1>' in page.text


def test_a_module_that_the_lms_names_later_counts(lms, database):
    front_page(lms, TRAINER)
    trainer, fields = lms.browser.visit, Form(lms.browser.get("/activity/training").text).fields
    choose(lms)
    front_page(lms, {lti("custom"): {"module": "essentials"}})
    assert (activity(database).module, activity(database).chosen_here) == ("essentials", False)
    lms.browser.visit = trainer
    answer = lms.browser.post("/activity/training", data=fields | {"module": "photos"})
    assert answer.status_code == 409 and "This activity already has its training" in answer.text
    assert activity(database).module == "essentials"


def test_a_choice_can_be_changed_until_someone_starts(lms, database):
    front_page(lms, TRAINER)
    choose(lms)
    assert "Choose other training for this activity" in front_page(lms, TRAINER)
    choose(lms, "essentials")
    assert activity(database).module == "essentials"
    choose(lms)
    front_page(lms, BY_HAND)
    lms.browser.post("/attempts", data=Form(lms.browser.get("/module").text).fields)
    front_page(lms, TRAINER)
    assert "you can no longer change it" in lms.browser.get("/activity/training").text


def test_training_that_the_trust_does_not_have_cannot_be_chosen(lms, database):
    front_page(lms, TRAINER)
    for module in ("nowhere", "", "photos\0x"):
        answer = choose(lms, module)
        assert answer.status_code == 422 and "not on the list" in answer.text
    assert activity(database).module is None


def about(page: str, title: str) -> str:
    """Return what the page where training is chosen says about a module."""
    return page.partition(f">{title}</h2>")[2].partition("</section>")[0]


def test_each_module_has_the_minutes_that_every_other_page_says(lms, database):
    longer = replace(CONTENT, module=replace(CONTENT.module, key="longer", title="Longer", minutes=1))
    assert longer.minutes == (2, 2)
    with database.transaction() as session:
        publish(session, longer, NOW)
    page = front_page(lms, TRAINER)
    assert "About 2 minutes ·" in about(page, "Longer") and "About 1 minute" not in page
    choose(lms, "longer")
    assert "About 2 minutes." in front_page(lms, BY_HAND)
    assert "About 1 minute" not in opens_dialog(lms).text


def test_training_that_the_course_has_is_marked_as_it_is_in_the_dialog(lms, database):
    answer_on(sends(lms.browser, opens_dialog(lms), module=["boundaries"]), lms.browser)
    lms.launches({lti("resource_link"): {"id": "another"}, lti("custom"): {"module": "essentials"}})
    page = front_page(lms, TRAINER)
    assert "Already in this course</strong> If you use it here too, your course has it twice." in about(
        page, ESSENTIALS
    )
    assert f"Added on {on_day(utcnow())}</strong> No one has opened it yet." in about(page, BOUNDARIES)
    assert "in this course" not in about(page, "Photos")
    assert "We only know about training that someone has opened in your course" in page
    choose(lms)
    own = " ".join(lms.browser.get("/activity/training").text.split())
    assert "Chosen for this activity" in about(own, "Photos") and "in this course" not in about(own, "Photos")


def test_staff_cannot_choose(lms):
    front_page(lms, BY_HAND)
    assert lms.browser.post("/activity/training", data={"module": "photos"}).status_code in {400, 403}


def test_a_choice_needs_the_form_of_this_visit(lms, database):
    front_page(lms, TRAINER)
    assert lms.browser.post("/activity/training", data={"module": "photos"}).status_code == 400
    assert activity(database).module is None


def test_a_module_that_the_trust_does_not_have_is_told_with_what_to_do(lms):
    assert_landed(lms.launches({"sub": "3", lti("roles"): [INSTRUCTOR], lti("custom"): {"module": "nowhere"}}))
    page = lms.browser.get("/", follow_redirects=True)
    assert page.status_code == 404 and "correct or delete that line first" in page.text
