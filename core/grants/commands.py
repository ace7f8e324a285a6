"""Commands for administrators: ``flask grants …``, which decide who may do what beyond their role in a course."""

from datetime import datetime

import click
from flask.cli import AppGroup

from core.audit.commands import command_actor
from core.command_errors import check_trust
from core.grants.domain.grant import GrantRole, Offer
from core.grants.grants import ListedGrant, NoSuchGrant, WrongGrant, give, list_grants, withdraw
from core.grants.models import Grant
from core.schools import WrongSchool, the_school
from db import database, require_tables, transaction, utcnow

grants = AppGroup("grants", help="Who may do what for a trust, beyond their role in a course.", callback=require_tables)
TRUST = click.option("--trust", required=True, help="Key of the trust, such as invictus.")


@grants.command("give")
@TRUST
@click.option("--role", required=True, type=click.Choice([role.value for role in GrantRole]))
@click.option("--email", required=True, metavar="ADDRESS", help="Their e-mail address, as their LMS has it.")
@click.option("--school", "schools", multiple=True, help="Name or number of a school that a school lead leads.")
@click.option("--title", help="The title that the policy uses for an approver, such as Headteacher.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The last day, such as 2027-08-31.")
def give_grant(
    trust: str, role: str, email: str, schools: tuple[str, ...], title: str | None, until: datetime | None
) -> None:
    """Give someone a role for a trust. Giving the same again changes only its last day."""
    check_trust(trust)
    try:
        with transaction() as session:
            ids = frozenset(the_school(session, trust, each).id for each in schools)
            last = until.date() if until else None
            offer = Offer(trust, GrantRole(role), email, ids, (title or "").strip() or None, last)
            grant = give(session, offer, command_actor(), utcnow())
    except WrongSchool as error:
        raise click.BadParameter(str(error), param_hint="--school") from error
    except WrongGrant as error:
        raise click.BadParameter(f"{error}.", param_hint=f"--{error.part}") from error
    click.echo(f"Grant {grant.id}: {grant.email} is {grant.role.value} for {grant.trust}{_end_of(grant)}.")


def _end_of(grant: Grant) -> str:
    return f" until {grant.until:%Y-%m-%d}" if grant.until else ""


@grants.command("list")
@click.option("--trust", help="Show only one trust, such as invictus.")
def list_given(trust: str | None) -> None:
    """List who holds what for each trust, and what they no longer hold."""
    if trust:
        check_trust(trust)
    with database().reading() as session:
        lines = [_line_of(each) for each in list_grants(session, utcnow(), trust)]
    click.echo("\n".join(lines) or "No one holds a grant yet. ./run flask grants give --help")


def _line_of(listed: ListedGrant) -> str:
    grant = listed.grant
    about = [*([grant.title] if grant.title else []), *listed.schools]
    said = f"{grant.id:>5}  {grant.trust:12} {grant.role.value:24} {grant.email}"
    said += f" ({', '.join(about)})" if about else ""
    if grant.withdrawn_at:
        return f"{said}, withdrawn on {grant.withdrawn_at:%Y-%m-%d}"
    return f"{said}{_end_of(grant)}" if listed.is_in_force else f"{said}, ended after {grant.until:%Y-%m-%d}"


@grants.command("withdraw")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
def withdraw_grant(number: int) -> None:
    """Withdraw the grant with this NUMBER in the list, from this moment on."""
    try:
        with transaction() as session:
            grant = withdraw(session, number, command_actor(), utcnow())
    except NoSuchGrant as error:
        raise click.ClickException(f"No grant in force has the number {number}. See: grants list") from error
    click.echo(f"Withdrawn: {grant.email} is no longer {grant.role.value} for {grant.trust}.")
