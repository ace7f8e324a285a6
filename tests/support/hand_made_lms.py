"""An LMS made by hand: it says to the tool whatever a test wants said, and signs it with whatever key.

All that it sends is right except for what a test changes; a claim or field that is changed to None is left out, and one
that is changed to NULL is sent as JSON's null.
"""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextvars import Context
from copy import copy
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from flask import Flask
from flask.testing import FlaskClient
from jwt.algorithms import RSAAlgorithm
from responses import RequestsMock
from werkzeug.test import TestResponse

import db
from config import Settings
from core.services import service
from lti.domain.message import CORE, GRADES
from lti.domain.platform_facts import Facts
from lti.registration.platforms import register
from lti.visits.cookies import VISIT_COOKIE
from tests.support.visitor import Form, visit_in

TARGET = "http://localhost/lti/launch"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
INSTITUTION_INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"
GRADED = {
    GRADES: {
        "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
        "lineitem": "https://lms.example/items/1",
        "lineitems": "https://lms.example/items",
    }
}

Changes = Mapping[str, Any]
NULL = object()


def lti(name: str) -> str:
    """The full name of a claim that LTI Core 1.3 defines."""
    return CORE + name


@cache
def key_called(name: str) -> RSAPrivateKey:
    """A key pair; the same one for the same name."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def published(keys: Mapping[str, RSAPrivateKey]) -> dict[str, Any]:
    """The key set that holds the public halves of these keys, by key id."""
    return {"keys": [RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid} for kid, key in keys.items()]}


def token_of(header: object, body: object, signature: bytes = b"no signature") -> str:
    """A token put together by hand, of parts that no library would sign."""
    parts = [json.dumps(header).encode(), json.dumps(body).encode(), signature]
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def without_nones(values: Changes) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def with_nulls(claims: object) -> object:
    """The claims with JSON's null where a test wants one."""
    given = claims.items() if isinstance(claims, Mapping) else ()
    return {name: None if value is NULL else value for name, value in given} or claims


@dataclass(frozen=True)
class Asked:
    """What the tool asked for when it sent the browser here to log in."""

    state: str
    nonce: str


class Browser(FlaskClient):
    """A browser with cookies of its own. Each request stands alone, as on a server, whatever the test has open.

    Pages are asked for in the visit that began last.
    """

    def __init__(self, app: Flask, keeps_cookies: bool = True) -> None:
        super().__init__(app, app.response_class, use_cookies=keeps_cookies)
        self.visit = ""

    def visit_cookie(self) -> str:
        """The token that this browser keeps for the visit that began last."""
        cookie = self.get_cookie(VISIT_COOKIE, path=self.visit)
        return cookie.value if cookie else ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if args and isinstance(args[0], str) and not args[0].startswith(("/lti/", "/static/", "/visits/")):
            args = (self.visit + args[0], *args[1:])
        answer = Context().run(super().open, *args, **kwargs)
        self.visit = visit_in(answer.location or "") or self.visit
        return answer


