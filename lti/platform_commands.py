"""Commands about LMSs: inviting one, entering one by hand, and seeing and changing where each is let in."""

import click
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import transaction, utcnow
from lti.commands import lti
from lti.domain.platform_facts import Facts
from lti.domain.scopes import WANTED
from lti.domain.tolerant import origin_of, web_address
from lti.invites import make_invite
from lti.models import Deployment, Platform
from lti.net import ForeignAddress
from lti.registration import WrongFacts, add_deployments, register, trouble_with

TRUST = click.option("--trust", required=True, help="Key of the trust whose policy applies, such as invictus.")


def check_trust(trust: str) -> None:
    """Tell which trusts there are, where this is none."""
    trusts = current_app.extensions["trusts"]
    if trust not in trusts:
        raise click.BadParameter(f"{trust} is none of {', '.join(trusts)}", param_hint="--trust")


NEW_DEPLOYMENTS = "--new-deployments/--no-new-deployments"


@lti.command("invite")
@TRUST
@click.option("--days", type=click.IntRange(1, 365), help="For how long it is good; else as INVITE_DAYS says.")
@click.option(
    NEW_DEPLOYMENTS,
    "takes_new",
    default=None,
    help="Whether the tool is let in wherever the LMS puts it to use later; else yes for Canvas, no for Moodle.",
)
def invite(trust: str, days: int | None, takes_new: bool | None) -> None:
    """Make an address with which one LMS can be connected for a trust, once."""
    check_trust(trust)
    settings = current_app.extensions["settings"]
    with transaction() as session:
        token, made = make_invite(session, trust, days or settings.invite_days, utcnow(), takes_new)
    click.echo(f"This connects one LMS for {current_app.extensions['trusts'][trust]}, once, for whoever has it.")
    click.echo(f"It is good until {made.expires_at:%d %B %Y, %H:%M} UTC. Send it only to those who look after the LMS.")
    click.echo("They paste it where the LMS asks for a tool's registration address: see docs/install-moodle.md and")
    click.echo("docs/install-canvas.md. Until then the LMS must be able to reach us under PUBLIC_URL.")
    if not settings.public_url.startswith("https://"):
        click.echo(f"PUBLIC_URL is {settings.public_url}: no LMS but one on this very machine can use that.")
    click.echo(f"{settings.public_url}/lti/register?invite={token}")


@lti.command("add-platform")
@TRUST
@click.option("--name", required=True, help="What people call this LMS.")
@click.option("--issuer", required=True)
@click.option("--client-id", required=True)
@click.option("--auth-login-url", required=True)
@click.option("--token-url", required=True)
@click.option("--jwks-url", required=True)
@click.option("--token-audience", help="Audience of token requests, where it is not the token address.")
@click.option("--deployment-id", "deployment_ids", multiple=True)
@click.option("--take-new-deployments/--no-new-deployments", "takes_new_deployments", default=None)
@click.option("--family", help="The LMS's own word for its kind, such as moodle or canvas.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(WANTED), help="What the LMS lets us do, if known.")
@click.option("--framed-by", help="Where the LMS's pages are, if not at its issuer, such as https://canvas.example.")
def add_platform(scopes: tuple[str, ...], framed_by: str | None, **facts: str) -> None:
    """Register an LMS by hand, or change what is known of it."""
    check_trust(facts["trust"])
    if framed_by and not web_address(framed_by):
        raise click.BadParameter(f"“{framed_by}” is not a web address that can be used", param_hint="--framed-by")
    site = origin_of(framed_by) if framed_by else None
    told = Facts(scopes=scopes or None, framed_by=site, **facts)
    try:
        with transaction() as session:
            platform = register(session, told, current_app.extensions["settings"], utcnow())
    except (WrongFacts, ForeignAddress) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Platform {platform.id} of trust {platform.trust} is registered.")


@lti.command("platforms")
def platforms() -> None:
    """List the LMSs that are connected: whose they are, how they are known, and what they granted."""
    with current_app.extensions["database"].reading() as session:
        found = session.scalars(select(Platform).order_by(Platform.id)).all()
        for platform in found:
            click.echo("\n".join(_described(session, platform)))
    if not found:
        click.echo("No LMS is connected yet. ./run flask lti invite --help")


@lti.command("deployments")
@click.argument("platform_id", metavar="PLATFORM", type=int)
@click.option("--allow-new/--no-new", "takes_new", default=None, help="Whether further ones are let in by themselves.")
@click.option("--add", "added", multiple=True, metavar="ID", help="Let this one in.")
def deployments(platform_id: int, takes_new: bool | None, added: tuple[str, ...]) -> None:
    """Show or change from where in an LMS we may be opened; PLATFORM is its number in the list of platforms."""
    with transaction() as session:
        platform = session.get(Platform, platform_id)
        if not platform:
            raise click.BadParameter(f"there is no platform {platform_id}", param_hint="PLATFORM")
        if takes_new is not None:
            platform.takes_new_deployments = takes_new
        try:
            add_deployments(session, platform, added)
        except WrongFacts as error:
            raise click.BadParameter(str(error), param_hint="--add") from error
        session.flush()
        click.echo("\n".join(_described(session, platform)))


def _described(session: Session, platform: Platform) -> list[str]:
    known = select(Deployment.deployment_id).where(Deployment.platform_id == platform.id).order_by(Deployment.id)
    ids = ", ".join(session.scalars(known)) or "none yet"
    policy = "further ones are let in" if platform.takes_new_deployments else "no further ones are let in"
    granted = "not known" if platform.scopes is None else ", ".join(s.rpartition("/")[2] for s in platform.scopes)
    facts = {
        "kind": platform.family or "not known",
        "trust": platform.trust,
        "issuer": platform.issuer,
        "client id": platform.client_id,
        "deployments": f"{ids}; {policy}",
        "granted": granted or "nothing",
    }
    if trouble := trouble_with(platform):
        facts["trouble"] = f"{trouble}. Add it again as it should be, and take this one away with lti remove-platform"
    return [f"{platform.id}  {platform.name}", *(f"   {name:12} {value}" for name, value in facts.items())]
