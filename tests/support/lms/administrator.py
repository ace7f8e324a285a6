"""How the double comes to know the tool: its administrator has an invite, and it answers as a test wants."""

import json
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from responses import CallbackResponse, RequestsMock, Response
from werkzeug.test import TestResponse

import db
from db import utcnow
from lti.domain.offer import TOOL
from lti.registration.invites import make_invite
from tests.support.visitor import Form


def answer_with(network: RequestsMock, method: str, url: str, callback: Any = None, **reply: Any) -> None:
    """Answer calls of an address like this from now on."""
    answer = CallbackResponse(method, url, callback=callback) if callback else Response(method, url, **reply)
    network.upsert(answer)


class Administrator:
    """One who has an invite for a trust, and opens our page from within their LMS, which does not know us yet."""

    def __init__(self, app: Flask, network: RequestsMock, issuer: str, client_id: str) -> None:
        self.app, self.network, self.issuer = app, network, issuer
        self.configuration_url = f"{issuer}/openid-configuration"
        self.registration_url = f"{issuer}/registrations"
        self.configuration = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/auth",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "registration_endpoint": self.registration_url,
        }
        self.answer = {
            "client_id": client_id,
            "scope": "https://purl.imsglobal.org/spec/lti-ags/scope/score",
            TOOL: {"deployment_id": "3", "claims": ["sub", "name"]},
        }
        self.browser = app.test_client()
        self.describes_itself()
        self.answers()

    def invite(self, trust: str = "invictus", days: int = 7, takes_new: bool | None = None) -> str:
        """Make an invite and return its token."""
        with db.database(self.app).transaction() as session:
            return make_invite(session, trust, days, utcnow(), takes_new)[0]

    def describes_itself(self, **changes: Any) -> None:
        """Say this of itself when asked."""
        self.says_of_itself(json=self.configuration | changes)

    def says_of_itself(self, **answer: Any) -> None:
        """Answer like this when asked to describe itself."""
        answer_with(self.network, "GET", self.configuration_url, **answer)

    def answers(self, **changes: Any) -> None:
        """Grant a registration like this."""
        self.answers_with(json=self.answer | changes)

    def answers_with(self, **answer: Any) -> None:
        """Answer a registration like this."""
        answer_with(self.network, "POST", self.registration_url, **answer)

    def opens(self, invite: str, **changes: str) -> TestResponse:
        """Open our page from within the LMS."""
        asked = {"openid_configuration": self.configuration_url, "registration_token": "token-1"} | changes
        return self.browser.get(f"/lti/register?{urlencode({'invite': invite} | asked)}")

    def connects(self, invite: str | None = None, **changes: str) -> TestResponse:
        """Open our page and press the button."""
        page = self.opens(invite or self.invite(), **changes)
        assert page.status_code == 200, page.text
        return self.presses(page)

    def presses(self, page: TestResponse, **changes: str) -> TestResponse:
        """Press the button of a page that was opened."""
        form = Form(page.text)
        return self.browser.post(form.action, data=form.fields | changes)

    @property
    def asked_for(self) -> list[Any]:
        """What we sent to be registered, each time."""
        calls = [call.request for call in self.network.calls if call.request.method == "POST"]
        return [json.loads(request.body) for request in calls]
