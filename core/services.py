"""What an application holds once and its views and commands share: each thing is found by its class."""

from typing import TypeVar

from flask import Flask, current_app

EXTENSION = "services"
Kind = TypeVar("Kind")


class NotProvided(LookupError):
    """An application was asked for a service that no one provided to it."""


def provide(app: Flask, thing: object) -> None:
    """Give the application a service; it replaces an earlier one of the same class."""
    app.extensions.setdefault(EXTENSION, {})[type(thing)] = thing


def service(kind: type[Kind], app: Flask = current_app) -> Kind:
    """Return the service of this class: that of the current application, unless another one is named."""
    thing = app.extensions.get(EXTENSION, {}).get(kind)
    if not isinstance(thing, kind):
        raise NotProvided(f"{app.name} has no {kind.__name__}: provide(app, {kind.__name__}(…)) when it is made.")
    return thing
