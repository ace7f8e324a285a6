"""Pages of a nudge: a leader is asked first, people they may see get a message, and no one else."""

import re

import pytest

from core.grants.domain.grant import GrantRole
from db import Database, utcnow
from lti.domain.roles import Role
from managers.reminders.domain.quiet import QuietTimes
from managers.reminders.domain.words import ReminderKind
from managers.reminders.models import Reminder
from managers.reminders.settings import settings_of
from tests.managers.reminders.reminding import RemindingTrust
from tests.support.grants import a_school, give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School
from tests.support.visitor import Form

# Forms and words: the tests of the use cases ask both kinds of database what these pages ask.
pytestmark = pytest.mark.databases("sqlite")

ASK = "/people/nudge"


@pytest.fixture(autouse=True)
def _always_school_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be no quiet time, on whichever day and at whichever hour this runs."""
    monkeypatch.setattr(QuietTimes, "covers", lambda _times, _moment: False)


@pytest.fixture
def people(trust: RemindingTrust) -> dict[str, int]:
    """Give the numbers of three people of two schools."""
    with trust.database.transaction() as session:
        schools = a_school(session).id, a_school(session, name="Elm High").id
    named = {"Ada Oak": schools[0], "Ben Oak": schools[0], "Eve Elm": schools[1]}
    return {name: trust.person(name, school_id=school) for name, school in named.items()}


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def nudged(trust: RemindingTrust) -> list[int | None]:
    return [each.staff_id for each in trust.reminders() if each.kind is ReminderKind.NUDGE]


def leader(school: School, database: Database, grant: GrantRole) -> Browser:
    give_grant(database, grant)
    return with_address(school, database)


def send(browser: Browser, query: str, **fields: str) -> tuple[int, str]:
    form = Form(browser.get(f"{ASK}{query}").text)
    fields = {**form.fields, **fields}
    answer = browser.post(f"{ASK}{query}", fields)
    return answer.status_code, answer.text


def test_a_trust_lead_nudges_everyone_on_the_list_after_a_question(
    trust: RemindingTrust, school: School, database: Database, people: dict[str, int]
) -> None:
    lead = leader(school, database, GrantRole.TRUST_LEAD)
    page = lead.get(f"{ASK}?scope=trust")
    assert problems_of(page.text) == []
    said = words_of(page.text)
    assert "Nudge 3 people?" in said
    assert "Jo Hill asked us to remind you about this training:" in said
    assert trust.reminders() == []
    assert send(lead, "?scope=trust")[0] == 303
    assert nudged(trust) == [*people.values()]
    again = words_of(lead.get(f"{ASK}?scope=trust").text)
    assert "There is no one to nudge" in again
    assert "3 people were reminded today, so get no other message now." in again
    done = lead.get(f"{ASK}/done?scope=trust&count=3")
    assert problems_of(done.text) == []
    assert "3 people will be reminded" in words_of(done.text)


def test_filters_of_the_list_and_people_chosen_one_by_one_narrow_a_nudge(
    trust: RemindingTrust, school: School, database: Database, people: dict[str, int]
) -> None:
    lead = leader(school, database, GrantRole.TRUST_LEAD)
    assert "Nudge 2 people?" in words_of(lead.get(f"{ASK}?scope=trust&school=Oak+Primary").text)
    assert "Nudge 1 person?" in words_of(lead.get(f"{ASK}?scope=trust&q=eve").text)
    send(lead, f"?scope=trust&person={people['Ada Oak']}&person={people['Eve Elm']}")
    assert nudged(trust) == [people["Ada Oak"], people["Eve Elm"]]


def test_one_person_is_nudged_from_their_own_page_and_it_is_on_record_there(
    trust: RemindingTrust, school: School, database: Database, people: dict[str, int]
) -> None:
    lead = leader(school, database, GrantRole.TRUST_LEAD)
    page = lead.get(f"/people/{people['Eve Elm']}").text
    link = re.search(r'href="[^"]*/people/nudge(\?[^"]*person=[^"]*)"', page)
    assert link
    assert send(lead, link[1].replace("&amp;", "&"))[0] == 303
    assert nudged(trust) == [people["Eve Elm"]]
    assert "Reminder: queued" in words_of(lead.get(f"/people/{people['Eve Elm']}").text)


def test_a_school_lead_reaches_their_own_school_alone(
    trust: RemindingTrust, school: School, database: Database, people: dict[str, int]
) -> None:
    lead = leader(school, database, GrantRole.SCHOOL_LEAD)
    assert lead.get(f"{ASK}?scope=trust").status_code == 403
    send(lead, f"?scope=school&person={people['Eve Elm']}&person={people['Ben Oak']}")
    assert nudged(trust) == [people["Ben Oak"]]


def test_who_leads_the_course_can_nudge_its_people_and_staff_no_one(
    trust: RemindingTrust, school: School, database: Database, people: dict[str, int]
) -> None:
    trainer = school.visit("Tim Trainer", Role.TRAINER)
    assert send(trainer, "")[0] == 303
    assert nudged(trust) == [*people.values()]
    assert school.visit("Sue Staff").get(ASK).status_code == 403


@pytest.mark.parametrize(
    ("query", "status"), [("module=unknown", 404), ("person=no-one", 409), ("person=99999999999", 409)]
)
def test_an_address_that_names_something_unknown_does_not_nudge_everyone(
    trust: RemindingTrust, school: School, database: Database, people: dict[str, int], query: str, status: int
) -> None:
    lead = leader(school, database, GrantRole.TRUST_LEAD)
    token = Form(lead.get(f"{ASK}?scope=trust").text).fields["csrf_token"]
    answer = lead.post(f"{ASK}?scope=trust&{query}", {"csrf_token": token, "expected": "3"})
    assert answer.status_code == status
    assert "Nudge 3 people?" not in words_of(answer.text)
    assert nudged(trust) == []


def test_if_the_list_has_changed_meanwhile_no_one_is_nudged_and_the_question_comes_again(
    trust: RemindingTrust, school: School, database: Database, people: dict[str, int]
) -> None:
    lead = leader(school, database, GrantRole.TRUST_LEAD)
    status, page = send(lead, "?scope=trust", expected="2")
    assert status == 409
    assert problems_of(page) == []
    assert "Something has changed since you opened this page" in words_of(page)
    assert nudged(trust) == []


def test_a_second_press_of_the_button_nudges_no_one_again(
    trust: RemindingTrust, school: School, database: Database, people: dict[str, int]
) -> None:
    lead = leader(school, database, GrantRole.TRUST_LEAD)
    fields = Form(lead.get(f"{ASK}?scope=trust").text).fields
    assert [lead.post(f"{ASK}?scope=trust", fields).status_code for _ in range(2)] == [303, 409]
    assert len(nudged(trust)) == 3


def test_a_list_that_is_too_long_is_not_nudged(
    trust: RemindingTrust,
    school: School,
    database: Database,
    people: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("managers.reminders.views.nudges.MOST", 2)
    lead = leader(school, database, GrantRole.TRUST_LEAD)
    said = words_of(lead.get(f"{ASK}?scope=trust").text)
    assert "There are more than 2 people on this list." in said


def test_in_a_quiet_time_the_page_says_when_the_messages_go_out(
    trust: RemindingTrust,
    school: School,
    database: Database,
    people: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    with trust.database.transaction() as session:
        settings = settings_of(session, "invictus")
        hour = utcnow().hour
        settings.from_hour, settings.to_hour = (0, 1) if hour > 3 else (20, 21)
    lead = leader(school, database, GrantRole.TRUST_LEAD)
    said = words_of(lead.get(f"{ASK}?scope=trust").text)
    assert "It is a quiet time now, so the messages go out from" in said
    send(lead, "?scope=trust")
    with database.reading() as session:
        assert {each.mail_id for each in session.query(Reminder)} == {None}
