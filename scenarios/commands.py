"""Commands for authors of scenarios: they are among those on policies, as ``flask policies add-scenario …``."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from core.command_errors import reports_broken_files
from core.old_commands import old_group
from scenarios.check import check_files, check_library, counted, guesses_in, library_files, shown
from scenarios.contrast_check import holds_contrast_sets, notes_on_contrast_sets
from scenarios.schemas import FOLDER, SCHEMAS, schema
from scenarios.shipped import DATA
from scenarios.starting_file import NotStarted, start


@click.command("check-scenarios")
@with_appcontext
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@reports_broken_files
def check_scenarios(files: tuple[Path, ...]) -> None:
    """Check the scenarios and contrast sets in FILES, or the whole library, and say by file and line what is wrong.

    For each scenario named, a table says how much someone gets in each scene who knows no policy.
    """
    problems = check_files(files) if files else check_library()
    notes = [note for file in files if holds_contrast_sets(file) for note in notes_on_contrast_sets(file)]
    for line in (*problems, *notes):
        click.echo(line)
    if problems:
        raise SystemExit(1)
    click.echo(f"{counted(files or library_files())}, no problems")
    for line in (line for file in files if not holds_contrast_sets(file) for line in guesses_in(file)):
        click.echo(line)


@click.command("write-scenario-schema")
@with_appcontext
def write_scenario_schema() -> None:
    """Write the schemas of scenario files and contrast sets anew, for editors and other programs."""
    for name in SCHEMAS:
        (FOLDER / name).write_text(schema(name), encoding="utf-8")
        click.echo(f"{shown(FOLDER / name)} is written.")


@click.command("add-scenario")
@with_appcontext
@click.argument("key")
def add_scenario(key: str) -> None:
    """Write a commented starting file for the scenario KEY, such as staff-room-selfie."""
    try:
        path = shown(start(key, DATA))
    except NotStarted as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{path} is written. Replace every TO WRITE, then: ./run flask policies check-scenarios {path}")


COMMANDS = (add_scenario, check_scenarios, write_scenario_schema)
OLD_COMMANDS = old_group("scenarios", {"new": add_scenario, "check": check_scenarios, "schema": write_scenario_schema})
