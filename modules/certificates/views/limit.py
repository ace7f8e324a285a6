"""The limit on checks of certificates, declared on the routes that it is for."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from config import Settings
from core.services import service
from db import in_transaction, reading, utcnow
from modules.certificates.check_limit import client_of, count_check, seconds_to_wait
from modules.site.way_on import way_on

Taken = ParamSpec("Taken")
WORDS = {
    "heading": "Too many checks at once",
    "happened": "From where you are, more certificates were checked in this minute than we take.",
    "next_step": "Wait a minute, then open the address again. A program with a long list to check should go slower.",
}


def limited(view: Callable[Taken, ResponseReturnValue]) -> Callable[Taken, ResponseReturnValue]:
    """Count each request to a route, and ask anyone who sends too many to wait."""

    @wraps(view)
    def counted(*args: Taken.args, **kwargs: Taken.kwargs) -> ResponseReturnValue:
        now, client = utcnow(), client_of(request.remote_addr, str(current_app.secret_key))
        limit = service(Settings).checks_per_minute
        if seconds := seconds_to_wait(reading(), client, limit, now):
            return _wait(seconds)
        in_transaction(lambda session: count_check(session, client, now))
        return view(*args, **kwargs)

    return counted


def _wait(seconds: int) -> tuple[str | Response, int, dict[str, str]]:
    if request.path.endswith(".json"):
        answer: str | Response = jsonify(error="too-many-checks", retry_after_seconds=seconds)
    else:
        answer = render_template("error.html", **WORDS, way_on=way_on(status=429))
    return answer, 429, {"Retry-After": str(seconds)}
