"""``flask mail``: an administrator tries out mail, and sees what was not sent and why."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app import create_app
from config import Settings
from core.mail.jobs import SEND_MAIL
from core.mail.outbox import put_in_outbox
from core.queue.queue import Queue
from core.services import service
from db import Database, utcnow
from db import database as database_of
from tests.core.mail.conftest import ADA, FROM, message
from tests.core.mail.mail_server import MailServer

PATIENCE = 30
Say = Callable[..., str]


@pytest.fixture
def app(settings: Settings, mail_server: MailServer) -> Iterator[Flask]:
    url = f"smtp://localhost:{mail_server.port}"
    app = create_app(replace(settings, mail_url=url, mail_from=FROM))
    yield app
    database_of(app).engine.dispose()


@pytest.fixture
def say(app: Flask) -> Say:
    """Give a command about mail, and return what it says."""

    def said(*words: str, fails: bool = False) -> str:
        answer = app.test_cli_runner().invoke(args=["mail", *words])
        assert (answer.exit_code != 0) is fails, answer.output
        assert ADA not in answer.output
        return answer.output

    return said


def test_a_test_message_arrives_and_the_command_says_so(say: Say, mail_server: MailServer) -> None:
    assert say("test", "--to", ADA) == "Message 1 was sent (1 try). The mail server has taken the message.\n"
    mail = mail_server.taken[0].mail
    assert mail["Subject"] == "Test message from Fit to Post"
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body and "mail is set up correctly" in body.get_content()


def test_the_command_says_what_to_correct_where_a_test_message_does_not_arrive(
    say: Say, mail_server: MailServer
) -> None:
    mail_server.answers["MAIL"] = "553 not yours"
    words = say("test", "--to", ADA, fails=True)
    assert words.startswith("Message 1 waits until ")
    assert "The mail server does not let us send as MAIL_FROM." in words
    mail_server.answers = {"RCPT": "550 unknown"}
    assert "Message 2 was not sent (1 try). The mail server refuses the recipient" in say(
        "test", "--to", ADA, fails=True
    )


def test_an_address_that_is_none_is_refused_before_anything_is_sent(say: Say, mail_server: MailServer) -> None:
    assert "a message goes to one address" in say("test", "--to", "ada@trust.example\nBcc: x@y.example", fails=True)
    assert mail_server.heard == []


def test_what_was_not_sent_is_listed_and_can_be_sent_again(
    say: Say, database: Database, mail_server: MailServer
) -> None:
    assert say("list") == "All messages have been sent.\n"
    mail_server.answers["RCPT"] = "550 unknown"
    say("test", "--to", ADA, fails=True)
    assert say("list") == "Message 1 was not sent (1 try). The mail server refuses the recipient (status 550).\n"
    mail_server.answers = {}
    assert say("retry", "1") == "Message 1 is sent within a minute, where a worker runs.\n"
    with database.transaction() as session:
        put_in_outbox(session, message("ben@trust.example"), utcnow())
    say("test", "--to", ADA)
    assert say("list") == "All messages have been sent.\n"
    assert len(mail_server.taken) == 3
    assert "no message 1 to send again" in say("retry", "1", fails=True)


def test_the_worker_sends_what_was_written(app: Flask, database: Database, mail_server: MailServer) -> None:
    with database.transaction() as session:
        put_in_outbox(session, message(), utcnow())
    queue = service(Queue, app)
    queue.put(SEND_MAIL)
    consumer = queue.consumer()
    consumer.start()
    until = time.monotonic() + PATIENCE
    while not mail_server.taken and time.monotonic() < until:
        time.sleep(0.02)
    consumer.stop(graceful=True)
    assert mail_server.taken[0].recipient == ADA
