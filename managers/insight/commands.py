"""The command that works insight out at once: ``flask modules rebuild-insight``."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from core.command_errors import check_trust
from db import database, require_tables, utcnow
from managers.insight.page import counting_modules
from managers.insight.work_out import work_out_figures
from modules.models import ModuleVersion


@click.command("rebuild-insight")
@click.option("--trust", help="Only those of one trust, such as invictus.")
@click.option("--module", help="Only those of one module, such as essentials.")
@with_appcontext
def rebuild_insight(trust: str | None, module: str | None) -> None:
    """Work out again what staff know about their policy, as the insight page shows it.

    This happens by itself every night, and when someone asks for it on the page.
    """
    require_tables()
    if trust:
        check_trust(trust)
    named = [each for each in _published(trust) if module in (None, each[1])]
    if not named:
        raise click.ClickException("There is no such module that counts. See: flask modules list")
    for each in named:
        slices = work_out_figures(database(), each, utcnow())
        click.echo(f"{each[1]}, for {each[0]}: {slices} selections of school and term worked out")


def _published(trust: str | None) -> list[tuple[str, str]]:
    """Return the trusts with their modules that are not for practice."""
    with database().reading() as session:
        trusts = [trust] if trust else session.scalars(select(ModuleVersion.trust).distinct()).all()
        return [(each, module) for each in sorted(trusts) for module in counting_modules(session, each)]
