"""Headers of every answer: which sites may frame us, and what a page of ours may load."""

import secrets
import time
from collections.abc import Iterable
from contextlib import suppress

from flask import Response, g
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from core.domain.tolerant import origin_of, web_address
from core.services import service
from db import Database
from lti.domain.known_platforms import sites_that_show_us
from lti.models import Platform

# Registrations rarely change, and a page for people of a new one is not shown before that one is known.
SECONDS_KEPT = 30


class Framers:
    """The origins of all registered platforms, which alone may show us in a frame; one serves a whole process."""

    def __init__(self, database: Database) -> None:
        """Read them from this database."""
        self._database = database
        self._known: frozenset[int] = frozenset()
        self._origins, self._until = "", 0.0

    def origins(self, platform_id: int | None = None) -> str:
        """Return the origins as the header wants them, for people of this platform, if that is known."""
        is_new = platform_id is not None and platform_id not in self._known
        if is_new or time.monotonic() >= self._until:
            self._read()
            self._until = time.monotonic() + SECONDS_KEPT
        return self._origins

    def _read(self) -> None:
        # The answer that says that the database is gone must not fail for want of a header.
        with suppress(SQLAlchemyError), self._database.reading() as session:
            rows = session.execute(
                select(Platform.id, Platform.issuer, Platform.auth_login_url, Platform.framed_by)
            ).all()
            self._origins = " ".join(sorted(sites_of(url for _, *urls in rows for url in urls)))
            self._known = frozenset(row.id for row in rows)

    def forget(self) -> None:
        """Read them anew when they are asked for again: one has just been added."""
        self._until = 0.0


def sites_of(addresses: Iterable[str | None]) -> set[str]:
    """Return the sites from which LMSs at these addresses show us; what is no address has none."""
    whole = [address for address in map(web_address, addresses) if address]
    return {origin_of(address) for address in whole} | {site for each in whole for site in sites_that_show_us(each)}


def show_to(platform_id: int) -> None:
    """Let the LMS show the page of this answer: it may have been connected a moment ago, by another process."""
    g.shown_to = platform_id


def let_frame(*addresses: str) -> None:
    """Let the LMS at these addresses show the page of this answer, though we do not know it yet."""
    g.newcomers = sorted(sites_of(addresses))


def let_forms_go_to(address: str) -> None:
    """Let forms of this answer's page be sent to the site of one address beside our own."""
    g.form_target = origin_of(address)


def keep_out_of_frames() -> None:
    """Let no one show this page in a frame, not even an LMS: people must see all of what it asks before they answer."""
    g.framers = "'none'"


def csp_nonce() -> str:
    """Return what marks the scripts and styles of this page as ours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def set_headers(response: Response) -> Response:
    """Let only registered platforms frame us, and let pages load only our own files."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Content-Security-Policy"] = _content_policy()
    if response.mimetype == "text/html":
        # Pages are about one person; only style sheets and scripts are for everybody.
        response.headers["Cache-Control"] = "no-store"
    return response


def _content_policy() -> str:
    nonce = f"'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    visit = g.get("visit")
    known = service(Framers).origins(visit.platform_id if visit else g.get("shown_to")).split()
    framers = g.get("framers") or " ".join(dict.fromkeys(["'self'", *known, *g.get("newcomers", [])]))
    return (
        f"default-src 'none'; script-src 'self' {nonce}; style-src 'self' {nonce}; img-src 'self'; connect-src 'self'; "
        f"form-action 'self' {g.get('form_target', '')}; base-uri 'none'; frame-ancestors {framers}"
    )
