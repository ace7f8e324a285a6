"""Commands for administrators: ``flask audit …``; and who acts where a command does."""

import os
import pwd
from collections.abc import Sequence
from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from core.audit.domain.event import Actor, by_command, words_of_event
from core.audit.models import AuditEvent
from core.audit.trail import actions, events
from db import database, require_tables

audit = AppGroup("audit", help="Who did or changed what, and when.", callback=require_tables)


@audit.command("list")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    metavar="TIME",
    help="From then on, in UTC, such as 2026-11-28 or 2026-11-28T09:30.",
)
@click.option("--action", help="What was done, such as revoked.")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 100_000), help="No more than this.")
def list_events(since: datetime | None, action: str | None, most: int) -> None:
    """List what was done or changed, the newest first."""
    start = since.replace(tzinfo=UTC) if since else None
    with database().reading() as session:
        found = events(session, most + 1, start, action)
        known = actions(session)
    for event in found[:most]:
        click.echo(_line_of(event))
    if len(found) > most:
        click.echo(f"There are older ones too. See more with --most {10 * most}.")
    if not found:
        click.echo(_nothing_found(known))


def _nothing_found(known: Sequence[str]) -> str:
    if not known:
        return "Nothing is on record yet."
    return f"Nothing like that is on record. What was done so far: {', '.join(known)}."


def _line_of(event: AuditEvent) -> str:
    said = words_of_event(event.thing, event.action, event.done_by, event.details)
    return f"{event.at:%Y-%m-%d %H:%M:%S} UTC  {said}"


def command_actor() -> Actor:
    """Return the operating system's user who runs the current command."""
    return by_command(_account(), _name_of(click.get_current_context()))


def _name_of(context: click.Context) -> str:
    """Return a command's name without that of the program, which is ``flask`` or ``python -m flask``."""
    names: list[str] = []
    while context.parent:
        names.insert(0, context.info_name or "")
        context = context.parent
    return " ".join(names)


def _account() -> str:
    """Return the name of the user this process runs as; an environment could say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
