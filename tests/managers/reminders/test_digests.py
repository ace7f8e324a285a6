"""Digests: who gets one and who does not, one a day at most, and what is on record of it."""

from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from lti.models import Course
from managers.due.models import DueException, ExceptionReason
from managers.models import StaffEntry
from managers.reminders.domain.plan import Occasion
from managers.reminders.domain.quiet import Holiday
from managers.reminders.domain.words import ReminderKind, Words
from managers.reminders.models import Fate, ReminderModule
from managers.reminders.settings import Chosen, add_holiday, choose, set_words, switch
from managers.staff.refresh import refresh_people
from modules.passes.course_progress import Standing
from tests.managers.reminders.reminding import COMMAND, COURSE_URL, DAY, TODAY, RemindingTrust
from tests.support.factories import NOW, add_person


def test_someone_due_soon_gets_one_digest_with_what_is_due_and_the_way_there(trust: RemindingTrust) -> None:
    ada = trust.person("Ada Okafor", TODAY + 3 * DAY)
    assert trust.write() == 1
    assert trust.write(NOW + timedelta(hours=2)) == 0
    (mail,) = trust.mails()
    assert (mail.recipient, mail.subject) == (
        "ada@oak.example",
        "A reminder about your training at Invictus Education Trust",
    )
    for words in ("Hello Ada Okafor,", "Photos: due on 23 November 2026", "Open the course Induction", COURSE_URL):
        assert words in mail.text
        assert words in mail.html.replace("&amp;", "&")
    (reminder,) = trust.reminders()
    assert (reminder.staff_id, reminder.kind, reminder.day) == (ada, ReminderKind.DIGEST, TODAY)
    assert (reminder.mail_id, reminder.fate) == (mail.id, Fate.QUEUED)
    with trust.database.reading() as session:
        (module,) = session.scalars(select(ReminderModule)).all()
    assert (module.module, module.reason, module.about) == ("photos", Occasion.BEFORE, TODAY + 3 * DAY)


def test_over_months_someone_is_told_before_on_the_day_and_weekly_and_never_at_weekends(trust: RemindingTrust) -> None:
    trust.person("Ada Okafor", date(2026, 12, 3))
    trust.write_daily(80)
    days = [day for _, day, _ in trust.said()]
    # From 20 November, the day on which reminders are switched on: the first was due the day before.
    assert days[:3] == [date(2026, 11, 20), date(2026, 11, 30), date(2026, 12, 3)]
    assert days[3:] == [date(2026, 12, 3) + timedelta(days=7 * week) for week in range(1, 7)]
    assert len(trust.mails()) == len(days)


def test_no_one_is_reminded_until_a_trust_switches_it_on(trust: RemindingTrust) -> None:
    trust.person("Ada Okafor", TODAY)
    with trust.database.transaction() as session:
        switch(session, "invictus", False, COMMAND, NOW)
    assert trust.write() == 0
    assert trust.mails() == []


def test_what_falls_into_the_holidays_is_said_when_school_begins_again(trust: RemindingTrust) -> None:
    trust.person("Ada Okafor", TODAY)
    with trust.database.transaction() as session:
        add_holiday(session, "invictus", "Closed", Holiday(TODAY, TODAY + 4 * DAY), COMMAND, NOW)
    trust.write_daily(6)
    assert trust.said() == [("ada@oak.example", TODAY + 5 * DAY, "overdue")]


@pytest.mark.parametrize("hour", [7, 17])
def test_outside_the_hours_nothing_is_written(trust: RemindingTrust, hour: int) -> None:
    trust.person("Ada Okafor", TODAY)
    assert trust.write(NOW.replace(hour=hour)) == 0
    assert trust.write(NOW.replace(hour=9)) == 1


def test_people_who_left_or_are_excepted_or_have_no_address_get_nothing(trust: RemindingTrust) -> None:
    left, away, back = (trust.person(name, TODAY) for name in ("Leo Left", "Ali Away", "Bea Back"))
    trust.person("Nora Noaddress", TODAY, email=None)
    trust.person("Wes Wrong", TODAY, email="not an address")
    trust.leave(left)
    with trust.database.transaction() as session:
        for staff_id, first, last in ((away, TODAY, None), (back, TODAY - 9 * DAY, TODAY - DAY)):
            days = {"first_day": first, "last_day": last, "added_at": NOW}
            session.add(DueException(staff_id=staff_id, reason=ExceptionReason.LEAVE, **days))
    trust.write()
    assert [mail.recipient for mail in trust.mails()] == ["bea@oak.example"]


