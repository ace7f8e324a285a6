"""Commands that say which modules there are and where they are used: ``flask modules …``."""

from collections.abc import Iterator
from datetime import datetime

import click
from flask.cli import AppGroup

from core.domain.suggestion import none_such
from db import database, require_tables
from modules.content.ship import held_back_from
from modules.content.shipped import lines_on
from modules.content.shipped import modules as in_files
from modules.content.versions import Listing, Version, list_modules

modules = AppGroup(
    "modules", help="Training modules: their versions, where each is used, and how each resists guessing."
)
TRUST = click.option("--trust", help="Show only one trust, such as invictus.")


@modules.command("list")
@TRUST
def list_published(trust: str | None) -> None:
    """List the modules with their latest version for each trust, and how many courses use each.

    A course is known to use a module once someone has opened it there, or added it from Fit to Post.
    """
    listing = _listing()
    _check(listing, trust)
    if not listing.versions:
        click.echo("Nothing is published yet. Publish the modules with: ./run flask prepare")
    for module in listing.modules:
        if lines := [_line(listing, module, each) for each in listing.trusts_of(module) if trust in (None, each)]:
            _print([_name(module), *lines])
    with database().reading() as session:
        held = held_back_from(session)
    for line in lines_on(held):
        click.echo(line, err=True)


@modules.command("show")
@click.argument("module")
@TRUST
def show(module: str, trust: str | None) -> None:
    """Show every version of MODULE, such as essentials, with its attempts, and each course that uses it."""
    listing = _listing()
    if module not in listing.modules:
        raise click.BadParameter(none_such("module", module, listing.modules), param_hint="MODULE")
    _check(listing, trust)
    click.echo(_name(module))
    for each in listing.trusts_of(module):
        if trust in (None, each):
            _print([f"  {each}", *_details(listing, module, each)])


def _print(lines: list[str]) -> None:
    # Titles come from LMSs, and modules that activities ask for are typed by trainers: none may steer a terminal.
    for line in lines:
        click.echo("".join(letter for letter in line if letter.isprintable()))


def _listing() -> Listing:
    require_tables()
    with database().reading() as session:
        return list_modules(session)


def _check(listing: Listing, trust: str | None) -> None:
    trusts = sorted({trust for module in listing.modules for trust in listing.trusts_of(module)})
    if trust is not None and trust not in trusts:
        raise click.BadParameter(none_such("trust", trust, trusts), param_hint="--trust")


def _name(module: str) -> str:
    title = in_files()[module].title if module in in_files() else "its file is missing or has a mistake"
    return f"{module}: {title}"


def _line(listing: Listing, module: str, trust: str) -> str:
    latest = next(iter(listing.versions_of(module, trust)), None)
    uses = listing.uses_of(module, trust)
    lmss = len({use.lms for use in uses})
    used = f"in {_count(len(uses), 'course')} of {_count(lmss, 'LMS', 'LMSs')}" if uses else "not opened in any course"
    if added := listing.added_to(module, trust):
        used += f", added to {_count(len(added), 'course')} where no one has opened it yet"
    return f"  {trust:12} {_published(latest) if latest else 'NOT PUBLISHED, but requested'}, {used}"


def _details(listing: Listing, module: str, trust: str) -> Iterator[str]:
    for version in listing.versions_of(module, trust):
        yield f"    {_published(version)}, {_count(version.attempts, 'attempt')}"
    uses = listing.uses_of(module, trust)
    yield "    used in:" if uses else "    not opened in any course"
    for use in uses:
        yield f"      {use.course} ({use.lms}): {_count(use.activities, 'activity', 'activities')}"
    if added := listing.added_to(module, trust):
        yield "    added, and not opened yet:"
    for each in added:
        yield f"      {each.course} ({each.lms}): on {_on_day(each.chosen_at)}"


def _published(version: Version) -> str:
    return f"version {version.number} of {_on_day(version.published_at)}"


def _on_day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _count(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or f'{one}s'}"
