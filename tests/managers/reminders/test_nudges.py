"""Nudges: who can be reminded by a manager, once in three days, and what happens outside the hours."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.audit.domain.event import in_visit
from core.audit.models import AuditEvent
from managers.reminders.domain.quiet import Holiday
from managers.reminders.domain.words import ReminderKind
from managers.reminders.models import Fate
from managers.reminders.moved import move_reminders
from managers.reminders.nudges import Nudger, Nudges, nudge, possible_nudges
from managers.reminders.send import write_due_nudges
from managers.reminders.settings import add_holiday, reminders_of_trust, switch
from modules.passes.course_progress import Standing
from tests.managers.reminders.reminding import COMMAND, DAY, TODAY, RemindingTrust
from tests.support.factories import NOW

EVENING = NOW + timedelta(hours=9)
MONDAY = TODAY + 3 * DAY


@pytest.fixture
def by(trust: RemindingTrust) -> Nudger:
    """Give the manager who nudges."""
    person = trust.person_of(trust.person("Mo Manager"))
    return Nudger(in_visit(person.id, "a" * 64), person.id, None)


def nudge_all(trust: RemindingTrust, by: Nudger, staff_ids: list[int], now=NOW) -> int:
    with trust.database.transaction() as session:
        return nudge(session, "invictus", staff_ids, by, now)


def looked_at(trust: RemindingTrust, staff_ids: list[int], module: str | None = None, now=NOW) -> Nudges:
    with trust.database.reading() as session:
        return possible_nudges(session, reminders_of_trust(session, "invictus"), staff_ids, module, now)


def test_those_nudged_get_a_message_that_names_the_manager(trust: RemindingTrust, by: Nudger) -> None:
    ada, ben = trust.person("Ada Okafor"), trust.person("Ben Okafor", TODAY - DAY)
    assert nudge_all(trust, by, [ada, ben]) == 2
    assert trust.mails() == []
    write_due_nudges(trust.database, trust.templates, NOW)
    first, second = trust.mails()
    assert first.subject == "Mo Manager asks you to do your training at Invictus Education Trust"
    assert "Photos: still to do" in first.text
    assert "Photos: was due on 19 November 2026" in second.text
    assert {each.by_person_id for each in trust.reminders()} == {by.person_id}
    with trust.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "nudged")).one()
    assert (event.person_id, event.details["people"]) == (by.person_id, [ada, ben])


def test_no_one_is_nudged_twice_in_three_days_or_after_a_digest(trust: RemindingTrust, by: Nudger) -> None:
    ada, ben = trust.person("Ada Okafor"), trust.person("Ben Okafor", TODAY)
    nudge_all(trust, by, [ada])
    trust.write()
    assert len(trust.mails()) == 2
    assert looked_at(trust, [ada, ben]).reminded == {TODAY: 2}
    assert nudge_all(trust, by, [ada, ben], NOW + 2 * DAY) == 0
    assert nudge_all(trust, by, [ada, ben], NOW + 3 * DAY) == 2


def test_a_digest_does_not_repeat_what_a_nudge_of_the_day_has_said(trust: RemindingTrust, by: Nudger) -> None:
    ada = trust.person("Ada Okafor", TODAY)
    nudge_all(trust, by, [ada])
    trust.write_daily(4)
    assert [each.kind for each in trust.reminders()] == [ReminderKind.NUDGE]


def test_a_nudge_in_the_evening_waits_until_the_next_hour_that_is_not_quiet(trust: RemindingTrust, by: Nudger) -> None:
    ada = trust.person("Ada Okafor")
    nudge_all(trust, by, [ada], EVENING)
    (reminder,) = trust.reminders()
    assert (reminder.day, reminder.fate, reminder.mail_id) == (MONDAY, Fate.QUEUED, None)
    trust.write(EVENING + timedelta(hours=1))
    assert trust.mails() == []
    with trust.database.transaction() as session:
        add_holiday(session, "invictus", "Closed", Holiday(MONDAY, MONDAY), COMMAND, NOW)
    trust.write(NOW + 3 * DAY)
    assert trust.mails() == []
    trust.write(NOW + 4 * DAY)
    assert len(trust.mails()) == 1


def test_someone_who_has_passed_by_then_gets_no_message(trust: RemindingTrust, by: Nudger) -> None:
    ada = trust.person("Ada Okafor")
    nudge_all(trust, by, [ada], EVENING)
    trust.change(ada, reached=Standing.PASSED, passed_at=NOW)
    trust.write(NOW + 3 * DAY)
    assert trust.mails() == []
    assert [each.fate for each in trust.reminders()] == [Fate.NOT_NEEDED]


def test_who_cannot_be_nudged_is_counted_by_why(trust: RemindingTrust, by: Nudger) -> None:
    done = trust.person("Dora Done", reached=Standing.PASSED, passed_at=NOW)
    staff_ids = [done, trust.person("Ned Noaddress", email=None), trust.person("Ada Okafor")]
    found = looked_at(trust, staff_ids)
    assert [someone.staff_id for someone, _ in found.wanted] == staff_ids[2:]
    assert (found.nothing_to_do, found.without_address, found.reminded) == (1, 1, {})
    assert looked_at(trust, staff_ids, "posts").nothing_to_do == 3


def test_managers_can_nudge_while_a_trust_sends_nothing_by_itself(trust: RemindingTrust, by: Nudger) -> None:
    with trust.database.transaction() as session:
        switch(session, "invictus", False, COMMAND, NOW)
    nudge_all(trust, by, [trust.person("Ada Okafor")])
    trust.write()
    assert len(trust.mails()) == 1


def test_reminders_of_two_who_turn_out_to_be_one_are_those_of_the_one(trust: RemindingTrust, by: Nudger) -> None:
    ada, same_day = trust.person("Ada Okafor", TODAY), trust.person("Adah Okafor", TODAY)
    trust.write()
    other_day = trust.person("Addy Okafor", TODAY)
    trust.write(NOW + 3 * DAY)
    with trust.database.transaction() as session:
        for each in (same_day, other_day):
            move_reminders(session, each, ada)
    kept = {(each.recipient, each.day): each.staff_id for each in trust.reminders()}
    assert kept == {
        ("ada@oak.example", TODAY): ada,
        ("adah@oak.example", TODAY): None,
        ("addy@oak.example", MONDAY): ada,
    }
    assert looked_at(trust, [ada], now=NOW + 4 * DAY).reminded == {MONDAY: 1}
