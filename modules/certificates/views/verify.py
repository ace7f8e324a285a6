"""Checking a certificate by its code: open to all the world, and no page for search engines."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from db import reading, utcnow
from lti.visits.permission import anyone
from modules.certificates.check import Check, check_certificate
from modules.certificates.views.limit import limited
from modules.certificates.views.papers import tested_in_words
from modules.domain.check_code import code_in, in_groups

blueprint = Blueprint("verify", __name__)
LONGEST_SHOWN = 100


@blueprint.after_request
def keep_out_of_sight(response: Response) -> Response:
    """Keep answers out of search engines and caches: they hold for this moment."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "application/json":
        # Programs in other sites' pages may ask: there is nothing here that a cookie would open.
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/verify")
@anyone
def ask() -> str | tuple[str, int] | Response:
    """Ask for a code, and lead to its certificate; what cannot be a code is asked for again."""
    typed = request.args.get("code")
    if typed is not None and (code := code_in(typed)):
        return redirect(url_for("verify.check", code=in_groups(code)))
    page = render_template("verify/ask.html", typed=(typed or "")[:LONGEST_SHOWN], wrong=typed is not None)
    return page if typed is None else (page, 422)


@blueprint.get("/verify/<code>")
@anyone
@limited
def check(code: str) -> tuple[str, int] | Response:
    """Say what a certificate is worth now; one address stands for each code, however it is written."""
    understood = code_in(code)
    if understood and in_groups(understood) != code:
        return redirect(url_for("verify.check", code=in_groups(understood)))
    now = utcnow()
    found = check_certificate(reading(), code, now)
    # The page always looks like the pages of the trust that issued the certificate.
    look = {"look": found.look} if found else {}
    page = render_template(
        "verify/check.html", found=found, typed=code[:LONGEST_SHOWN], now=now, tested_in_words=tested_in_words, **look
    )
    return page, 200 if found else 404


@blueprint.get("/verify/<code>.json")
@anyone
@limited
def check_by_program(code: str) -> tuple[Response, int]:
    """Say the same to programs; docs/certificates.md lists the fields, which stay as they are."""
    now = utcnow()
    found = check_certificate(reading(), code, now)
    if not found:
        return jsonify(state="unknown", checked_at=_moment(now)), 404
    return jsonify(checked_at=_moment(now), **_fields(found)), 200


def _fields(found: Check) -> dict[str, Any]:
    return {
        "code": found.code,
        "number": found.number,
        "state": found.state.value,
        "changed_at": _moment(found.changed_at) if found.changed_at else None,
        "holder": found.holder,
        "holder_shown_as": found.shown_as.value,
        "trust": {"key": found.trust, "name": found.trust_name},
        "module": {"key": found.module, "title": found.module_title, "version": found.module_version},
        "policy": {"title": found.policy_title, "version": found.policy_version},
        "tested": asdict(found.tested) if found.tested else None,
        "issued_at": _moment(found.issued_at),
        "valid_from": found.valid_from.isoformat(),
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
    }


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
