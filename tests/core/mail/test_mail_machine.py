"""Mail under whatever order of events: troubles of the server, deaths at every step, a second sender that overtakes.

The sender is the real one, on a real database; only the network ends at a mail server of some lines.
"""

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from config import Settings
from core.mail.domain.ending import NO_ANSWER, NOT_NOW, NOT_SAID, SENT, MailEnding, MailState, refused
from core.mail.envelope import Envelope
from core.mail.lease import LEASE
from core.mail.models import Mail
from core.mail.outbox import put_in_outbox, send_again
from core.mail.sender import MailSender
from db import Base, Database
from tests.core.mail.conftest import NOON, message

MOODS = (
    "well",
    "down",
    "putting off",
    "refusing",
    "losing its answer",
    "ending us before the note",
    "ending us after the note",
    "ending us after it has taken it",
    "slow before the note",
    "slow after the note",
)


class Ended(BaseException):
    """The process has ended here."""


class Server:
    """A mail server; ``mood`` is what happens with the next message."""

    def __init__(self) -> None:
        self.mood = "well"
        self.taken: Counter[str] = Counter()
        self.may_double: Counter[str] = Counter()
        self.may_be_lost: set[str] = set()
        self.refused: set[str] = set()
        self.meanwhile: Callable[[], None] = lambda: None

    def hand_over(self, envelope: Envelope, last_step: Callable[[], None]) -> MailEnding:
        mood, self.mood = self.mood, "well"
        if mood in (endings := {"down": NO_ANSWER, "putting off": NOT_NOW}):
            return endings[mood]
        if mood == "refusing":
            self.refused.add(envelope.message_id)
            return refused("recipient", 550)
        self._happen(mood, "before the note")
        last_step()
        if mood == "ending us after the note":
            self.may_be_lost.add(envelope.message_id)
        self._happen(mood, "after the note")
        self.taken[envelope.message_id] += 1
        self._happen(mood, "after it has taken it")
        if mood == "losing its answer":
            self.may_double[envelope.message_id] += 1
            return NOT_SAID
        return SENT

    def _happen(self, mood: str, when: str) -> None:
        if mood == f"ending us {when}":
            raise Ended
        if mood == f"slow {when}":
            self.meanwhile()


class Mailing(RuleBasedStateMachine):
    """Messages are written and sent while things go wrong."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{self.folder.name}/mail.db")
        Base.metadata.create_all(self.database.engine, [Base.metadata.tables["mails"]])
        self.now, self.server, self.written = NOON, Server(), 0
        self.server.meanwhile = self._another_sends_much_later

    def _sender(self) -> MailSender:
        return MailSender(self.database, Settings(), self.server, lambda: self.now)

    def _another_sends_much_later(self) -> None:
        self.now += LEASE + timedelta(seconds=1)
        self._sender().send_next()

    @rule(number=st.integers(1, 3))
    def write(self, number: int) -> None:
        with self.database.transaction() as session:
            for _ in range(number):
                self.written += 1
                put_in_outbox(session, message(f"person-{self.written}@trust.example"), self.now)

    @rule(mood=st.sampled_from(MOODS))
    def send_one(self, mood: str) -> None:
        self.server.mood = mood
        try:
            self._sender().send_next()
        except Ended:
            return
        finally:
            self.server.mood = "well"

    @rule(minutes=st.sampled_from([1, 5, 25, 300]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def people_look(self) -> None:
        """Somebody sends again what was refused, and lets be what may have arrived."""
        with self.database.transaction() as session:
            for mail in session.scalars(select(Mail).where(Mail.state == MailState.FAILED)).all():
                send_again(session, mail.id, self.now)

    def _mails(self) -> list[Mail]:
        with self.database.reading() as session:
            return list(session.scalars(select(Mail)))

    @invariant()
    def nothing_is_doubled(self) -> None:
        if hasattr(self, "server"):
            for message_id, times in self.server.taken.items():
                assert times <= 1 + self.server.may_double[message_id]

    @invariant()
    def what_is_shown_is_so(self) -> None:
        if not hasattr(self, "server"):
            return
        for mail in self._mails():
            if mail.state is MailState.SENT:
                assert self.server.taken[mail.message_id] >= 1
            if mail.state is MailState.FAILED:
                assert mail.message_id in self.server.refused

    def teardown(self) -> None:
        if not hasattr(self, "server"):
            return
        for _ in range(4):
            self.now += timedelta(hours=6)
            self._sender().send_due()
        for mail in self._mails():
            assert mail.state in {MailState.SENT, MailState.FAILED, MailState.UNCONFIRMED}
            if mail.state is MailState.UNCONFIRMED and not self.server.taken[mail.message_id]:
                assert mail.message_id in self.server.may_be_lost
        self.database.engine.dispose()
        self.folder.cleanup()


TestMailing = Mailing.TestCase
TestMailing.settings = settings(
    max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
