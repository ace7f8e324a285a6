"""Sending through a mail server that is a real peer: what arrives, and what happens where it does not."""

import logging
import socket
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.mail.domain.ending import NO_ANSWER, NO_ENCRYPTION, NO_SIGN_IN, MailState
from core.mail.domain.message import MailMessage
from core.mail.outbox import put_in_outbox, send_again
from core.mail.smtp import as_lines
from tests.core.mail.conftest import ADA, NOON, message
from tests.core.mail.mail_server import MailServer
from tests.support.servers import free_port

HOUR = timedelta(hours=1)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return body.get_content().replace("\r\n", "\n")


def test_a_message_arrives_as_plain_text_and_html_with_its_headers(post, mail_server):
    (number,) = post.write(message())
    post.send()
    (received,) = mail_server.taken
    assert (received.sender, received.recipient) == ("training@trust.example", ADA)
    mail = received.mail
    assert (mail["Subject"], mail["To"]) == ("Your training is due", ADA)
    assert mail["From"] == "Training <training@trust.example>"
    assert mail["Date"].datetime == NOON
    assert mail["Auto-Submitted"] == "auto-generated"
    assert text_of(mail) == "It is due on Friday.\n"
    assert mail.get_body(("html",)).get_content().strip() == "<p>It is due on Friday.</p>"
    kept = post.mail(number)
    assert (kept.state, kept.message_id, kept.tries) == (MailState.SENT, mail["Message-ID"], 1)
    assert (kept.text, kept.html) == ("", "")


def test_other_letters_and_lines_that_begin_with_a_full_stop_arrive_as_they_were(post, mail_server):
    text = "Zoë’s training – due\n.\n..two\n" + "long " * 300 + "\n"
    post.write(MailMessage(ADA, "Zoë’s training 📅", text, "<p>Zoë</p>"))
    post.send()
    mail = mail_server.taken[0].mail
    assert mail["Subject"] == "Zoë’s training 📅"
    assert text_of(mail) == text


def test_no_line_of_a_message_is_a_full_stop_alone():
    assert as_lines(b".\n..\r\nend\r.") == b"..\r\n...\r\nend\r\n..\r\n"


