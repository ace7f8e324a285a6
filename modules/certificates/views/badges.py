"""Badges over HTTP: the holder's own, signed; and what programs need to check one, open to all the world."""

import io
from functools import lru_cache

from flask import Blueprint, abort, jsonify, send_file
from werkzeug.wrappers import Response

from config import Settings
from core.services import service
from core.trusts import find_trust
from db import reading
from lti.visits.permission import EVERYBODY_HERE, anyone, current_visit, permit
from modules.certificates.badge_keys import signing_badge_key
from modules.certificates.badges import badge_of, public_badge_key, revocations_of, signed_badge
from modules.certificates.bake import bake_png, bake_svg
from modules.certificates.typesetting import Press
from modules.certificates.views.limit import limited
from modules.certificates.views.papers import badge_picture, to_keep
from modules.domain.check_code import in_groups
from modules.domain.credential import Addresses, profile
from modules.models import BadgeKey, Certificate
from policies.domain.profile import Profile
from policies.profiles import profile_of

blueprint = Blueprint("badges", __name__)


@blueprint.get("/certificates/<code>/badge.jwt")
@permit(EVERYBODY_HERE)
def token(code: str) -> Response:
    """Give the person's own badge as it is signed, for a wallet or a program."""
    certificate, signed = _own_badge(code)
    return to_keep(signed.encode(), "text/plain", _name(certificate, "jwt"))


@blueprint.get("/certificates/<code>/badge.png")
@permit(EVERYBODY_HERE)
def png(code: str) -> Response:
    """Give the person's own badge as a picture with the signed badge in it."""
    certificate, signed = _own_badge(code)
    return to_keep(bake_png(_picture(certificate, "png"), signed), "image/png", _name(certificate, "png"))


@blueprint.get("/certificates/<code>/badge.svg")
@permit(EVERYBODY_HERE)
def svg(code: str) -> Response:
    """Give the person's own badge as a drawing with the signed badge in it."""
    certificate, signed = _own_badge(code)
    return to_keep(bake_svg(_picture(certificate, "svg"), signed), "image/svg+xml", _name(certificate, "svg"))


def _own_badge(code: str) -> tuple[Certificate, str]:
    certificate = badge_of(reading(), code, current_visit().person_id)
    return certificate, signed_badge(certificate, _signing_key(), _addresses(), _settings())


def _signing_key() -> BadgeKey:
    return signing_badge_key(reading())


def _picture(certificate: Certificate, kind: str) -> bytes:
    look = profile_of(reading(), certificate.trust)
    press = service(Press)
    return badge_picture(press, look, certificate.trust_name, certificate.module_title, kind)


def _name(certificate: Certificate, suffix: str) -> str:
    return f"badge-{in_groups(certificate.code)}.{suffix}"


def _addresses() -> Addresses:
    return Addresses(_settings().public_url)


def _settings() -> Settings:
    return service(Settings)


@blueprint.get("/issuers/<trust>.json")
@anyone
def issuer(trust: str) -> Response:
    """Say who a trust is, as the issuer of badges."""
    return _for_programs(jsonify(profile(trust, _name_of(trust), _addresses())))


@blueprint.get("/issuers/<trust>.png")
@anyone
def emblem(trust: str) -> Response:
    """Show the picture that a trust's badges share."""
    drawn = _emblem(service(Press), profile_of(reading(), trust), _name_of(trust))
    return _for_programs(send_file(io.BytesIO(drawn), "image/png", max_age=86_400))


def _name_of(trust: str) -> str:
    found = find_trust(reading(), trust)
    return found.name if found else abort(404)


@lru_cache(maxsize=64)
def _emblem(press: Press, look: Profile, name: str) -> bytes:
    """Draw a trust's picture once a process, since anybody can ask for it."""
    return badge_picture(press, look, name, "", "png")


@blueprint.get("/badge-keys/<kid>.json")
@anyone
def key(kid: str) -> Response:
    """Give the public key with which a badge was signed."""
    return _for_programs(jsonify(public_badge_key(reading(), kid, _settings()) or abort(404)))


@blueprint.get("/verify/<code>/revocations.json")
@anyone
@limited
def revocations(code: str) -> Response:
    """Say whether a badge was revoked, in the way of 1EdTech's revocation lists."""
    return _for_programs(jsonify(revocations_of(reading(), code, _addresses()) or abort(404)))


def _for_programs(answer: Response) -> Response:
    """Let programs in other sites' pages read an answer, and keep it out of search engines."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
