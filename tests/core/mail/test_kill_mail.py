"""kill -9 at every step of sending a message to a mail server that is a real peer: it arrives, and arrives once."""

import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from config import ROOT
from core.mail.domain.ending import UNCONFIRMED, MailState
from core.mail.outbox import send_again
from db import utcnow
from tests.core.mail.conftest import Post, message
from tests.core.mail.ending_sender import STEPS
from tests.core.mail.mail_server import MailServer

# What is at stake is when transactions end, and that is the same on both.
pytestmark = pytest.mark.databases("sqlite")
IN_AN_INSTANT = "its end is noted"
Send = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def send(post: Post) -> Send:
    """Return what sends all that is due in another process, to end at a step if one is named."""

    def sending(hours: int, step: str = "") -> subprocess.Popen[bytes]:
        program = [sys.executable, "tests/core/mail/ending_sender.py"]
        return subprocess.Popen(
            [*program, post.settings.database_url, post.settings.mail_url, str(hours), step], cwd=ROOT
        )

    return sending


@pytest.fixture
def written(post: Post) -> int:
    post.now = utcnow()
    (number,) = post.write(message())
    return number


def test_messages_whose_senders_end_at_one_step_after_the_other_arrive_once(
    post: Post, mail_server: MailServer, send: Send
) -> None:
    post.now = utcnow()
    steps = [step for step in STEPS if step != IN_AN_INSTANT]
    for step in steps:
        # Those before it are still under the lease of the dead.
        post.write(message(f"{step.replace(' ', '-')}@trust.example"))
        assert send(0, step).wait() == -signal.SIGKILL, step
    assert send(1).wait() == 0
    assert send(2).wait() == 0
    arrived = sorted(received.recipient for received in mail_server.taken)
    assert arrived == sorted(f"{step.replace(' ', '-')}@trust.example" for step in steps)


def test_a_message_that_the_server_was_taking_when_we_ended_arrives_once_and_is_shown(
    post: Post, mail_server: MailServer, send: Send, written: int
) -> None:
    processes: list[subprocess.Popen[bytes]] = []
    mail_server.when_taken = lambda: processes[0].kill()
    processes.append(send(0))
    assert processes[0].wait() == -signal.SIGKILL
    assert send(1).wait() == 0
    assert len(mail_server.taken) == 1
    assert (post.mail(written).state, post.mail(written).words) == (MailState.UNCONFIRMED, UNCONFIRMED)


def test_a_message_that_did_not_go_out_though_its_end_was_noted_is_shown_and_can_be_sent_again(
    post: Post, mail_server: MailServer, send: Send, written: int
) -> None:
    assert send(0, IN_AN_INSTANT).wait() == -signal.SIGKILL
    assert send(1).wait() == 0
    assert mail_server.taken == []
    assert (post.mail(written).state, post.mail(written).words) == (MailState.UNCONFIRMED, UNCONFIRMED)
    with post.database.transaction() as session:
        assert send_again(session, written, utcnow())
    assert send(1).wait() == 0
    assert len(mail_server.taken) == 1
    assert post.mail(written).state is MailState.SENT
