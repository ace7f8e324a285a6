"""Pages of reminders: a trust lead switches them on, chooses when and in which words, and sees what went wrong."""

import re

import pytest
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from core.audit.models import AuditEvent
from core.grants.domain.grant import GrantRole
from db import Database, utcnow
from managers.models import StaffEntry
from managers.reminders.domain.words import DEFAULT_WORDS, ReminderKind
from managers.reminders.models import Fate, Reminder, ReminderHoliday, ReminderSettings
from managers.reminders.settings import settings_of, switch
from tests.managers.reminders.reminding import COMMAND, DAY, TODAY, RemindingTrust
from tests.support.factories import NOW
from tests.support.grants import a_school, give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School
from tests.support.visitor import Form

# Forms and words: the tests of the use cases ask both kinds of database what these pages ask.
pytestmark = pytest.mark.databases("sqlite")

SETTINGS = {
    "before": "21, 7 and 1",
    "expiring": "",
    "most": "3",
    "from_hour": "7",
    "to_hour": "18",
    "weekday": "4",
    "sender_name": "Oak Office",
    "reply_to": "Office@oak.example",
    "keep_months": "36",
}


@pytest.fixture
def lead(trust: RemindingTrust, school: School, database: Database) -> Browser:
    give_grant(database, GrantRole.TRUST_LEAD)
    return with_address(school, database)


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def send(browser: Browser, path: str, **fields: str) -> TestResponse:
    token = Form(browser.get("/reminders").text).fields["csrf_token"]
    return browser.post(path, {"csrf_token": token, **fields})


def settings_in(database: Database) -> ReminderSettings:
    with database.reading() as session:
        return settings_of(session, "invictus")


def test_a_trust_lead_switches_reminders_off_and_on_and_it_is_on_record(lead: Browser, database: Database) -> None:
    page = lead.get("/reminders")
    assert problems_of(page.text) == []
    assert "Switch reminders off" in words_of(page.text)
    assert send(lead, "/reminders/switch", on="no").status_code == 303
    assert not settings_in(database).is_on
    page = words_of(lead.get("/reminders?done=off").text)
    assert "Reminders are off." in page
    assert "Nothing is sent unless a manager nudges someone." in page
    send(lead, "/reminders/switch", on="yes")
    assert settings_in(database).is_on
    with database.reading() as session:
        recorded = select(AuditEvent.action).where(AuditEvent.person_id == lead.person_id)
        assert session.scalars(recorded).all() == ["switched off", "switched on"]


def test_a_trust_that_never_opened_the_page_has_them_off(school: School, database: Database) -> None:
    assert not settings_in(database).is_on


def test_when_reminders_are_sent_can_be_changed(lead: Browser, database: Database) -> None:
    page = lead.get("/reminders/settings").text
    assert problems_of(page) == []
    assert 'value="14, 3"' in page
    assert send(lead, "/reminders/settings", **SETTINGS).status_code == 303
    changed = settings_in(database)
    assert (changed.before, changed.expiring, changed.most) == ([21, 7, 1], [], 3)
    assert (changed.from_hour, changed.to_hour, changed.weekday, changed.keep_months) == (7, 18, 4, 36)
    assert (changed.sender_name, changed.reply_to) == ("Oak Office", "office@oak.example")
    page = words_of(lead.get("/reminders").text)
    assert "21, 7 and 1 days before" in page
    assert "Every Friday" in page
    assert 'value="21, 7, 1"' in lead.get("/reminders/settings").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("before", "soon", "Enter up to 5 numbers of days from 1 to 90"),
        ("before", "1 2 3 4 5 6", "Enter up to 5 numbers"),
        ("before", "9" * 5000, "Enter up to 5 numbers"),
        ("expiring", "0", "Enter up to 5 numbers"),
        ("most", "0", "Enter a number from 1 to 26"),
        ("most", "", "Enter a number from 1 to 26"),
        ("to_hour", "7", "Messages must stop later than they start. Select a later hour"),
        ("weekday", "9", "Select a day, or never"),
        ("sender_name", "x" * 101, "Enter a name of up to 100 characters"),
        ("reply_to", "a@b.example, c@d.example", "Enter one e-mail address"),
        ("keep_months", "1", "Enter a number from 3 to 120"),
    ],
)
def test_what_cannot_be_chosen_is_asked_for_again(
    lead: Browser, database: Database, field: str, value: str, says: str
) -> None:
    answer = send(lead, "/reminders/settings", **(SETTINGS | {field: value}))
    assert answer.status_code == 422
    assert problems_of(answer.text) == []
    assert says in words_of(answer.text)
    assert settings_in(database).most == 6


