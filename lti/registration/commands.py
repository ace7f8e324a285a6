"""Commands about LMSs: inviting one, entering one by hand, and seeing and changing where each is let in."""

from difflib import get_close_matches
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from core.audit.commands import command_actor
from core.audit.domain.event import Detail, Plain, Thing
from core.audit.trail import record
from core.command_errors import check_trust
from core.domain.tolerant import as_lmss_write_it, origin_of, web_address
from core.http import ForeignAddress, check_address
from core.services import service
from core.trusts import name_of_trust
from db import database, require_tables, transaction, utcnow
from lti.domain.known_platforms import confirms_addresses
from lti.domain.platform_facts import Facts, problems_of
from lti.domain.scopes import WANTED
from lti.models import Deployment, Platform
from lti.registration import remove as removing
from lti.registration.invites import make_invite
from lti.registration.platforms import (
    FAMILY_NAMES,
    WrongFacts,
    add_deployments,
    known_platform,
    record_connection,
    register,
    trouble_with,
)

# The group begins here; lti/commands.py adds what concerns keys and grades.
lti = AppGroup("lti", help="LMSs: their connections, our keys, and grades.", callback=require_tables)
LARGEST_ID = 2**31 - 1
TRUST = click.option("--trust", required=True, help="Key of the trust whose policy applies, such as invictus.")


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
    settings = service(Settings)
    with transaction() as session:
        token, made = make_invite(session, trust, days or settings.invite_days, utcnow(), takes_new)
        name = name_of_trust(session, trust)
    click.echo(f"This connects one LMS for {name}, once, for anyone who has it.")
    click.echo(f"It is good until {made.expires_at:%d %B %Y, %H:%M} UTC. Send it only to those who look after the LMS.")
    click.echo("They paste it where the LMS asks for a tool's registration address: see docs/install-moodle.md and")
    click.echo("docs/install-canvas.md. Until then the LMS must be able to reach us under PUBLIC_URL.")
    if not settings.public_url.startswith("https://"):
        click.echo(f"PUBLIC_URL is {settings.public_url}: no LMS but one on this very machine can use that.")
    click.echo(f"{settings.public_url}/lti/register?invite={token}")


@lti.command("add-platform")
@TRUST
@click.option("--name", required=True, help="What people call this LMS.")
@click.option("--issuer", required=True, help="The LMS's own address, letter by letter as it writes it.")
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
def add_platform(scopes: tuple[str, ...], framed_by: str | None, **facts: Any) -> None:
    """Register an LMS by hand, or change what is known of it."""
    check_trust(facts["trust"])
    if framed_by and not web_address(framed_by):
        raise click.BadParameter(f"“{framed_by}” is not a web address that can be used", param_hint="--framed-by")
    site = origin_of(framed_by) if framed_by else None
    told = Facts(scopes=scopes or None, framed_by=site, **facts)
    _check_family(told.family)
    try:
        with transaction() as session:
            platform, what = _entered(session, told, service(Settings))
    except (WrongFacts, ForeignAddress) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Platform {platform.id} of trust {platform.trust} {what}.")
    if told.family and told.family.lower() not in FAMILY_NAMES:
        click.echo(f"It is treated like any LMS: only {' and '.join(FAMILY_NAMES)} are kinds with ways of their own.")


def _check_family(family: str | None) -> None:
    """Refuse a kind of LMS that is almost one that is known."""
    near = get_close_matches((family or "").lower(), FAMILY_NAMES, n=1, cutoff=0.7)
    if near and near[0] != (family or "").lower():
        raise click.BadParameter(f"“{family}” is not a known kind; did you mean {near[0]}?", param_hint="--family")


def _entered(session: Session, told: Facts, settings: Settings) -> tuple[Platform, str]:
    """Register an LMS as told, and say what that has changed."""
    known = None if problems_of(told) else known_platform(session, told.issuer, told.client_id)
    before = _kept_of(session, known) if known else {}
    platform = register(session, told, settings, utcnow())
    # An issuer is never called, and yet has to be an address of the same kind as those that are.
    check_address(told.issuer, settings)
    if told.issuer != (meant := as_lmss_write_it(told.issuer)):
        wrong = (
            "LMSs write their issuer in small letters and without the usual port, and it is compared letter by letter"
        )
        raise WrongFacts(f"issuer: “{told.issuer}”: {wrong}. Did you mean {meant}?")
    changed = [name for name, value in _kept_of(session, platform).items() if known and value != before[name]]
    if changed or not known:
        # Their keys alone: the last says what happened, in words.
        keys: list[Plain] = [name for name in changed if " " not in name]
        details: dict[str, Detail] = {"changed": keys} if known else {}
        record_connection(session, command_actor(), platform, utcnow(), was_known=known is not None, **details)
    if not known:
        return platform, "is registered"
    return platform, f"was known and is changed: {', '.join(changed)}" if changed else "was known; nothing has changed"


def _kept_of(session: Session, platform: Platform) -> dict[str, object]:
    """Return what is kept of an LMS, by the names of this command's options."""
    kept = {
        name.replace("_", "-"): getattr(platform, name)
        for name in Facts.__dataclass_fields__
        if hasattr(platform, name)
    }
    known = select(Deployment.deployment_id).where(Deployment.platform_id == platform.id).order_by(Deployment.id)
    return kept | {
        "deployment-id": list(session.scalars(known)),
        "switched off, now on again": platform.switched_off_at,
    }


