"""What becomes of reminders, by a mail server that is a real peer: nothing is lost or doubled, all is on record."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from config import Settings
from core.mail.models import Mail
from core.mail.outbox import SENT_KEPT, clear_mail
from core.mail.sender import MailSender
from managers.reminders.fates import are_fates_new, clear_reminders, meaning_of, note_fates
from managers.reminders.models import Fate, Reminder
from managers.reminders.settings import Chosen, choose
from tests.core.mail.mail_server import MailServer
from tests.managers.reminders.reminding import COMMAND, COURSE_URL, DAY, TODAY, RemindingTrust
from tests.support.factories import NOW
from tests.support.servers import free_port


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer(free_port()).start()
    yield server
    with suppress(OSError):
        # A test may have stopped it already.
        server.stop()


class Sending:
    """The sender of a trust's mail, with a clock turned by hand, and the record of what became of reminders."""

    def __init__(self, trust: RemindingTrust, settings: Settings, port: int) -> None:
        self.trust = trust
        self.settings = replace(settings, mail_url=f"smtp://localhost:{port}", mail_from="training@trust.example")

    def send(self, now: datetime = NOW) -> list[tuple[str, Fate]]:
        MailSender(self.trust.database, self.settings, now=lambda: now).send_due()
        with self.trust.database.transaction() as session:
            note_fates(session)
            assert not are_fates_new(session)
        return [(each.recipient.partition("@")[0], each.fate) for each in self.trust.reminders()]


@pytest.fixture
def sending(trust: RemindingTrust, settings: Settings, server: MailServer) -> Sending:
    trust.person("Ada Okafor", TODAY + DAY)
    with trust.database.transaction() as session:
        choose(
            session, "invictus", Chosen([14, 3], [30], 6, 8, 17, 0, "Oak Office", "hr@oak.example", 24), COMMAND, NOW
        )
    trust.write()
    return Sending(trust, settings, server.port)


def test_a_reminder_arrives_as_text_and_as_html_with_the_way_to_the_course(
    sending: Sending, server: MailServer
) -> None:
    assert sending.send() == [("ada", Fate.SENT)]
    (received,) = server.taken
    mail = received.mail
    assert (mail["From"], mail["Reply-To"], mail["To"]) == (
        "Oak Office <training@trust.example>",
        "hr@oak.example",
        "ada@oak.example",
    )
    text, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert text.replace("\r\n", "\n") == (
        "Hello Ada Okafor,\n\nThis is a reminder about your training:\n\n- Photos: due on 21 November 2026\n\n"
        f"Open the course Induction:\n{COURSE_URL}\n\nIf you have finished it by now, you do not need to do anything. "
        "If you cannot do it in time, tell your line manager.\n"
    )
    assert f'<a href="{COURSE_URL}">' in html


def test_a_server_that_is_down_gets_each_reminder_once_when_it_is_back(sending: Sending, server: MailServer) -> None:
    server.stop()
    assert sending.send() == [("ada", Fate.QUEUED)]
    assert sending.trust.reminders()[0].words == "The mail server did not answer. We keep trying."
    server.start()
    assert sending.send(NOW + timedelta(hours=1)) == [("ada", Fate.SENT)]
    sending.trust.write(NOW + timedelta(hours=1))
    sending.send(NOW + timedelta(hours=2))
    assert len(server.taken) == 1


def test_a_server_that_greylists_takes_the_reminder_later(sending: Sending, server: MailServer) -> None:
    server.answers["RCPT"] = "451 try again later"
    assert sending.send() == [("ada", Fate.QUEUED)]
    assert "does not take the message for now" in sending.trust.reminders()[0].words
    server.answers.clear()
    assert sending.send(NOW + timedelta(hours=5)) == [("ada", Fate.SENT)]
    assert len(server.taken) == 1


def test_a_server_that_is_too_slow_gets_each_reminder_once_when_it_is_quicker(
    sending: Sending, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.mail.smtp.OFFERING_SECONDS", 0.5)
    server.drips_at = "RCPT"
    assert sending.send() == [("ada", Fate.QUEUED)]
    assert sending.trust.reminders()[0].words == "The mail server did not answer. We keep trying."
    server.drips_at = ""
    assert sending.send(NOW + timedelta(hours=1)) == [("ada", Fate.SENT)]
    assert len(server.taken) == 1


def test_one_refused_address_holds_up_no_one_else(sending: Sending, server: MailServer) -> None:
    server.answers["RCPT"] = "550 no such user"
    assert sending.send() == [("ada", Fate.REFUSED)]
    words = sending.trust.reminders()[0].words
    assert words == "The mail server refuses the recipient (status 550)."
    assert meaning_of(words) == "There is no mailbox with this address, or it takes no messages from us."
    server.answers.clear()
    sending.trust.person("Ben Okafor", TODAY + DAY)
    sending.trust.write()
    assert sending.send() == [("ada", Fate.REFUSED), ("ben", Fate.SENT)]


def test_a_message_that_the_server_rejects_has_bounced(sending: Sending, server: MailServer) -> None:
    server.answers["END"] = "554 looks like spam"
    assert sending.send() == [("ada", Fate.BOUNCED)]


def test_a_server_that_answers_no_more_for_days_is_given_up(sending: Sending, server: MailServer) -> None:
    server.stop()
    for hours in range(0, 130, 10):
        fates = sending.send(NOW + timedelta(hours=hours))
    assert fates == [("ada", Fate.GIVEN_UP)]


def test_a_message_lost_half_way_is_sent_again_and_is_one_reminder(sending: Sending, server: MailServer) -> None:
    server.hangs_up_after = "DATA"
    assert sending.send() == [("ada", Fate.QUEUED)]
    server.hangs_up_after = ""
    assert sending.send(NOW + timedelta(hours=5)) == [("ada", Fate.SENT)]
    assert len(sending.trust.reminders()) == 1


def test_the_record_stays_when_the_message_is_cleared_and_goes_when_the_trust_no_longer_keeps_it(
    sending: Sending,
) -> None:
    sending.send()
    with sending.trust.database.transaction() as session:
        clear_mail(session, NOW + SENT_KEPT + DAY)
        assert session.query(Mail).count() == 0
        assert not clear_reminders(session, NOW + 700 * DAY)
        assert session.query(Reminder).one().fate is Fate.SENT
        assert clear_reminders(session, NOW + 800 * DAY) == 1
    assert sending.trust.reminders() == []


@pytest.mark.parametrize("words", ["", "The mail server did not answer. We keep trying.", "(status 599)"])
def test_of_other_words_no_meaning_is_made_up(words: str) -> None:
    assert meaning_of(words) == ""
