"""A trainer who chooses training in the dialog of the hand-made LMS, and a reader of what comes back of it."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from werkzeug.test import TestResponse

from lti.domain.message import CHOOSING
from tests.support.lms.browser import Browser
from tests.support.lms.double import INSTRUCTOR, Lms, lti
from tests.support.lms.signing import Changes, without_nones
from tests.support.visitor import Form

RETURN_URL = "https://lms.example/courses/11/return?section=2&sesskey=a%2Fb"
SETTINGS = {
    "deep_link_return_url": RETURN_URL,
    "accept_types": ["link", "ltiResourceLink"],
    "accept_presentation_document_targets": ["iframe", "window"],
    "accept_multiple": True,
}


def asks_for_content(settings: Changes | None = None, **changes: Any) -> dict[str, Any]:
    """What makes of a launch a request for content; settings that are None are left out."""
    return {
        lti("message_type"): "LtiDeepLinkingRequest",
        lti("resource_link"): None,
        lti("custom"): None,
        lti("roles"): [INSTRUCTOR],
        CHOOSING: without_nones(SETTINGS | dict(settings or {})),
    } | {lti(name): value for name, value in changes.items()}


def opens_dialog(lms: Lms, settings: Changes | None = None, **changes: Any) -> TestResponse:
    """Launch the dialog; the page that somebody sees in it."""
    landed = lms.launches(asks_for_content(settings, **changes))
    assert landed.status_code == 303, landed.text
    return lms.browser.get("/", follow_redirects=True)


def sends(browser: Browser, page: TestResponse, path: str = "/choosing/add", **fields: Any) -> TestResponse:
    """Send the form of a page with these fields; what else it offers is left unticked."""
    token = Form(page.text).fields["csrf_token"]
    return browser.post(path, data={"csrf_token": token, **fields})


@dataclass(frozen=True)
class Answer:
    """What the LMS gets: where, its fields, and what the token in it says."""

    address: str
    fields: dict[str, str]
    header: dict[str, Any]
    claims: dict[str, Any]

    @property
    def items(self) -> list[dict[str, Any]]:
        return self.claims["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"]


def answer_on(page: TestResponse, browser: Browser) -> Answer:
    """Read the answer by hand, with the key that we publish and no library of ours."""
    assert page.status_code == 200, page.text
    form = Form(page.text)
    parts = form.fields["JWT"].split(".")
    header, claims = (json.loads(decoded(part)) for part in parts[:2])
    [key] = [key for key in browser.get("/lti/jwks").json["keys"] if key["kid"] == header["kid"]]
    numbers = RSAPublicNumbers(n=number(key["n"]), e=number(key["e"]))
    numbers.public_key().verify(decoded(parts[2]), ".".join(parts[:2]).encode(), PKCS1v15(), SHA256())
    return Answer(form.action or "", form.fields, header, claims)


def decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def number(value: str) -> int:
    return int.from_bytes(decoded(value), "big")
