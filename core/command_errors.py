"""How commands report mistakes, in data files and in what was typed: in words, never with a traceback."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec

import click

from core.data_files import BrokenFile
from core.domain.suggestion import none_such
from core.trusts import names_of_trusts
from db import database

P = ParamSpec("P")


def reports_broken_files(command: Callable[P, None]) -> Callable[P, None]:
    """End a command that needs a file with a mistake, and report the mistake with its file and line."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BrokenFile as error:
            raise click.ClickException(f"A file has a mistake:\n{error}") from error

    return told


def report_mistakes(mistakes: Iterable[str], consequence: str) -> None:
    """Print any mistakes, after what they lead to."""
    if lines := list(mistakes):
        click.echo("\n".join([consequence, *(f"  {line}" for line in lines)]), err=True)


def check_trust(trust: str) -> None:
    """Say which trusts there are if this is not one."""
    with database().reading() as session:
        trusts = names_of_trusts(session)
    if trust not in trusts:
        raise click.BadParameter(none_such("trust", trust, trusts), param_hint="--trust")
