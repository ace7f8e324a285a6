"""Commands for administrators: ``flask lti …``."""

import click

from config import Settings
from core.queue.queue import Queue
from core.services import service
from db import database, transaction, utcnow
from lti.grades.report import lines_on_attention, lines_on_platforms
from lti.keys import rotate_key
from lti.registration.commands import lti as lti  # the application takes the group from here, with all of its commands


@lti.command("deliveries")
@click.option("--attention", is_flag=True, help="List those that need attention, by our own numbers.")
def deliveries(attention: bool) -> None:
    """Count the grades that we owe or have delivered, by LMS and state; say which LMS rests, and why."""
    with database().reading() as session:
        lines = lines_on_attention(session) if attention else lines_on_platforms(session, utcnow())
        click.echo("\n".join(lines))


@lti.command("work")
def work() -> None:
    """Do the work in the background in this process, where RUN_WORKER=no keeps the web process from it."""
    service(Queue).work()


@lti.command("rotate-key")
@click.option("--at-once", is_flag=True, help="A key may have become known: use the new one now, withdraw all others.")
def rotate(at_once: bool) -> None:
    """Make our next signing key; it is published now, and signs once LMSs have had time to fetch it."""
    settings = service(Settings)
    with transaction() as session:
        key = rotate_key(session, settings, utcnow(), at_once)
    click.echo(f"Key {key.kid} signs from {key.signs_from:%d %B %Y, %H:%M} UTC on.")
    if at_once:
        click.echo("All earlier keys are withdrawn. Until an LMS fetches the new one, it may refuse us; grades wait.")
    else:
        click.echo(f"The earlier one stays published for {settings.key_kept_days} days after that.")
