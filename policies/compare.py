"""The command that prints what the policies make of each act, side by side: ``flask policies compare``."""

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

import click

from core.command_errors import report_mistakes, reports_broken_files
from core.domain.suggestion import none_such
from policies.domain.comparison import ActComparison, Family, compare_acts, families_of
from policies.domain.policy import Policy, Position, Stance
from policies.shipped import acts, policies, policy_shelf

WORDS = {
    Stance.PROHIBITED_CRITICAL: "PROHIBITED, critical",
    Stance.PROHIBITED: "prohibited",
    Stance.ADVISED_AGAINST: "advised against",
    Stance.SILENT: "–",
}
ACT_WIDTH = 34
NARROWEST = 14


@click.command("compare")
@click.option("--family", "only", help="Show one family of acts, such as contact.")
@reports_broken_files
def compare(only: str | None) -> None:
    """Print every act, by key and sentence, with each policy's stance and the clauses for it; a dash is silence."""
    report_mistakes(policy_shelf().mistakes, "These policies have mistakes and are left out:")
    families, side_by_side = families_of(acts().values()), list(policies().values())
    if only and only not in families:
        raise click.BadParameter(none_such("family", only, families), param_hint="--family")
    columns = shutil.get_terminal_size((120, 24)).columns
    for family in compare_acts(acts().values(), side_by_side, only):
        click.echo("\n".join(lines_of(family, side_by_side, columns)))


def lines_of(family: Family, policies: Sequence[Policy], columns: int) -> Iterator[str]:
    """Give the table of a family line by line, fitted to so many columns as far as that can be read."""
    width = max(NARROWEST, (columns - ACT_WIDTH) // len(policies))
    yield family.name.upper()
    yield from _cells(["", *[policy.key for policy in policies]], width)
    for row in family.rows:
        yield from _cells(_words_of(row), width)
        yield ""


def _words_of(row: ActComparison) -> list[str]:
    return [f"{row.act.key}\n{row.act.says}", *[_words_for(position) for position in row.positions]]


def _words_for(position: Position) -> str:
    return f"{WORDS.get(position.stance, position.stance.value)}\n{', '.join(position.clauses)}"


def _cells(cells: list[str], width: int) -> Iterator[str]:
    """Set cells beside each other, broken into lines that fit their columns."""
    widths = [ACT_WIDTH, *[width] * (len(cells) - 1)]
    broken = [_broken(cell, room - 2) for cell, room in zip(cells, widths, strict=True)]
    for parts in zip_longest(*broken, fillvalue=""):
        yield "".join(part.ljust(room) for part, room in zip(parts, widths, strict=True)).rstrip()


def _broken(cell: str, room: int) -> list[str]:
    return [line for part in cell.splitlines() for line in textwrap.wrap(part, room)]
