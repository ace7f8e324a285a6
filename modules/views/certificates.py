"""A person's own certificates: which they hold, and each as a page to print."""

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from db import reading, utcnow
from lti.permission import EVERYBODY_HERE, current_visit, permit
from modules.certificates import certificates_of, own_certificate
from modules.domain.check_code import in_groups
from modules.views.papers import certificate_page, check_address, to_keep, trouble_with
from policies.library import profile_of

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/certificates")
@permit(EVERYBODY_HERE)
def index() -> str:
    """Show the person's certificates with what each is worth now."""
    now = utcnow()
    return render_template(
        "certificates/index.html",
        certificates=certificates_of(reading(), current_visit().person_id),
        now=now,
        in_groups=in_groups,
        trouble_with=trouble_with,
        profile_of=profile_of,
        public_url=current_app.extensions["settings"].public_url,
        check_address=check_address,
    )


@blueprint.get("/certificates/<code>.pdf")
@permit(EVERYBODY_HERE)
def pdf(code: str) -> Response:
    """Give the person's own certificate as a PDF."""
    certificate, extensions = own_certificate(reading(), code, current_visit().person_id), current_app.extensions
    made = certificate_page(
        extensions["press"], certificate, profile_of(certificate.trust), extensions["settings"].public_url, utcnow()
    )
    return to_keep(made, "application/pdf", f"certificate-{in_groups(certificate.code)}.pdf")
