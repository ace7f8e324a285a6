"""Commands about the schools of a trust: ``flask schools …``."""

import click
from flask.cli import AppGroup

from core.audit.commands import command_actor
from core.command_errors import check_trust
from core.schools import WrongSchool, add_school, rename_school, schools_of, the_school
from db import database, require_tables, transaction, utcnow

schools = AppGroup("schools", help="The schools of a trust.", callback=require_tables)
TRUST = click.option("--trust", required=True, help="Key of the trust, such as invictus.")


@schools.command("add")
@TRUST
@click.argument("name")
def add(trust: str, name: str) -> None:
    """Add the school NAME to a trust."""
    check_trust(trust)
    try:
        with transaction() as session:
            school = add_school(session, trust, name, command_actor(), utcnow())
    except WrongSchool as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"School {school.id}, {school.name}, is added to {trust}.")


@schools.command("rename")
@TRUST
@click.argument("school")
@click.argument("name")
def rename(trust: str, school: str, name: str) -> None:
    """Give SCHOOL, a name or a number, another NAME."""
    check_trust(trust)
    try:
        with transaction() as session:
            found = the_school(session, trust, school)
            rename_school(session, found, name, command_actor(), utcnow())
    except WrongSchool as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"School {found.id} is called {found.name}.")


@schools.command("list")
@click.option("--trust", help="Show only one trust, such as invictus.")
def list_schools(trust: str | None) -> None:
    """List the schools of each trust, with the numbers that other commands take."""
    if trust:
        check_trust(trust)
    with database().reading() as session:
        lines = [f"{school.id:>5}  {school.trust:12} {school.name}" for school in schools_of(session, trust)]
    click.echo("\n".join(lines) or "No school has been added yet. ./run flask schools add --help")
