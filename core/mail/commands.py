"""Commands for administrators: ``flask mail …``. They show no addresses."""

import time

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from core.mail.domain.ending import MailState
from core.mail.domain.message import WrongMessage
from core.mail.letters import letter
from core.mail.models import Mail
from core.mail.outbox import put_in_outbox, send_again, unsent
from core.mail.sender import MailSender
from core.services import service
from db import database, require_tables, transaction, utcnow

mail = AppGroup("mail", help="Messages that are sent, or wait for it.", callback=require_tables)
PATIENCE_SECONDS = 60
IN_WORDS = {
    MailState.WAITING: "waits until {:%Y-%m-%d %H:%M} UTC",
    MailState.SENDING: "is being sent",
    MailState.HANDED_OVER: "is being handed over",
    MailState.SENT: "was sent",
    MailState.UNCONFIRMED: "may have been sent",
    MailState.FAILED: "was not sent",
}


@mail.command("test")
@click.option("--to", required=True, help="The address that gets the message.")
def test(to: str) -> None:
    """Send a short message to an address, and say what came of it."""
    try:
        message = letter(current_app.jinja_env, "test", to, "Test message from Fit to Post", sent_at=utcnow())
    except WrongMessage as error:
        raise click.BadParameter(str(error), param_hint="--to") from error
    with transaction() as session:
        number = put_in_outbox(session, message, utcnow()).id
    service(MailSender).send_due()
    found = _tried(number)
    click.echo(_line_of(found))
    if found.state is not MailState.SENT:
        raise click.exceptions.Exit(1)


def _tried(number: int) -> Mail:
    """Return a message once it has been tried, here or by a worker that was quicker."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        with database().reading() as session:
            found = session.scalars(select(Mail).where(Mail.id == number)).one()
        if found.words or time.monotonic() > until:
            return found
        time.sleep(0.1)


@mail.command("list")
def list_unsent() -> None:
    """List the messages that have not been sent, and why."""
    with database().reading() as session:
        lines = [_line_of(each) for each in unsent(session)]
    click.echo("\n".join(lines) or "All messages have been sent.")


@mail.command("retry")
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Send a message again that waits, has failed or may not have arrived; NUMBER is the one in the list."""
    with transaction() as session:
        if not send_again(session, number, utcnow()):
            raise click.ClickException(f"There is no message {number} to send again. See: mail list")
    click.echo(f"Message {number} is sent within a minute, where a worker runs.")


def _line_of(found: Mail) -> str:
    tries = f"{found.tries} {'try' if found.tries == 1 else 'tries'}"
    state = IN_WORDS[found.state].format(found.due_at)
    return f"Message {found.id} {state} ({tries}). {found.words}".rstrip()
