"""Commands on certificates: they are among those on people, as ``flask people revoke-certificate …``."""

import getpass

import click
from flask.cli import with_appcontext

from core.audit.commands import command_actor
from core.old_commands import old_group
from db import database, require_tables, transaction, utcnow
from modules.certificates.certificates import find_certificate, issue_what_lacks, revoke_certificate
from modules.domain.check_code import in_groups
from modules.errors import NoSuchCertificate
from modules.models import Certificate

UNKNOWN = "There is no certificate with this code."
LONGEST_REASON = 500


@click.command("show-certificate")
@with_appcontext
@click.argument("code")
def show_certificate(code: str) -> None:
    """Show what a certificate says, and why it was revoked."""
    with database().reading() as session:
        certificate = find_certificate(session, code)
        if not certificate:
            raise click.ClickException(UNKNOWN)
        for name, value in _lines_of(certificate):
            click.echo(f"{name:14} {value}")


@click.command("issue-certificates")
@with_appcontext
def issue_certificates() -> None:
    """Issue certificates for passes that have none, such as those from before there were certificates."""
    with transaction() as session:
        issued = issue_what_lacks(session, utcnow())
    click.echo(f"{issued} certificate{'s' if issued != 1 else ''} issued.")


@click.command("revoke-certificate")
@with_appcontext
@click.argument("code")
@click.option("--reason", required=True, help="Why; the holder is shown it, those who check are not.")
@click.option("--by", default=getpass.getuser, show_default="your name on this machine", help="Who decided it.")
def revoke_one(code: str, reason: str, by: str) -> None:
    """Revoke a certificate: anyone who checks it is told so from now on. This cannot be undone."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise click.BadParameter(f"give a reason of up to {LONGEST_REASON} letters", param_hint="--reason")
    try:
        with transaction() as session:
            certificate = revoke_certificate(session, code, reason.strip(), by[:200], command_actor(), utcnow())
    except NoSuchCertificate as error:
        raise click.ClickException(UNKNOWN) from error
    click.echo(f"Certificate {in_groups(certificate.code)} is revoked: {certificate.revoked_because}")


COMMANDS = (show_certificate, issue_certificates, revoke_one)
OLD_COMMANDS = old_group(
    "certificates", {"show": show_certificate, "issue": issue_certificates, "revoke": revoke_one}, require_tables
)


def _lines_of(certificate: Certificate) -> list[tuple[str, object]]:
    lines = [
        ("Code", in_groups(certificate.code)),
        ("Number", certificate.number),
        ("State", certificate.state_at(utcnow()).value),
        ("Holder", certificate.holder_name or "not shared by the LMS"),
        ("Trust", certificate.trust_name),
        ("Module", f"{certificate.module_title} (version {certificate.module_version})"),
        ("Policy", f"{certificate.policy_title} (version {certificate.policy_version})"),
        ("Valid from", certificate.valid_from),
        ("Valid until", certificate.valid_until or "does not expire"),
    ]
    if certificate.revoked_at:
        lines += [("Revoked", f"{certificate.revoked_at:%Y-%m-%d %H:%M} UTC by {certificate.revoked_by}")]
        lines += [("Reason", certificate.revoked_because)]
    return lines
