"""Commands for the people who look after policies: ``flask policies …``."""

import json
import re
from pathlib import Path

import click
from flask.cli import AppGroup

from policies.domain.outline.parts import Outline
from policies.importing.apart import import_apart
from policies.importing.draft import draft_of
from policies.importing.errors import UnreadableDocument
from policies.shipped import DATA, facts_if_right
from policies.shipped import policies as shipped

KEY = re.compile(r"[a-z][a-z0-9-]{0,49}")

policies = AppGroup("policies", help="Policies and scenarios: read in, written, checked and compared.")


@policies.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--trust", required=True, help="Key of the trust whose policy it is, such as invictus.")
@click.option("--json", "as_json", is_flag=True, help="Print the clauses as a list of {ref, heading, text}.")
@click.option("--dry-run", is_flag=True, help="Print what was found and what is unsure; write nothing.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the draft to this new file.")
def import_policy(file: Path, trust: str, as_json: bool, dry_run: bool, output: Path | None) -> None:
    """Read a trust's policy document and draft its data, for review: shipped policies are never touched."""
    name = _name_of(trust)
    _check_output(output)
    try:
        outline = import_apart(file)
    except UnreadableDocument as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(_json_of(outline))
    elif dry_run:
        click.echo(_summary_of(outline, file))
    else:
        _write(draft_of(outline, trust, name, file.name, facts_if_right().values()), output)
    if not dry_run or as_json:
        _tell_unsure(outline)


def _name_of(trust: str) -> str:
    """Return the trust's name; a trust that is new here gets a place for it, if its key can name a file."""
    if trust in shipped():
        return shipped()[trust].trust
    if not KEY.fullmatch(trust):
        keys = ", ".join(sorted(shipped()))
        says = f"a key has small letters, digits and hyphens only. Use one of {keys}, or such a key for a new trust."
        raise click.ClickException(f"--trust {trust}: {says}")
    return "TO WRITE (the name of the trust)"


def _check_output(output: Path | None) -> None:
    """Refuse to write where something stands, or where the tool would read the draft as a policy in force."""
    if output is None:
        return
    if output.resolve().is_relative_to(DATA.resolve()):
        raise click.ClickException(f"{output}: drafts do not belong among the shipped policies. Choose another folder.")
    if output.exists():
        raise click.ClickException(f"{output}: this file exists. Choose another name, or remove it first.")
    if not output.parent.is_dir():
        raise click.ClickException(f"{output}: there is no folder {output.parent}. Make it, or choose another.")


def _json_of(outline: Outline) -> str:
    clauses = [{"ref": part.ref, "heading": " > ".join(part.heading), "text": part.text} for part in outline.parts]
    return json.dumps(clauses, ensure_ascii=False, indent=1)


def _summary_of(outline: Outline, file: Path) -> str:
    found = [
        f"{file.name}: {len(outline.parts)} clauses, {len(outline.headings)} headings, {len(outline.unsure)} unsure"
    ]
    found += ["Headings:", *(f"  {heading}" for heading in outline.headings)]
    found += ["Clauses:", *(f"  {part.ref}" for part in outline.parts)]
    return "\n".join([*found, *["Unsure:"] * bool(outline.unsure), *_unsure(outline)])


def _unsure(outline: Outline) -> list[str]:
    return [f"  line {one.line}: {one.says}" for one in outline.unsure]


def _tell_unsure(outline: Outline) -> None:
    if outline.unsure:
        click.echo("\n".join(["Unsure, please check:", *_unsure(outline)]), err=True)


def _write(draft: str, output: Path | None) -> None:
    if output is None:
        click.echo(draft, nl=False)
        return
    with output.open("x", encoding="utf-8") as file:
        file.write(draft)
    click.echo(f"The draft is in {output}.")
