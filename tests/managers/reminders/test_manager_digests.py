"""Weekly digests for line managers and school leads: who they are about, when they go out, and who gets none."""

from datetime import date, timedelta

import pytest

from core.grants.domain.grant import GrantRole
from managers.due.models import DueException, ExceptionReason
from managers.reminders.domain.words import ReminderKind
from managers.reminders.models import ReminderSettings
from managers.reminders.settings import reminders_of_trust
from tests.managers.reminders.reminding import DAY, TODAY, RemindingTrust
from tests.support.factories import NOW
from tests.support.grants import a_school, give_grant

MONDAY = NOW + 3 * DAY
LEAD = "lead@oak.example"


def to_managers(trust: RemindingTrust) -> list[tuple[str, date]]:
    return [(each.recipient, each.day) for each in trust.reminders() if each.kind is ReminderKind.MANAGERS]


@pytest.fixture
def manager(trust: RemindingTrust) -> int:
    """Give the number of a line manager, who has done their own training."""
    give_grant(trust.database, GrantRole.LINE_MANAGER, "mo@oak.example")
    return trust.person("Mo Manager")


def test_a_line_manager_is_told_once_a_week_who_of_their_people_is_overdue(trust: RemindingTrust, manager: int) -> None:
    trust.person("Zoë Late", TODAY - 40 * DAY, line_manager_id=manager)
    trust.person("Ada Later", TODAY - 50 * DAY, line_manager_id=manager)
    trust.person("Sam Soon", MONDAY.date() + 5 * DAY, line_manager_id=manager)
    trust.person("Not Theirs", TODAY - 40 * DAY)
    trust.write_daily(15, MONDAY - 3 * DAY)
    # It was switched on on a Friday: managers who had none yet get their first at once.
    assert to_managers(trust) == [
        ("mo@oak.example", TODAY),
        ("mo@oak.example", MONDAY.date()),
        ("mo@oak.example", MONDAY.date() + 7 * DAY),
    ]
    text = next(mail.text for mail in trust.mails() if mail.recipient == "mo@oak.example")
    assert "People you manage: 2 people with training overdue, 1 person with training due by 4 December." in text
    assert "- Ada Later: Photos: was due on 1 October 2026\n- Zoë Late: Photos: was due on 11 October 2026" in text
    assert "Not Theirs" not in text
    assert "Sam Soon" not in text


def test_a_school_lead_is_told_about_their_school_though_they_are_not_on_the_staff(trust: RemindingTrust) -> None:
    with trust.database.transaction() as session:
        oak, elm = a_school(session).id, a_school(session, name="Elm High").id
    give_grant(trust.database, GrantRole.SCHOOL_LEAD, LEAD, schools=(oak,))
    trust.person("Ada Oak", TODAY - 40 * DAY, school_id=oak)
    trust.person("Eve Elm", TODAY - 40 * DAY, school_id=elm)
    trust.write(MONDAY)
    text = next(mail.text for mail in trust.mails() if mail.recipient == LEAD)
    assert "Hello colleague," in text
    assert "Oak Primary: 1 person with training overdue, 0 people with training due by 7 December." in text
    assert "Eve Elm" not in text
    assert "Sign in to Oak Tree Moodle." in text


def test_managers_with_nothing_to_hear_of_get_nothing(trust: RemindingTrust, manager: int) -> None:
    trust.person("Fay Fine", TODAY + 60 * DAY, line_manager_id=manager)
    away = trust.person("Ali Away", TODAY - 40 * DAY, line_manager_id=manager)
    with trust.database.transaction() as session:
        excepted = DueException(staff_id=away, reason=ExceptionReason.LEAVE, first_day=TODAY, added_at=NOW)
        session.add(excepted)
    trust.write(MONDAY)
    assert to_managers(trust) == []


def test_a_manager_who_left_or_whose_grant_was_never_given_is_told_nothing(trust: RemindingTrust, manager: int) -> None:
    other = trust.person("Una Ungranted")
    for number, line_manager in enumerate((manager, other)):
        trust.person(f"P{number} Late", TODAY - 40 * DAY, line_manager_id=line_manager)
    trust.leave(manager)
    trust.write(MONDAY)
    assert to_managers(trust) == []


def test_a_manager_whose_own_training_is_due_gets_one_message_a_day(trust: RemindingTrust, manager: int) -> None:
    trust.change(manager, due_on=MONDAY.date())
    trust.person("Ada Late", TODAY - 40 * DAY, line_manager_id=manager)
    trust.write_daily(3, MONDAY)
    theirs = [(each.kind, each.day) for each in trust.reminders() if each.recipient == "mo@oak.example"]
    tuesday = MONDAY.date() + DAY
    assert theirs == [(ReminderKind.DIGEST, MONDAY.date()), (ReminderKind.MANAGERS, tuesday)]


def test_a_trust_can_do_without_digests_for_managers(trust: RemindingTrust, manager: int) -> None:
    trust.person("Ada Late", TODAY - 40 * DAY, line_manager_id=manager)
    with trust.database.transaction() as session:
        settings = session.query(ReminderSettings).one()
        settings.weekday = None
        assert reminders_of_trust(session, "invictus").settings is settings
    trust.write(MONDAY)
    assert to_managers(trust) == []


def test_after_fifty_names_a_digest_says_how_many_more_there_are(
    trust: RemindingTrust, manager: int, monkeypatch
) -> None:
    monkeypatch.setattr("managers.reminders.manager_digests.MOST_NAMED", 2)
    for name in ("Ada A", "Ben B", "Cy C", "Di D"):
        trust.person(name, TODAY - timedelta(days=40), line_manager_id=manager)
    trust.write(MONDAY)
    text = next(mail.text for mail in trust.mails() if mail.recipient == "mo@oak.example")
    assert "- Ben B: Photos: was due on 11 October 2026\n- and 2 more: open the list of people to see them" in text
    assert "Cy C" not in text
