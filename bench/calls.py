"""Counting the calls of Python functions inside an application of this process: a figure that no neighbour disturbs."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask


@contextmanager
def calls_of(app: Flask) -> Iterator[list[int]]:
    """Give a list that gains, for each request until the block ends, how many functions it called."""
    application, counts = app.wsgi_app, list[int]()

    def counted(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        counts.append(0)
        sys.setprofile(count)
        try:
            return list(application(environ, start_response))
        finally:
            sys.setprofile(None)

    def count(_frame: object, happening: str, _about: object) -> None:
        counts[-1] += happening == "call"

    app.wsgi_app = counted  # type: ignore[method-assign]  # Flask's own way to put something around an application
    try:
        yield counts
    finally:
        app.wsgi_app = application  # type: ignore[method-assign]
