"""What tests of mail share: a mail server as a real peer, a sender on a database, and a clock turned by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from config import Settings
from core.mail.domain.message import MailMessage
from core.mail.models import Mail
from core.mail.outbox import put_in_outbox
from core.mail.sender import MailSender
from db import Database
from tests.core.mail.mail_server import MailServer
from tests.support.servers import free_port

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ADA = "ada@trust.example"
FROM = "Training <training@trust.example>"


def message(to: str = ADA, subject: str = "Your training is due") -> MailMessage:
    return MailMessage(to, subject, "It is due on Friday.\n", "<p>It is due on Friday.</p>")


@dataclass
class Post:
    """A database with an outbox, and what sends from it."""

    database: Database
    settings: Settings
    now: datetime = NOON
    senders: list[MailSender] = field(default_factory=list)

    def sender(self) -> MailSender:
        return MailSender(self.database, self.settings, now=lambda: self.now)

    def write(self, *messages: MailMessage) -> list[int]:
        with self.database.transaction() as session:
            return [put_in_outbox(session, each, self.now).id for each in messages]

    def send(self, after: timedelta = timedelta(0)) -> None:
        self.now += after
        self.sender().send_due()

    def mail(self, number: int) -> Mail:
        with self.database.reading() as session:
            return session.get_one(Mail, number)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer(free_port()).start()
    yield server
    server.stop()


@pytest.fixture
def post(database: Database, settings: Settings, mail_server: MailServer) -> Post:
    url = f"smtp://localhost:{mail_server.port}"
    return Post(database, replace(settings, mail_url=url, mail_from=FROM))


@pytest.fixture
def with_settings(post: Post) -> Callable[..., Post]:
    """Return what gives the same post with other settings."""

    def changed(**values: str) -> Post:
        return replace(post, settings=replace(post.settings, **values))

    return changed