def days_of(part: str, day: int, month: int, year: int) -> dict[str, str]:
    return {f"{part}_day": f"{day}", f"{part}_month": f"{month}", f"{part}_year": f"{year}"}


def test_holidays_are_entered_listed_and_removed(lead: Browser, database: Database) -> None:
    year = utcnow().year + 1
    days = days_of("first", 19, 12, year) | days_of("last", 3, 1, year + 1)
    assert send(lead, "/reminders/calendar", called="Christmas", **days).status_code == 303
    send(lead, "/reminders/calendar", called="Christmas", **days)
    page = lead.get("/reminders/calendar").text
    assert problems_of(page) == []
    assert words_of(page).count(f"Christmas 19 December {year} 3 January {year + 1}") == 1
    assert f"Christmas : 19 December {year} to 3 January {year + 1}" in words_of(lead.get("/reminders").text)
    with database.reading() as session:
        number = session.scalars(select(ReminderHoliday.id)).one()
    assert send(lead, f"/reminders/calendar/{number}/remove").status_code == 303
    assert send(lead, f"/reminders/calendar/{number}/remove").status_code == 404
    assert "No holidays have been entered yet." in words_of(lead.get("/reminders/calendar").text)


@pytest.mark.parametrize(
    ("name", "first", "last", "says"),
    [
        ("", (1, 5, 2099), (2, 5, 2099), "Enter a name"),
        ("May", (31, 4, 2099), (2, 5, 2099), "First day must be a real date"),
        ("May", (3, 5, 2099), (2, 5, 2099), "Last day must be the same as or after the first day"),
        ("May", (1, 1, 2099), (2, 5, 2099), "Holiday must be 100 days or shorter"),
        ("May", (1, 5, 2020), (2, 5, 2020), "Last day must be today or later"),
    ],
)
def test_a_holiday_that_cannot_be_is_asked_for_again(
    lead: Browser, database: Database, name: str, first: tuple[int, ...], last: tuple[int, ...], says: str
) -> None:
    answer = send(lead, "/reminders/calendar", called=name, **days_of("first", *first), **days_of("last", *last))
    assert answer.status_code == 422
    assert problems_of(answer.text) == []
    assert says in words_of(answer.text)
    with database.reading() as session:
        assert session.scalars(select(ReminderHoliday)).all() == []


@pytest.mark.parametrize("kind", ReminderKind)
def test_words_are_looked_at_saved_and_set_back(lead: Browser, database: Database, kind: ReminderKind) -> None:
    path = f"/reminders/words/{kind.value}"
    page = lead.get(path)
    assert problems_of(page.text) == []
    assert "This is the standard wording." in words_of(page.text)
    assert "Hello Jo Hill," in words_of(page.text)
    own = {"heading": "Training at {trust}", "text": "Dear {name} <b>\n\n{modules}\n\n{link}"}
    looked_at = send(lead, path, step="look", **own)
    assert looked_at.status_code == 200
    assert problems_of(looked_at.text) == []
    assert "Training at Invictus Education Trust" in words_of(looked_at.text)
    assert "Dear Jo Hill &lt;b&gt;" in looked_at.text
    assert settings_in(database).words == {}
    assert send(lead, path, step="save", **own).status_code == 303
    assert settings_in(database).words_of(kind).subject == "Training at {trust}"
    assert "Your trust has its own wording." in words_of(lead.get(path).text)
    send(lead, path, step="reset")
    assert settings_in(database).words_of(kind) == DEFAULT_WORDS[kind]


def test_words_without_what_they_need_are_asked_for_again_and_nothing_typed_is_lost(lead: Browser) -> None:
    answer = send(lead, "/reminders/words/digest", step="save", heading="Due", text="Only {name} here")
    assert answer.status_code == 422
    assert problems_of(answer.text) == []
    assert "The message must contain {modules}" in words_of(answer.text)
    assert "Only {name} here" in answer.text
    assert lead.get("/reminders/words/poem").status_code == 404


def test_a_preview_shows_ones_own_training_and_says_when_it_is_made_up(lead: Browser, trust: RemindingTrust) -> None:
    assert "with made-up training" in words_of(lead.get("/reminders/words/digest").text)
    own = trust.person("Jo Other", email="jo.hill@oak.example")
    with trust.database.transaction() as session:
        session.execute(update(StaffEntry).where(StaffEntry.staff_id == own).values(person_id=lead.person_id))
    page = words_of(lead.get("/reminders/words/digest").text)
    assert "as it would be for you now" in page
    assert "Photos: still to do" in page


