"""A trust's colours and logo, for the pages of its visits and of its certificates; both are public."""

from flask import Blueprint, Response, abort

from core.trusts import find_trust
from db import reading
from lti.visits.permission import anyone
from policies.appearance import style_sheet
from policies.profiles import logo_of, profile_in

blueprint = Blueprint("appearance", __name__)
A_YEAR = 31_536_000


@blueprint.get("/trusts/<trust>/colours.css")
@anyone
def colours(trust: str) -> Response:
    """Give a trust's colours as a style sheet."""
    found = find_trust(reading(), trust)
    profile = profile_in(found.profile) if found else None
    return _kept(style_sheet(profile), "text/css") if profile else abort(404)


@blueprint.get("/trusts/<trust>/logo")
@anyone
def logo(trust: str) -> Response:
    """Give a trust's logo."""
    picture = logo_of(reading(), trust)
    return _kept(picture.content, picture.media_type) if picture else abort(404)


def _kept(content: str | bytes, mimetype: str) -> Response:
    """Let browsers cache an answer: its address changes when it does."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return answer
