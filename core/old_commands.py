"""Commands that have a new name: the old one still works, so that administrators' scripts do not break."""

from collections.abc import Callable, Mapping
from copy import copy

import click
from flask.cli import AppGroup


def keep_old_name(group: click.Group, old: str, command: click.Command) -> None:
    """Let a command be called by its old name in a group as well; no help text shows that name."""
    alias = copy(command)
    alias.name, alias.hidden = old, True
    group.add_command(alias)


def old_group(name: str, commands: Mapping[str, click.Command], callback: Callable[[], None] | None = None) -> AppGroup:
    """Return a group that is gone from the help texts, with its commands by their old names."""
    group = AppGroup(name, hidden=True, callback=callback, help=f"What “{name}” was before; see the other groups.")
    for old, command in commands.items():
        keep_old_name(group, old, command)
    return group