@pytest.fixture
def reminded(trust: RemindingTrust) -> list[int]:
    """Remind three people of two schools."""
    with trust.database.transaction() as session:
        schools = a_school(session).id, a_school(session, name="Elm High").id
    people = [
        trust.person(name, TODAY, school_id=schools[number])
        for name, number in (("Ada Oak", 0), ("Ben Oak", 0), ("Eve Elm", 1))
    ]
    trust.write()
    return people


def settle(trust: RemindingTrust, name: str, fate: Fate, words: str) -> None:
    with trust.database.transaction() as session:
        to = Reminder.recipient == f"{name}@oak.example"
        session.execute(update(Reminder).where(to).values(fate=fate, words=words, day=utcnow().date()))


def test_the_record_shows_who_was_reminded_and_what_became_of_it(
    lead: Browser, trust: RemindingTrust, reminded: list[int]
) -> None:
    settle(trust, "ada", Fate.REFUSED, "The mail server refuses the recipient (status 550).")
    page = lead.get("/reminders/record")
    assert problems_of(page.text) == []
    assert page.text.count('scope="row"') == 3
    said = words_of(page.text)
    assert "Ada Oak ada@oak.example 20 November 2026 at 9.00am Reminder Photos (due 20 November 2026)" in said
    assert "refuses the recipient (status 550). There is no mailbox with this address" in said
    assert words_of(lead.get("/reminders/record?fate=refused").text).count("@oak.example") == 1
    assert "Ben Oak" in words_of(lead.get("/reminders/record?q=BEN").text)
    assert "No reminder matches" in words_of(lead.get("/reminders/record?kind=nudge").text)


def test_the_record_is_read_page_by_page(lead: Browser, reminded: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("managers.reminders.views.record.PAGE", 2)
    first = lead.get("/reminders/record?q=oak").text
    older = re.search(r'href="[^"]*(/reminders/record\?[^"]*before=[^"]*)"', first)
    assert older
    second = lead.get(older[1].replace("&amp;", "&")).text
    assert (first + second).count('scope="row"') == 3


def test_school_leads_see_the_record_of_their_school_alone(
    trust: RemindingTrust, school: School, database: Database, reminded: list[int]
) -> None:
    give_grant(database, GrantRole.SCHOOL_LEAD)
    browser = with_address(school, database)
    said = words_of(browser.get("/reminders/record").text)
    assert "Ada Oak" in said
    assert "Eve Elm" not in said
    assert browser.get("/reminders").status_code == 403
    assert browser.get("/reminders/calendar").status_code == 403


def test_what_goes_wrong_is_said_on_the_page(lead: Browser, trust: RemindingTrust, reminded: list[int]) -> None:
    assert "There are no problems." in words_of(lead.get("/reminders").text)
    settle(trust, "ada", Fate.REFUSED, "The mail server refuses the recipient (status 550).")
    settle(trust, "ben", Fate.QUEUED, "The mail server did not answer. We keep trying.")
    for name in ("Ned One", "Nia Two"):
        trust.person(name, TODAY, email=None)
    said = words_of(lead.get("/reminders").text)
    assert "1 message waits to be sent. The mail server did not answer. We keep trying. It will be sent later" in said
    assert "Address refused: 1 message" in said
    assert "No address: 2 people." in said
    assert "Ned One" in said


def test_a_trust_sees_nothing_of_another(lead: Browser, trust: RemindingTrust, reminded: list[int]) -> None:
    with trust.database.transaction() as session:
        switch(session, "agora", False, COMMAND, NOW)
        session.execute(update(Reminder).values(trust="agora"))
        session.add(ReminderHoliday(trust="agora", name="Theirs", first_day=TODAY, last_day=TODAY + 400 * DAY))
        session.flush()
        number = session.scalars(select(ReminderHoliday.id)).one()
    assert "No one has been reminded yet." in words_of(lead.get("/reminders/record").text)
    assert "Theirs" not in lead.get("/reminders/calendar").text
    assert send(lead, f"/reminders/calendar/{number}/remove").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_reminders(
    lead: Browser, trust: RemindingTrust, database: Database, number: int
) -> None:
    for each in range(number):
        trust.person(f"P{each} Oak", TODAY)
    trust.write()
    for path, most in (("/reminders", 9), ("/reminders/record", 5)):
        queries: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *call, into=queries: into.append(call[2]))
        assert lead.get(path).status_code == 200
        # SQLite says in words that a transaction begins.
        assert len([query for query in queries if query != "BEGIN"]) == most, path
