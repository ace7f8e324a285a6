"""kill -9 at every step of writing reminders: each is written once, with its message, and none is lost."""

import signal
import subprocess
import sys

import pytest

from config import ROOT, Settings
from tests.managers.reminders.ending_writer import STEPS
from tests.managers.reminders.reminding import TODAY, RemindingTrust
from tests.support.factories import NOW

# What is at stake is when transactions end, and that is the same on both.
pytestmark = pytest.mark.databases("sqlite")


def write(settings: Settings, step: str = "") -> int:
    program = [sys.executable, "tests/managers/reminders/ending_writer.py"]
    return subprocess.run([*program, settings.database_url, NOW.isoformat(), step], cwd=ROOT, check=False).returncode


def test_reminders_of_a_worker_that_ends_at_one_step_after_the_other_are_each_written_once(
    trust: RemindingTrust, settings: Settings
) -> None:
    for number in range(7):
        trust.person(f"P{number} Okafor", TODAY)
    for step in STEPS:
        assert write(settings, step) == -signal.SIGKILL, step
        # Whatever is there is whole: a message for each record, and a record for each message.
        assert {each.mail_id for each in trust.reminders()} == {mail.id for mail in trust.mails()}, step
    assert write(settings) == 0
    recipients = [mail.recipient for mail in trust.mails()]
    assert sorted(recipients) == [f"p{number}@oak.example" for number in range(7)]
