"""How commands report mistakes in data files: in words on the error stream, never with a traceback."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec

import click

from core.data_files import BrokenFile

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