@lti.command("platforms")
def platforms() -> None:
    """List the LMSs that are connected: whose they are, how they are known, and what they granted."""
    with database().reading() as session:
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
        platform = _platform(session, platform_id)
        if takes_new is not None:
            platform.takes_new_deployments = takes_new
        try:
            add_deployments(session, platform, added)
        except WrongFacts as error:
            raise click.BadParameter(str(error), param_hint="--add") from error
        session.flush()
        if added or takes_new is not None:
            details = {"added": len(added), "takes_new": platform.takes_new_deployments}
            record(session, command_actor(), "changed", Thing("platform", platform.id), utcnow(), **details)
        click.echo("\n".join(_described(session, platform)))


ADDRESSES = {"confirmed": True, "unconfirmed": False, "by-kind": None}


@lti.command("addresses")
@click.argument("platform_id", metavar="PLATFORM", type=int)
@click.argument("decided", metavar="confirmed|unconfirmed|by-kind", type=click.Choice(list(ADDRESSES)))
def addresses(platform_id: int, decided: str) -> None:
    """Say whether people of an LMS can only have an e-mail address that is theirs.

    Grants count at once where they can. Elsewhere, people confirm their address with a code that we mail. by-kind
    leaves it to what LMSs of this kind do.
    """
    with transaction() as session:
        platform = _platform(session, platform_id)
        if platform.confirms_addresses != ADDRESSES[decided]:
            platform.confirms_addresses = ADDRESSES[decided]
            record(session, command_actor(), "changed", Thing("platform", platform.id), utcnow(), addresses=decided)
        click.echo("\n".join(_described(session, platform)))


@lti.command("remove-platform")
@click.argument("platform_id", metavar="PLATFORM", type=int)
@click.option("--switch-off", is_flag=True, help="Disconnect it and keep its people, results and certificates.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def remove_platform(platform_id: int, switch_off: bool, yes: bool) -> None:
    """Delete an LMS that no one has used, or switch off one that someone has."""
    _ask_before_removing(platform_id, switch_off, yes)
    with transaction() as session:
        platform = _platform(session, platform_id)
        if switch_off:
            removing.switch_off(session, platform, command_actor(), utcnow())
        else:
            removing.delete_platform(session, platform, command_actor(), utcnow())
    if switch_off:
        click.echo("Switched off: no one can open the training from it, and no grades are sent to it.")
        click.echo(f"Its people, results and certificates are kept. To undo this: lti switch-on-platform {platform_id}")
    else:
        click.echo("Deleted. You can connect it again with an invitation or with lti add-platform.")


def _ask_before_removing(platform_id: int, switch_off: bool, yes: bool) -> None:
    """Refuse to delete an LMS with records, and ask first; nothing is locked while someone makes up their mind."""
    with database().reading() as session:
        platform = _platform(session, platform_id)
        records = removing.records_of(session, platform)
        named = f"platform {platform.id}, “{platform.name}” ({platform.issuer}, client id {platform.client_id})"
        if records and not switch_off:
            raise click.ClickException(
                f"{_number(records.people, 'person has', 'people have')} come from {named}, and "
                f"{_number(records.courses, 'course uses', 'courses use')} it, so it is not deleted. To disconnect it "
                f"and keep their records: lti remove-platform {platform.id} --switch-off"
            )
    if not yes:
        click.confirm(f"{'Switch off' if switch_off else 'Delete'} {named}?", abort=True)


def _number(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


@lti.command("switch-on-platform")
@click.argument("platform_id", metavar="PLATFORM", type=int)
def switch_on_platform(platform_id: int) -> None:
    """Connect an LMS that was switched off again. Grades that were waiting are sent."""
    with transaction() as session:
        platform = _platform(session, platform_id)
        was_off = removing.switch_on(session, platform, command_actor(), utcnow())
        state = "is connected again" if was_off else "was connected already; nothing has changed"
        click.echo(f"Platform {platform.id}, “{platform.name}”, {state}.")


def _platform(session: Session, platform_id: int) -> Platform:
    platform = session.get(Platform, platform_id) if platform_id <= LARGEST_ID else None
    if not platform:
        raise click.BadParameter(f"there is no platform {platform_id}; see lti platforms", param_hint="PLATFORM")
    return platform


def _addresses_of(platform: Platform) -> str:
    decided = "as decided" if platform.confirms_addresses is not None else "as is usual for its kind"
    is_confirmed = confirms_addresses(platform.family, platform.confirms_addresses)
    return f"{'confirmed there' if is_confirmed else 'people confirm theirs with a code'}, {decided}"


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
        "addresses": _addresses_of(platform),
    }
    if platform.switched_off_at:
        facts["switched off"] = (
            f"since {platform.switched_off_at:%d %B %Y}; lti switch-on-platform {platform.id} undoes it"
        )
    if trouble := trouble_with(platform):
        facts["trouble"] = f"{trouble}. Add it again correctly, and remove this one with lti remove-platform"
    return [f"{platform.id}  {platform.name}", *(f"   {name:12} {value}" for name, value in facts.items())]
