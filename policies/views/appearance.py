"""A trust's colours and logo, for the pages of its visits and of its certificates; both are public."""

from flask import Blueprint, Response, abort

from lti.visits.permission import anyone
from policies.appearance import style_sheet
from policies.library import logo_of, profiles

blueprint = Blueprint("appearance", __name__)
A_YEAR = 31_536_000


@blueprint.get("/trusts/<trust>/colours.css")
@anyone
def colours(trust: str) -> Response:
    """Give a trust's colours as a style sheet."""
    profile = profiles().get(trust)
    return _kept(style_sheet(profile), "text/css") if profile else abort(404)


@blueprint.get("/trusts/<trust>/logo")
@anyone
def logo(trust: str) -> Response:
    """Give a trust's logo."""
    picture = logo_of(trust)
    return _kept(picture.content, picture.mimetype) if picture else abort(404)


def _kept(content: str | bytes, mimetype: str) -> Response:
    """Let browsers cache an answer: its address changes when it does."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return answer
