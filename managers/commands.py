"""Commands for administrators: ``flask people …``."""

import getpass
from collections.abc import Iterator

import click
from flask.cli import AppGroup
from sqlalchemy import select

from db import database, require_tables, transaction, utcnow
from managers.find import everyone_like
from managers.staff.stale import bring_up_to_date, mark_stale
from modules.models import Join
from modules.passes.join_errors import CannotJoin, NoSuchJoin
from modules.passes.joins import LONGEST_REASON, join, separate

people = AppGroup("people", help="People, joins of their entries, and certificates.", callback=require_tables)
NUMBER = click.IntRange(1, 2_147_483_647)
by_whom = click.option(
    "--by", default=getpass.getuser, show_default="your name on this machine", help="Who decided it."
)


@people.command("find")
@click.argument("words")
def find(words: str) -> None:
    """Find people by part of their name or e-mail address. Prints the numbers that other commands ask for."""
    if not words.strip():
        raise click.BadParameter("give a part of a name or of an e-mail address", param_hint="WORDS")
    with database().reading() as session:
        found = everyone_like(session, words)
        for person, lms, courses in found:
            said = [person.name or "no name shared", person.email or "no address shared", f"{person.subject} in {lms}"]
            click.echo(f"{person.id:>7}  {', '.join([*said, *courses])}")
    if not found:
        raise click.ClickException("No one with these words in their name or address was found.")


@people.command("rebuild")
def rebuild() -> None:
    """Work out anew from the records who works in each trust and how far they are with their training."""
    with transaction() as session:
        mark_stale(session, None, utcnow())
    count = bring_up_to_date(database())
    click.echo(f"The people of {count} course{'' if count == 1 else 's'} are up to date.")


@people.command("join")
@click.argument("old", type=NUMBER)
@click.argument("new", type=NUMBER)
@click.option("--reason", required=True, help="How you know that they are the same person.")
@by_whom
def join_people(old: int, new: int, reason: str, by: str) -> None:
    """Count everything person OLD passed for person NEW too, as the same person. You can undo this."""
    because = _reason(reason)
    try:
        with transaction() as session:
            number = join(session, new, old, by, because, utcnow()).id
    except CannotJoin as error:
        raise click.ClickException(error.trouble.happened) from error
    click.echo(f"Person {old} is joined to person {new}. To undo it: flask people separate {number} --reason …")


@people.command("separate")
@click.argument("number", type=NUMBER)
@click.option("--reason", required=True, help="Why you are undoing it.")
@by_whom
def separate_people(number: int, reason: str, by: str) -> None:
    """Undo join NUMBER: what it brought no longer counts, and grades that came from it are taken back."""
    because = _reason(reason)
    try:
        with transaction() as session:
            made = separate(session, number, by, because, utcnow())
    except NoSuchJoin as error:
        raise click.ClickException(f"There is no join in force with the number {number}.") from error
    click.echo(f"People {made.same_as_id} and {made.person_id} are separate again.")


@people.command("joins")
def joins() -> None:
    """List every join and request, with who decided it, when and why."""
    with database().reading() as session:
        lines = ["; ".join(_said_of(made)) for made in session.scalars(select(Join).order_by(Join.id))]
    click.echo("\n".join(lines or ["No one is joined, and no one has asked for it."]))


def _said_of(made: Join) -> Iterator[str]:
    yield f"{made.id:>5}  {made.state.value}: {made.same_as_id} is {made.person_id}"
    if made.asked_at:
        yield f"asked {made.asked_at:%Y-%m-%d %H:%M} about {made.module}"
    if made.decided_at:
        yield f"decided {made.decided_at:%Y-%m-%d %H:%M} by {made.decided_by}" + (
            f" ({made.because})" * bool(made.because)
        )
    if made.ended_at:
        yield f"undone {made.ended_at:%Y-%m-%d %H:%M} by {made.ended_by} ({made.ended_because})"


def _reason(given: str) -> str:
    reason = given.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise click.BadParameter(f"give a reason of {LONGEST_REASON} characters or fewer", param_hint="--reason")
    return reason
