"""A copy of a course finds the training that stood in it, and only that."""

import pytest
from sqlalchemy import select

from lti.models import Activity
from tests.support.lms.double import INSTRUCTOR, Lms, lti
from tests.support.lms.outcomes import assert_landed

COPY = {lti("context"): {"id": "12", "title": "Induction, copied"}}


def activity(number: str, **custom: str) -> dict:
    """A launch from an activity of the copied course, with these custom values."""
    return COPY | {lti("resource_link"): {"id": number}, lti("custom"): custom or None}


def module_of(database, number: str) -> str | None:
    with database.reading() as session:
        return session.scalars(select(Activity).where(Activity.resource_link == number)).one().module


@pytest.fixture
def original(lms):
    """An activity with a module, opened before the course was copied."""
    assert_landed(lms.launches())
    return lms


def test_moodle_copies_what_the_activity_says_of_its_module(lms, database):
    assert_landed(lms.launches(activity("201", module="photos", previous_links="$ResourceLink.id.history")))
    assert module_of(database, "201") == "photos"
    assert '<h1 class="govuk-heading-l">Photos</h1>' in lms.browser.get("/", follow_redirects=True).text


def test_an_lms_that_tells_what_an_activity_was_copied_from_needs_no_more(original, database):
    assert_landed(original.launches(activity("201", previous_links="101")))
    assert module_of(database, "201") == "photos"
    assert '<h1 class="govuk-heading-l">Photos</h1>' in original.browser.get("/", follow_redirects=True).text


def test_of_several_earlier_activities_the_latest_that_had_a_module_counts(original, database):
    assert_landed(original.launches(activity("102", module="essentials")))
    assert_landed(original.launches(activity("103")))
    assert_landed(original.launches(activity("201", previous_links="103,never-opened,102,101")))
    assert module_of(database, "201") == "essentials"


def test_a_copy_of_a_copy_finds_its_module_though_no_one_opened_the_first(original, database):
    assert_landed(original.launches(activity("301", previous_links="201,101")))
    assert module_of(database, "301") == "photos"


def test_activities_are_told_spelt_as_in_addresses(lms, database):
    assert_landed(lms.launches({lti("resource_link"): {"id": "a/b, c"}}))
    assert_landed(lms.launches(activity("201", previous_links="a%2Fb%2C%20c")))
    assert module_of(database, "201") == "photos"


def test_what_the_activity_says_itself_comes_first(original, database):
    assert_landed(original.launches(activity("201", module="essentials", previous_links="101")))
    assert module_of(database, "201") == "essentials"


def test_another_lmss_activities_never_match(app, network, original, database):
    other = Lms(app, network, issuer="https://other.example", client_id="client-9")
    assert_landed(other.launches(activity("201", previous_links="101")))
    assert module_of(database, "201") is None


def test_another_client_of_the_same_lms_does_not_match_either(app, network, original, database):
    other = Lms(app, network, client_id="client-2")
    assert_landed(other.launches(activity("201", previous_links="101")))
    assert module_of(database, "201") is None


@pytest.mark.parametrize("history", ["", " , ,", "%", "%00", "%ff", "'; drop table activities; --", "," * 4_000])
def test_a_history_that_names_nothing_finds_nothing(original, database, history):
    assert_landed(original.launches(activity("201", previous_links=history)))
    assert module_of(database, "201") is None


@pytest.mark.parametrize("module", ["no-such-module", "../essentials", "Photos", "photos "])
def test_a_module_that_the_trust_does_not_have_opens_nothing_and_says_what_a_trainer_can_do(lms, module):
    lms.register(trust="agora")
    for roles in ([], [INSTRUCTOR]):
        assert_landed(lms.launches(activity("201", module=module) | {lti("roles"): roles}))
        page = lms.browser.get("/", follow_redirects=True)
        assert page.status_code == 404
        assert "No training is set for this activity yet" in page.text
        assert "correct or delete that line first" in page.text
        assert "tell the person who leads your course" in page.text
