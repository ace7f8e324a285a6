"""What a certificate and a badge look like: the words and pictures that go into their templates."""

import io
from datetime import datetime
from urllib.parse import urlsplit

import segno
from flask import send_file
from werkzeug.wrappers import Response

from config import ROOT
from core.filters import on_day, per_cent
from modules.certificates.check import Check
from modules.certificates.typesetting import Press
from modules.domain.certificate import CertificateState
from modules.domain.check_code import in_groups
from modules.models import Certificate
from policies.domain.profile import Profile

PAGE = ROOT / "templates" / "certificates" / "pdf.typ"
PICTURE = ROOT / "templates" / "badges" / "picture.typ"
MARK = ROOT / "static" / "mark.svg"
UNNAMED = "A member of staff whose name the course does not share"


def certificate_page(press: Press, certificate: Certificate, profile: Profile, public_url: str, now: datetime) -> bytes:
    """Return a certificate as an accessible PDF of one page, with its state at this time."""
    address = check_address(public_url, certificate.code)
    words = {
        "title": f"Certificate: {certificate.module_title}",
        "description": f"Certificate of {certificate.trust_name}, check code {in_groups(certificate.code)}",
        "accent": profile.accent,
        "dark": profile.dark,
        "trust_name": certificate.trust_name,
        "holder": certificate.holder_name or UNNAMED,
        "named": bool(certificate.holder_name),
        "module_title": certificate.module_title,
        "about": f"Version {certificate.module_version} of the training, "
        f"on the trust’s {certificate.policy_title} (version {certificate.policy_version})",
        "tested": tested_in_words(certificate),
        "facts": _facts(certificate, profile),
        "trouble": trouble_with(certificate, now),
        "printed": f"Printed on {on_day(now)}. You can check that it is still valid at the address on the left.",
        "address": address,
        "address_shown": f"{urlsplit(public_url).netloc}/verify",
        "code": in_groups(certificate.code),
    }
    pictures = {"mark": MARK.read_text(encoding="utf-8"), "square": _square(address)}
    return press.page(PAGE, words, pictures, now)


def check_address(public_url: str, code: str) -> str:
    """Return the address at which anybody can check a certificate."""
    return f"{public_url}/verify/{in_groups(code)}"


def tested_in_words(about: Certificate | Check) -> str:
    """Return what was tested, as a phrase; nothing for certificates from before it was kept."""
    return about.tested.words(f"the {about.policy_title}") if about.tested else ""


def trouble_with(certificate: Certificate, now: datetime) -> str:
    """Return why a certificate is not valid any longer, in a sentence; nothing where it is."""
    match certificate.state_at(now):
        case CertificateState.REVOKED if certificate.revoked_at:
            return f"This certificate was revoked on {on_day(certificate.revoked_at)} and is not valid."
        case CertificateState.SUPERSEDED if certificate.superseded_at:
            return f"A newer certificate has replaced this one on {on_day(certificate.superseded_at)}."
        case CertificateState.EXPIRED if certificate.valid_until:
            return f"This certificate was valid until {on_day(certificate.valid_until)} and has expired."
    return ""


def _facts(certificate: Certificate, profile: Profile) -> list[tuple[str, str]]:
    until = on_day(certificate.valid_until) if certificate.valid_until else "Does not expire"
    facts = [("Valid from", on_day(certificate.valid_from)), ("Valid until", until)]
    if profile.certificate_shows_score:
        facts.append(("Result", per_cent(certificate.score)))
    return [*facts, ("Certificate number", str(certificate.number))]


def _square(address: str) -> str:
    """Return a QR code as a picture; a quarter of it can be damaged."""
    drawn = io.BytesIO()
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, nl=False)
    return drawn.getvalue().decode()


def badge_picture(press: Press, profile: Profile, trust_name: str, title: str, kind: str) -> bytes:
    """Return the picture of a badge, as ``png`` or ``svg``; without a title it is the trust's in general."""
    words = {"accent": profile.accent, "dark": profile.dark, "trust_name": trust_name, "title": title}
    return press.picture(PICTURE, words, {"mark": MARK.read_text(encoding="utf-8")}, kind)


def to_keep(made: bytes, kind: str, name: str) -> Response:
    """Give a person's own file as a download: in the LMS's frame it cannot be opened in place."""
    answer = send_file(io.BytesIO(made), kind, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
