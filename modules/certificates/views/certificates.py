"""A person's own certificates: which they hold, and each as a page to print."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from config import Settings
from core.services import service
from db import reading, utcnow
from lti.visits.permission import EVERYBODY_HERE, current_visit, permit
from modules.certificates.certificates import certificates_of, own_certificate
from modules.certificates.typesetting import Press
from modules.certificates.views.papers import (
    certificate_page,
    check_address,
    tested_in_words,
    to_keep,
    trouble_with,
)
from modules.domain.check_code import in_groups
from policies.profiles import profile_of, profiles_of

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/certificates")
@permit(EVERYBODY_HERE)
def index() -> str:
    """Show the person's certificates with what each is worth now."""
    now, theirs = utcnow(), certificates_of(reading(), current_visit().person_id)
    return render_template(
        "certificates/index.html",
        certificates=theirs,
        profiles=profiles_of(reading(), {certificate.trust for certificate in theirs}),
        now=now,
        in_groups=in_groups,
        trouble_with=trouble_with,
        tested_in_words=tested_in_words,
        public_url=service(Settings).public_url,
        check_address=check_address,
    )


@blueprint.get("/certificates/<code>.pdf")
@permit(EVERYBODY_HERE)
def pdf(code: str) -> Response:
    """Give the person's own certificate as a PDF."""
    certificate = own_certificate(reading(), code, current_visit().person_id)
    look, site = profile_of(reading(), certificate.trust), service(Settings).public_url
    made = certificate_page(service(Press), certificate, look, site, utcnow())
    return to_keep(made, "application/pdf", f"certificate-{in_groups(certificate.code)}.pdf")
