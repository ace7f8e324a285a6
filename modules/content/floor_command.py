"""Commands about the floor of national law and guidance: ``flask policies floor``, ``confirm-floor``, ``show-only``."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from core.audit.commands import command_actor
from core.domain.suggestion import none_such
from db import database, in_transaction, require_tables, utcnow
from modules.content.ship import republish
from policies.domain.floor import Floor, FloorClause
from policies.floor_settings import CannotDecide, confirm_floor, mark_again, show_only
from policies.published import floor_in_force, policies_in_force

LONGEST = 300
TRUST = click.option("--trust", required=True, help="Key of the trust that decides, such as invictus.")


@click.command("floor")
@click.option("--trust", help="Show one trust's decisions only, such as invictus.")
@with_appcontext
def floor(trust: str | None) -> None:
    """List the clauses of national law and guidance, with their sources and what each trust has decided."""
    require_tables()
    with database().reading() as session:
        trusts = policies_in_force(session).keys()
        _check(trust, trusts)
        floors = {each: floor_in_force(session, each) for each in trusts if trust in (None, each)}
    found = {each: floor for each, floor in floors.items() if floor}
    click.echo("\n".join(_lines_of(found)) or "Nothing is published yet. Publish it with: ./run flask prepare")


@click.command("confirm-floor")
@TRUST
@click.option("--name", required=True, help="Who has read the floor and confirms it.")
@click.option("--role", required=True, help="Their role, such as “designated safeguarding lead”.")
@with_appcontext
def confirm(trust: str, name: str, role: str) -> None:
    """Record who at a trust confirms this edition of the floor. Staff see the name, the role and the day."""
    who, what = _words("--name", name), _words("--role", role)
    _decide(trust, lambda session: confirm_floor(session, trust, who, what, command_actor(), utcnow()))


@click.command("show-only")
@TRUST
@click.option("--clause", "ref", required=True, help="The clause, such as N17; “flask policies floor” lists them.")
@click.option("--reason", help="Why staff are not marked by it. They see this reason.")
@click.option("--undo", is_flag=True, help="Mark by the clause again.")
@with_appcontext
def show_clause_only(trust: str, ref: str, reason: str | None, undo: bool) -> None:
    """Show a clause to a trust's staff without marking by it. Critical clauses always count."""
    if undo == (reason is not None):
        raise click.UsageError("Give either --reason, or --undo to mark by the clause again.")
    ref, because = ref.upper(), _words("--reason", reason) if reason is not None else None
    if because is None:
        _decide(trust, lambda session: mark_again(session, trust, ref, command_actor(), utcnow()))
    else:
        _decide(trust, lambda session: show_only(session, trust, ref, because, command_actor(), utcnow()))


COMMANDS = (floor, confirm, show_clause_only)


def _decide(trust: str, decide: Callable[[Session], Floor]) -> None:
    """Let a trust decide, and publish its modules with the decision in the same transaction."""
    require_tables()

    def work(session: Session) -> list[str]:
        _check(trust, policies_in_force(session).keys())
        decided = decide(session)
        outcome = republish(session, trust, utcnow())
        return [*_decisions(trust, decided), f"Modules: {len(outcome.new)} published, {outcome.unchanged} unchanged"]

    try:
        click.echo("\n".join(in_transaction(work)))
    except CannotDecide as error:
        raise click.ClickException(str(error)) from error


def _check(trust: str | None, trusts: Collection[str]) -> None:
    if trust is not None and trust not in trusts:
        raise click.BadParameter(none_such("trust", trust, trusts), param_hint="--trust")


def _words(option: str, given: str) -> str:
    words = " ".join(given.split())
    if not words or len(words) > LONGEST or not words.isprintable():
        raise click.BadParameter(f"give 1 to {LONGEST} characters", param_hint=option)
    return words


def _lines_of(floors: Mapping[str, Floor]) -> Iterator[str]:
    """Give the decisions of each trust, and then the clauses, which are the same for all of them."""
    for trust, each in floors.items():
        yield from _decisions(trust, each)
    for any_of_them in list(floors.values())[:1]:
        for clause in any_of_them.clauses:
            yield from ("", *_described(any_of_them, clause))


def _decisions(trust: str, floor: Floor) -> Iterator[str]:
    yield f"{trust}: edition {floor.edition}, {_confirmation(floor)}"
    shown = {ref: reason for ref, reason in floor.settings.shown_only.items() if floor.only_shows(ref)}
    yield from (f"  {ref} is shown but does not count: {reason}" for ref, reason in shown.items())


def _confirmation(floor: Floor) -> str:
    settings = floor.settings
    if settings.confirmed_by is None or settings.confirmed_on is None:
        return "to be confirmed by the safeguarding lead"
    who = f"{settings.confirmed_by}, {settings.confirmed_as}, on {_on_day(settings.confirmed_on)}"
    if floor.is_confirmed:
        return f"confirmed by {who}"
    return f"to be confirmed by the safeguarding lead (edition {settings.confirmed_edition} was confirmed by {who})"


def _on_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _described(floor: Floor, clause: FloorClause) -> Iterator[str]:
    critical = ", critical" * floor.is_critical(clause.ref)
    yield f"{clause.ref}  {clause.status.value}{critical}: {floor.citation(clause.ref)}, for {clause.speaks_to}"
    yield f"    {clause.says}"
