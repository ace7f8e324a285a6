"""The double of an LMS: it says to the tool whatever a test wants said, and signs it with whatever key.

All that it sends is right except for what a test changes; a claim or field that is changed to None is left out, and one
that is changed to NULL is sent as JSON's null. What it serves is in ``services``, and how it comes to know the tool in
``administrator``.
"""

import json
import time
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask
from responses import RequestsMock
from werkzeug.test import TestResponse

import db
from config import Settings
from core.services import service
from lti.domain.message import CORE
from lti.domain.platform_facts import Facts
from lti.registration.platforms import register
from tests.support.lms.administrator import Administrator, answer_with
from tests.support.lms.browser import Browser
from tests.support.lms.services import ISSUER, Services
from tests.support.lms.signing import Changes, key_called, published, with_nulls, without_nones

TARGET = "http://localhost/lti/launch"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
INSTITUTION_INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"


def lti(name: str) -> str:
    """Return the full name of a claim that LTI Core 1.3 defines."""
    return CORE + name


@dataclass(frozen=True)
class Asked:
    """What the tool asked for when it sent the browser here to log in."""

    state: str
    nonce: str


class Lms:
    """One registration of the tool in an LMS; several with one issuer are that LMS's clients."""

    def __init__(
        self,
        app: Flask,
        network: RequestsMock,
        issuer: str = ISSUER,
        client_id: str = "client-1",
        is_connected: bool = True,
    ) -> None:
        self.app, self.network = app, network
        self.issuer, self.client_id = issuer, client_id
        self.jwks_url = f"{issuer}/jwks"
        self.kid, self.key = f"key of {issuer}", key_called(issuer)
        self.browser = Browser(app)
        if is_connected:
            self.register()
        self.publishes({self.kid: self.key})

    @cached_property
    def services(self) -> Services:
        """What it serves; clients of one LMS share them."""
        return Services(self.network, self.issuer)

    @cached_property
    def administrator(self) -> Administrator:
        """The one who connects the tool, from within the LMS."""
        return Administrator(self.app, self.network, self.issuer, self.client_id)

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
        answer_with(self.network, "GET", self.jwks_url, **answer)

    def in_another_browser(self, keeps_cookies: bool = True) -> "Lms":
        """The same LMS, seen from a browser that has no cookies yet, or never keeps any."""
        other = copy(self)
        other.browser = Browser(self.app, keeps_cookies)
        return other

    def in_the_browser_of(self, other: "Lms") -> "Lms":
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
