"""Headers of every answer: which sites may frame us, and what a page of ours may load."""

import secrets
import time
from urllib.parse import urlsplit

from flask import Response, current_app, g
from sqlalchemy import select

from db import Database
from lti.models import Platform

# Registrations change seldom; a new one is let in within this time.
SECONDS_KEPT = 30


def csp_nonce() -> str:
    """Return what marks the scripts and styles of this page as ours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def set_headers(response: Response) -> Response:
    """Let registered platforms frame us and nobody else, and pages load what is ours and nothing else."""
    framers = _framers(current_app.extensions["database"])
    nonce = f"'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {nonce}; style-src 'self' {nonce}; img-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors 'self' {framers}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if response.mimetype == "text/html":
        # Pages are about one person; only style sheets and scripts are for everybody.
        response.headers["Cache-Control"] = "no-store"
    return response


def _framers(database: Database) -> str:
    """Return the origins of all registered platforms, as the header wants them."""
    kept, until = getattr(database, "framers", ("", 0.0))
    if time.monotonic() < until:
        return kept
    with database.reading() as session:
        urls = [url for row in session.execute(select(Platform.issuer, Platform.auth_login_url)) for url in row]
    found = " ".join(sorted({f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in urls}))
    database.framers = (found, time.monotonic() + SECONDS_KEPT)  # type: ignore[attr-defined]
    return found
