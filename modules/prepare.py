"""The command that makes a database ready to be served: ``flask prepare``."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click
from alembic.util import CommandError
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import db
from config import Settings
from core.preparation import alone, damage_of
from core.sealing import WrongSealingKey
from core.services import service
from lti.key_models import SigningKey
from lti.keys import keep_keys
from modules.certificates.badge_keys import keep_badge_key
from modules.content.publish import content_of
from modules.content.ship import held_back_from, ship_library
from modules.content.shipped import lines_on
from modules.models import BadgeKey, ModuleVersion


@click.command("prepare")
@click.option("--strict", is_flag=True, help="End with an error if a mistake in a file holds a module back.")
@with_appcontext
def prepare(strict: bool) -> None:
    """Bring the database up to date, make our signing keys and publish the modules. Say what was done.

    A mistake in a policy, scenario or module file holds back only the modules that need it: their last published
    version stays in use. The exit code is still 0, so that the tool starts; with --strict it is 1.
    """
    settings = service(Settings)
    click.echo(f"Database: {shown(settings.database_url)}")
    if damage := damage_of(settings.database_url):
        raise click.ClickException(f"Fit to Post cannot start.\n{DAMAGED} It says: {damage}")
    try:
        with alone(settings.database_url):
            tables = _tables_brought_up(settings.database_url)
            # Once more where something is published on a page at the same moment.
            done = db.in_transaction(lambda session: _done(session, settings, db.utcnow()))
    except WrongSealingKey as error:
        raise click.ClickException(f"Fit to Post cannot start.\n{error}") from error
    except CommandError as error:
        raise click.ClickException(f"Fit to Post cannot start.\n{OTHER_VERSION} ({error})") from error
    except OSError as error:
        raise click.ClickException(f"Fit to Post cannot start.\n{CANNOT_BE_USED} It says: {error.strerror}") from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip()
        raise click.ClickException(f"Fit to Post cannot start.\n{CANNOT_BE_USED} It says: {reason}") from error
    # Only now is it kept; and whoever reads only the first lines of this does not end it half-way.
    click.echo("\n".join([tables, *done]))
    with db.database().reading() as session:
        held = held_back_from(session)
    for line in lines_on(held):
        click.echo(line, err=True)
    if strict and held.mistakes:
        raise SystemExit(1)


OTHER_VERSION = (
    "The database has tables from a different version of Fit to Post, perhaps a newer one. Use the version that "
    "last prepared it or a newer one, or restore the backup that you made before."
)
DAMAGED = (
    "The database is damaged, or the file is not a database. Check DATABASE_URL. If it names the right file, "
    "move that file away, together with the files next to it that end in -wal and -shm. Put a backup in its "
    "place and start again (docs/install.md, Backups)."
)
CANNOT_BE_USED = "The database cannot be used. Check DATABASE_URL, and that this user can write to the database."


def shown(url: str) -> str:
    """Return a database's address without its password, as an absolute path if it is a file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return f"sqlite:///{Path(parsed.database).absolute()}"
    secret = {name: "HIDDEN" for name in parsed.query if "pass" in name.lower()}
    return parsed.update_query_dict(secret).render_as_string(hide_password=True)


def _tables_brought_up(url: str) -> str:
    before, after = db.migrate(url)
    if before == after:
        return f"Tables: up to date (version {after})"
    return f"Tables: brought from version {before} to {after}" if before else f"Tables: made (version {after})"


def _done(session: Session, settings: Settings, now: datetime) -> list[str]:
    return [_keys_made(session, settings, now), *_published(session, now)]


def _keys_made(session: Session, settings: Settings, now: datetime) -> str:
    before = _count_keys(session)
    keep_keys(session, settings, now)
    keep_badge_key(session, settings, now)
    session.flush()
    made = _count_keys(session)
    made.subtract(before)
    words = [f"{number} {kind}" for kind, number in made.items() if number > 0]
    return f"Keys: made {' and '.join(words)}" if words else "Keys: no new keys needed"


def _count_keys(session: Session) -> Counter[str]:
    count = {"for launches and grades": SigningKey, "for badges": BadgeKey}
    return Counter({words: session.scalar(select(func.count()).select_from(table)) for words, table in count.items()})


def _published(session: Session, now: datetime) -> Iterator[str]:
    outcome = ship_library(session, now)
    yield f"Modules: {len(outcome.new)} published, {outcome.unchanged} unchanged"
    yield from _by_module(outcome.new)
    for version in outcome.new:
        if content_of(version).lacks_checks:
            yield f"  {version.module} for {version.trust} has too few rule checks: see ./run flask modules validity"
    for module, lacks in outcome.lacking.items():
        yield f"  {module} is left as it is: what is in force lacks {', '.join(lacks)}"


def _by_module(new: Sequence[ModuleVersion]) -> Iterator[str]:
    """Give a line for each new version of a module, with the trusts that have it."""
    trusts: dict[tuple[str, int], list[str]] = {}
    for version in new:
        trusts.setdefault((version.module, version.number), []).append(version.trust)
    for (module, number), those in sorted(trusts.items()):
        yield f"  {module}, version {number}: {', '.join(sorted(those))}"