def test_someone_with_two_entries_gets_one_message(trust: RemindingTrust) -> None:
    ada = trust.person("Ada Okafor", TODAY)
    with trust.database.transaction() as session:
        again = add_person(session, trust.school.activity, trust.school.platform, "Ada E Okafor")
        again.email = "ADA@oak.example"
        refresh_people(session, [again.id], NOW)
        assert set(session.scalars(select(StaffEntry.staff_id))) == {ada}
    trust.change(ada, due_on=TODAY)
    trust.write()
    assert len(trust.mails()) == 1


def test_an_address_that_no_lms_vouches_for_is_used_and_two_who_share_it_get_theirs_on_different_days(
    trust: RemindingTrust,
) -> None:
    with trust.database.transaction() as session:
        trust.school.platform = session.merge(trust.school.platform)
        trust.school.platform.family = None
    for name in ("Ada Okafor", "Ben Okafor"):
        trust.person(name, TODAY, email="office@oak.example")
    trust.write_daily(4)
    assert [day for _, day, _ in trust.said()] == [TODAY, TODAY + 3 * DAY]
    assert {mail.text.splitlines()[0] for mail in trust.mails()} == {"Hello Ada Okafor,", "Hello Ben Okafor,"}


def test_passing_ends_reminders_and_the_end_of_a_pass_begins_them_again(trust: RemindingTrust) -> None:
    ada = trust.person("Ada Okafor", TODAY - DAY)
    trust.write()
    trust.change(ada, reached=Standing.PASSED, passed_at=NOW, valid_until=TODAY + 60 * DAY, due_on=None)
    trust.write_daily(61)
    # 30 days before the end is a Sunday.
    assert [day for _, day, _ in trust.said()] == [TODAY, date(2026, 12, 21), date(2027, 1, 12)]


def test_two_workers_at_once_write_one_digest_each(trust: RemindingTrust) -> None:
    for number in range(30):
        trust.person(f"P{number} Okafor", TODAY)
    errors: list[Exception] = []

    def work() -> None:
        try:
            trust.write()
        except Exception as error:
            errors.append(error)

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert len(trust.mails()) == len(trust.reminders()) == 30


def test_a_hundred_people_are_written_in_a_transaction_at_most(trust: RemindingTrust, monkeypatch) -> None:
    monkeypatch.setattr("managers.reminders.people.AT_ONCE", 4)
    monkeypatch.setattr("managers.reminders.send.PAUSE_SECONDS", 0)
    for number in range(10):
        trust.person(f"P{number} Okafor", TODAY)
    sizes = []
    write = trust.database.write
    monkeypatch.setattr(trust.database, "write", lambda work: sizes.append(write(work)) or sizes[-1])
    trust.write()
    assert [size for size in sizes if size] == [4, 4, 2]
    assert len(trust.mails()) == 10


def test_a_trusts_words_sender_and_address_for_answers_are_used_and_escaped(trust: RemindingTrust) -> None:
    trust.person("Ada <b>Okafor</b>", TODAY, email="ada@oak.example")
    with trust.database.transaction() as session:
        words = Words("{trust}: training", "Hi {name} & all\n\n{modules}\n\n{link}")
        set_words(session, "invictus", ReminderKind.DIGEST, words, COMMAND, NOW)
        chosen = Chosen([14], [30], 6, 8, 17, 0, "Oak Training", "hr@oak.example", 24)
        choose(session, "invictus", chosen, COMMAND, NOW)
    trust.write()
    (mail,) = trust.mails()
    assert (mail.subject, mail.sender_name) == ("Invictus Education Trust: training", "Oak Training")
    assert mail.reply_to == "hr@oak.example"
    assert "Hi Ada <b>Okafor</b> & all" in mail.text
    assert "Hi Ada &lt;b&gt;Okafor&lt;/b&gt; &amp; all" in mail.html


def test_without_the_courses_address_the_message_says_how_to_get_there(trust: RemindingTrust) -> None:
    trust.person("Ada Okafor", TODAY)
    with trust.database.transaction() as session:
        session.get_one(Course, trust.school.activity.course_id).url = None
    trust.write()
    (mail,) = trust.mails()
    assert "Sign in to Oak Tree Moodle and open the course Induction. Then select Photos." in mail.text
    assert "https://lms.example" in mail.text