def test_what_was_rolled_back_is_never_sent(post, mail_server):
    def write_and_fail() -> None:
        with post.database.transaction() as session:
            put_in_outbox(session, message(), NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    post.send()
    assert mail_server.taken == []


def test_a_refused_recipient_is_told_of_in_words_once_and_no_address_is_in_the_log(post, mail_server, caplog):
    caplog.set_level(logging.DEBUG)
    mail_server.answers["RCPT"] = f"550 no {ADA} here"
    (number,) = post.write(message())
    post.send()
    post.send(after=24 * HOUR)
    kept = post.mail(number)
    assert (kept.state, kept.tries) == (MailState.FAILED, 1)
    assert kept.words == "The mail server refuses the recipient (status 550)."
    assert "mail" in caplog.text and ADA not in caplog.text
    assert mail_server.heard.count("RCPT") == 1


def test_a_message_refused_for_good_is_not_tried_again_until_someone_asks(post, mail_server):
    mail_server.answers["END"] = "554 no"
    (number,) = post.write(message())
    post.send()
    assert post.mail(number).words == "The mail server refuses the message (status 554)."
    del mail_server.answers["END"]
    with post.database.transaction() as session:
        assert send_again(session, number, post.now)
    post.send()
    assert post.mail(number).state is MailState.SENT
    assert len(mail_server.taken) == 1


def test_one_that_is_put_off_waits_longer_each_time_while_others_are_sent(post, mail_server):
    mail_server.answers["RCPT"] = "450 greylisted"
    (first,) = post.write(message())
    post.send()
    del mail_server.answers["RCPT"]
    (second,) = post.write(message("ben@trust.example"))
    post.send()
    assert [received.recipient for received in mail_server.taken] == ["ben@trust.example"]
    assert post.mail(first).state is MailState.WAITING and post.mail(second).state is MailState.SENT
    waits = []
    mail_server.answers["RCPT"] = "450 greylisted"
    for _ in range(12):
        post.now = post.mail(first).due_at
        post.send()
        waits.append((post.mail(first).due_at - post.now).total_seconds())
    assert waits[0] < waits[2] < waits[5] < waits[-1] <= 5 * 3600
    del mail_server.answers["RCPT"]
    post.send(after=6 * HOUR)
    assert post.mail(first).state is MailState.SENT


def test_a_server_that_is_down_is_asked_for_one_message_and_gets_all_at_once_when_it_is_back(post, mail_server):
    people = [f"person-{number}@trust.example" for number in range(3)]
    numbers = post.write(*map(message, people))
    mail_server.stop()
    for _ in range(4):
        post.send(after=timedelta(minutes=1))
    tried = [post.mail(number).tries for number in numbers]
    assert sum(tried) == 4, "one message a time shows that the server is down"
    assert post.mail(numbers[0]).words == "The mail server did not answer. We keep trying."
    mail_server.start()
    post.send(after=timedelta(minutes=15))
    assert {received.recipient for received in mail_server.taken} == {
        f"person-{number}@trust.example" for number in range(3)
    }
    assert len(mail_server.taken) == 3


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_breaks_before_the_end_of_a_message_costs_nothing(post, mail_server, command):
    mail_server.hangs_up_after = command
    (number,) = post.write(message())
    post.send()
    assert post.mail(number).state is MailState.WAITING
    mail_server.hangs_up_after = ""
    post.send(after=HOUR)
    assert post.mail(number).state is MailState.SENT
    assert len(mail_server.taken) == 1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a second for what may otherwise take minutes."""
    monkeypatch.setattr("core.mail.smtp.OFFERING_SECONDS", 1)
    monkeypatch.setattr("core.mail.smtp.TAKING_SECONDS", 1)


@pytest.mark.parametrize("command", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_answers_byte_by_byte_holds_up_nothing_for_long(post, mail_server, impatient, command):
    mail_server.drips_at = command
    (number,) = post.write(message())
    begun = time.monotonic()
    post.send()
    assert time.monotonic() - begun < 10
    assert post.mail(number).state is MailState.WAITING
    mail_server.drips_at = ""
    post.send(after=HOUR)
    assert post.mail(number).state is MailState.SENT
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_so_does_one_that_encrypts_byte_by_byte(with_settings, mail_server, certified, elsewhere, impatient, scheme):
    mail_server.context, authority = certified
    mail_server.drips_at, mail_server.drips_tls = ("HELLO" if scheme == "smtps" else ""), True
    post = with_settings(mail_url=f"{scheme}://mail.example:{mail_server.port}", ca_bundle=str(authority))
    (number,) = post.write(message())
    begun = time.monotonic()
    post.send()
    assert time.monotonic() - begun < 10
    assert post.mail(number).words == NO_ANSWER.words


def test_a_server_that_takes_a_message_and_never_says_so_gets_it_again_under_the_same_id(post, mail_server):
    mail_server.hangs_up_after = "END"
    (number,) = post.write(message())
    post.send()
    assert "before the mail server said" in post.mail(number).words
    mail_server.hangs_up_after = ""
    post.send(after=HOUR)
    first, second = mail_server.taken
    assert first.content == second.content
    assert post.mail(number).state is MailState.SENT


def test_we_sign_in_where_a_user_is_named(with_settings, mail_server):
    mail_server.user = ("train@trust", "p:ss w@rd")
    post = with_settings(mail_url=f"smtp://train%40trust:p%3Ass%20w%40rd@localhost:{mail_server.port}")
    post.write(message())
    post.send()
    assert len(mail_server.taken) == 1


def test_a_wrong_password_is_told_of_and_nothing_is_lost(with_settings, post, mail_server):
    mail_server.user = ("train", "right")
    wrong = with_settings(mail_url=f"smtp://train:wrong@localhost:{mail_server.port}")
    (number,) = wrong.write(message())
    wrong.send()
    assert wrong.mail(number).words == NO_SIGN_IN.words
    assert "wrong" not in wrong.mail(number).words
    right = with_settings(mail_url=f"smtp://train:right@localhost:{mail_server.port}")
    right.send(after=HOUR)
    assert right.mail(number).state is MailState.SENT


def test_a_message_that_no_server_takes_for_days_is_given_up(post, mail_server):
    mail_server.answers["MAIL"] = "550 not you"
    (number,) = post.write(message())
    for _ in range(8):
        post.send(after=18 * HOUR)
    kept = post.mail(number)
    assert kept.state is MailState.FAILED
    assert kept.words.startswith(
        "We tried for 5 days and have stopped. The last problem: The mail server does not let us"
    )


def test_a_message_written_long_ago_is_tried_before_it_is_given_up(post, mail_server):
    (number,) = post.write(message())
    mail_server.answers["RCPT"] = "450 busy"
    post.send(after=timedelta(days=9))
    assert post.mail(number).state is MailState.WAITING


def test_a_time_that_a_wrong_clock_left_far_ahead_holds_up_nothing(post, mail_server):
    post.now += timedelta(days=365)
    mail_server.answers["RCPT"] = "450 busy"
    (number,) = post.write(message())
    post.send()
    del mail_server.answers["RCPT"]
    post.send(after=-timedelta(days=365))
    assert post.mail(number).state is MailState.SENT


@pytest.fixture
def certified(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """Give what a server for mail.example shows, and the file in which its authority is named."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    made = made.not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
    names = x509.SubjectAlternativeName([x509.DNSName("mail.example"), x509.DNSName("localhost")])
    certificate = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    public, both = tmp_path / "authority.pem", tmp_path / "both.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    both.write_bytes(public.read_bytes() + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, public


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let mail.example and other.example lead to this machine."""
    look_up = socket.getaddrinfo
    here = {"mail.example": "127.0.0.1", "other.example": "127.0.0.1"}
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: look_up(here.get(host, host), *rest, **more))


def test_a_server_elsewhere_gets_nothing_without_encryption(with_settings, mail_server, elsewhere):
    post = with_settings(mail_url=f"smtp://user:secret@mail.example:{mail_server.port}")
    (number,) = post.write(message())
    post.send()
    assert post.mail(number).words == NO_ENCRYPTION.words
    assert mail_server.heard == ["EHLO"]


def test_a_server_elsewhere_is_talked_to_with_starttls(with_settings, mail_server, certified, elsewhere):
    mail_server.context, authority = certified
    mail_server.user = ("user", "secret")
    post = with_settings(mail_url=f"smtp://user:secret@mail.example:{mail_server.port}", ca_bundle=str(authority))
    post.write(message())
    post.send()
    assert len(mail_server.taken) == 1
    assert mail_server.heard.index("STARTTLS") < mail_server.heard.index("AUTH")


@pytest.mark.parametrize(("host", "is_known"), [("other.example", True), ("mail.example", False)])
def test_a_server_that_is_not_the_one_it_says_gets_nothing(
    with_settings, mail_server, certified, elsewhere, host, is_known
):
    mail_server.context, authority = certified
    bundle = {"ca_bundle": str(authority)} if is_known else {}
    post = with_settings(mail_url=f"smtp://{host}:{mail_server.port}", **bundle)
    (number,) = post.write(message())
    post.send()
    assert "identity" in post.mail(number).words
    assert mail_server.taken == []


def test_a_server_can_be_encrypted_from_the_first_byte(post, certified):
    context, authority = certified
    server = MailServer(free_port(), context, begins_encrypted=True).start()
    url = f"smtps://localhost:{server.port}"
    post = replace(post, settings=replace(post.settings, mail_url=url, ca_bundle=str(authority)))
    post.write(message())
    post.send()
    server.stop()
    assert len(server.taken) == 1