class HandMadeLms:
    """One registration of the tool in an LMS; several with one issuer are that LMS's clients."""

    def __init__(
        self, app: Flask, network: RequestsMock, issuer: str = "https://lms.example", client_id: str = "client-1"
    ) -> None:
        self.app, self.network = app, network
        self.issuer, self.client_id = issuer, client_id
        self.jwks_url = f"{issuer}/jwks"
        self.kid, self.key = f"key of {issuer}", key_called(issuer)
        self.browser = Browser(app)
        self.register()
        self.publishes({self.kid: self.key})

    def register(self, **changes: Any) -> None:
        """Tell the tool's administrator the facts."""
        facts = {
            "trust": "invictus",
            "name": "Hand-made LMS",
            "issuer": self.issuer,
            "client_id": self.client_id,
            "auth_login_url": f"{self.issuer}/auth",
            "token_url": f"{self.issuer}/token",
            "jwks_url": self.jwks_url,
            "deployment_ids": ("1",),
        } | changes
        with db.database(self.app).transaction() as session:
            register(session, Facts(**facts), service(Settings, self.app), db.utcnow())

    def publishes(self, keys: Mapping[str, RSAPrivateKey]) -> None:
        """Publish these keys and no others."""
        self.answers_for_keys(json=published(keys))

    def answers_for_keys(self, **answer: Any) -> None:
        """Answer like this when the tool asks for our keys."""
        self.network.upsert("GET", self.jwks_url, **answer)

    def in_another_browser(self, keeps_cookies: bool = True) -> "HandMadeLms":
        """The same LMS, seen from a browser that has no cookies yet, or never keeps any."""
        other = copy(self)
        other.browser = Browser(self.app, keeps_cookies)
        return other

    def in_the_browser_of(self, other: "HandMadeLms") -> "HandMadeLms":
        """This LMS, seen from the browser in which the other one is open."""
        self.browser = other.browser
        return self

    def asks_to_log_in(self, **changes: Any) -> TestResponse:
        """Begin a login at the tool; its answer."""
        form = {
            "iss": self.issuer,
            "client_id": self.client_id,
            "login_hint": "5",
            "lti_message_hint": "101",
            "lti_deployment_id": "1",
            "target_link_uri": TARGET,
        } | changes
        return self.browser.post("/lti/login", data=without_nones(form))

    def begins_login(self, **changes: Any) -> Asked:
        """Begin a login at the tool; what it asks us for."""
        answer = self.asks_to_log_in(**changes)
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.location).query)
        return Asked(query["state"][0], query["nonce"][0])

    def message(self, asked: Asked, changes: Changes | None = None) -> dict[str, Any]:
        """The claims of a launch that answers a login."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "5",
            "iat": now,
            "exp": now + 60,
            "nonce": asked.nonce,
            "name": "Zoë Fairweather",
            "email": "zoe@school.example",
            lti("version"): "1.3.0",
            lti("message_type"): "LtiResourceLinkRequest",
            lti("deployment_id"): "1",
            lti("target_link_uri"): TARGET,
            lti("resource_link"): {"id": "101", "title": "Photos"},
            lti("context"): {"id": "11", "title": "Induction"},
            lti("roles"): [LEARNER],
            lti("custom"): {"module": "photos"},
        }
        return without_nones(claims | dict(changes or {}))

    def signs(self, claims: object, key: Any = None, algorithm: str = "RS256", **header: Any) -> str:
        """A token of these claims, signed with our own key where no other is given."""
        payload = json.dumps(with_nulls(claims)).encode()
        return jwt.PyJWS().encode(payload, key or self.key, algorithm, without_nones({"kid": self.kid} | header))

    def posts(self, **form: Any) -> TestResponse:
        """Let the browser post these fields to the tool's launch address; its answer."""
        return self.browser.post("/lti/launch", data=without_nones(form))

    def answers(self, asked: Asked, changes: Changes | None = None, **signing: Any) -> TestResponse:
        """Answer a login with a signed message; what the tool says to it."""
        return self.posts(state=asked.state, id_token=self.signs(self.message(asked, changes), **signing))

    def launches(self, changes: Changes | None = None, **signing: Any) -> TestResponse:
        """Log in and launch; what the tool says to the message."""
        return self.answers(self.begins_login(), changes, **signing)


def page_of(lms: HandMadeLms, path: str = "/") -> str:
    """The words of a page, wherever its address leads."""
    answer = lms.browser.get(path, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(answer.text).split())


def play(lms: HandMadeLms, choice: str = "decline") -> None:
    """Play the module that stands behind the activity to its end."""
    page = lms.browser.post("/attempts", data=Form(lms.browser.get("/module").text).fields, follow_redirects=True)
    while (form := Form(page.text)).choices:
        lms.browser.post(form.action, data=form.fields | {"choice": choice})
        page = lms.browser.get(form.action.removesuffix("/answers"), follow_redirects=True)


def review(about: str | None = "5", **changes) -> dict:
    """The changes that make a message the review of somebody's answers."""
    return {
        lti("message_type"): "LtiSubmissionReviewRequest",
        lti("for_user"): {"user_id": about} if about else None,
        **GRADED,
        lti("roles"): [INSTRUCTOR],
        "sub": "3",
        "name": "Priya Raman",
        **changes,
    }
