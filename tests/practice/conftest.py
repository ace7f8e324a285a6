"""A practice LMS in a file of its own, and a double of the tool that signs with a key of its own."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from html import unescape

import jwt
import pytest
import responses
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from practice.app import create_practice_lms
from practice.lms import EXTENSION
from practice.scopes import PERMITTED

LMS = "http://localhost:8001"
TOOL = "http://localhost:8000"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim"


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self):
        self.time = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self):
        return self.time

    def move(self, **by):
        self.time += timedelta(**by)


class ToolDouble:
    """What the tool does toward the practice LMS: answers launches, buys tokens, calls services."""

    def __init__(self, browser, clock, key, trust="invictus"):
        self.browser, self.clock, self.key = browser, clock, key
        self.client_id = f"practice-{trust}"
        self.course = f"{LMS}/courses/{trust}"
        self.item = f"{self.course}/lineitems/201/lineitem"
        self.tokens = 0

    def open(self, activity="101", person=None, **query):
        """The fields that a launch brings to the tool's login."""
        if person:
            self.browser.post("/courses/invictus/person", data={"person": person})
        return form_fields(self.browser.get(f"/launch/{activity}", query_string=query))

    def request_to_authorise(self, login):
        """The query with which the tool sends the browser on."""
        return {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": login["client_id"],
            "redirect_uri": f"{TOOL}/lti/launch",
            "login_hint": login["login_hint"],
            "lti_message_hint": login["lti_message_hint"],
            "state": "state-1",
            "nonce": "nonce-1",
        }

    def launch(self, activity="101", person=None, **query):
        """The id token's claims of a whole launch."""
        answer = self.authorise(self.request_to_authorise(self.open(activity, person, **query)))
        return self.read(answer["id_token"])

    def launch_at(self, path, person="3"):
        """The id token's claims of a whole launch that begins at that address, of the trainer unless told otherwise."""
        self.become(person)
        login = form_fields(self.browser.get(path))
        return self.read(self.authorise(self.request_to_authorise(login))["id_token"])

    def become(self, person):
        """Be that person from now on."""
        self.browser.post("/courses/invictus/person", data={"person": person})

    def turn_into_canvas(self):
        """Let the LMS keep Canvas's rules from now on."""
        assert self.browser.post("/mood", data={"mood": "canvas"}).status_code == 303

    def activities(self, course="invictus"):
        """The activities of the course, as programs read them."""
        return self.browser.get(f"/courses/{course}/activities.json").json["activities"]

    def asked_to_add(self, person="3", course="invictus"):
        """The id token's claims when somebody wants to add an activity."""
        return self.launch_at(f"/courses/{course}/launch-deep-linking", person)

    def offer(self, asked, items, header=None, key=None, **changes):
        """The tool's answer to that, right in all that is not changed; None leaves a claim out."""
        self.tokens += 1
        now = int(self.clock().timestamp())
        settings = asked[f"{DEEP_LINKING}/deep_linking_settings"]
        claims = {
            "iss": asked["aud"],
            "aud": asked["iss"],
            "iat": now,
            "exp": now + 60,
            "nonce": f"offer-{self.tokens}",
            f"{CLAIM}/message_type": "LtiDeepLinkingResponse",
            f"{CLAIM}/version": "1.3.0",
            f"{CLAIM}/deployment_id": asked[f"{CLAIM}/deployment_id"],
            f"{DEEP_LINKING}/content_items": items,
            f"{DEEP_LINKING}/data": settings.get("data"),
        } | changes
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(present, key or self.key, "RS256", {"kid": "tool-1"} | (header or {}))

    def give_back(self, asked, token):
        """The LMS's page after the tool's answer."""
        address = asked[f"{DEEP_LINKING}/deep_linking_settings"]["deep_link_return_url"]
        return self.browser.post(address, data={"JWT": token})

    def authorise(self, request):
        """The fields that the LMS posts to the tool in answer to that request."""
        return form_fields(self.browser.get("/auth", query_string=request))

    def read(self, id_token):
        """The claims, checked with the key that the LMS publishes."""
        keys = jwt.PyJWKSet.from_dict(self.browser.get("/jwks").json)
        key = keys[jwt.get_unverified_header(id_token)["kid"]]
        return jwt.decode(
            id_token, key, algorithms=["RS256"], options={"verify_aud": False, "verify_exp": False, "verify_iat": False}
        )

    def assertion(self, kid="tool-1", **changes):
        """A client assertion, right in all that is not changed; None leaves a claim out."""
        self.tokens += 1
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{LMS}/token",
            "iat": now,
            "exp": now + 60,
            "jti": f"jti-{self.tokens}",
        } | changes
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(present, self.key, "RS256", {"kid": kid})

    def ask_token(self, assertion=None, scopes=PERMITTED):
        """The answer of the token endpoint."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion or self.assertion(),
            "scope": " ".join(scopes),
        }
        return self.browser.post("/token", data=form)

    def token(self, scopes=PERMITTED):
        """An access token."""
        return json.loads(self.ask_token(scopes=scopes).text)["access_token"]

    def get(self, url, accept, token=None):
        """The answer of a service that is read."""
        headers = {"Authorization": f"Bearer {token or self.token()}", "Accept": accept}
        return self.browser.get(url, headers=headers)

    def post_score(self, token=None, media="application/vnd.ims.lis.v1.score+json", item=None, **changes):
        """The answer to a score, right in all that is not changed; None leaves a field out."""
        score = {
            "userId": "5",
            "scoreGiven": 8,
            "scoreMaximum": 10,
            "timestamp": self.clock().isoformat(),
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "comment": "Passed",
        } | changes
        body = json.dumps({name: value for name, value in score.items() if value is not None})
        headers = {"Authorization": f"Bearer {token or self.token()}"}
        return self.browser.post(
            f"{item or self.item}/scores?type_id=1", data=body, content_type=media, headers=headers
        )

    def grade(self, person="5"):
        """That person's entry in the gradebook."""
        grades = self.browser.get("/courses/invictus/gradebook.json").json["grades"]
        return next(grade for grade in grades if grade["person"] == person)


def form_fields(answer):
    """The hidden fields of the form on a page."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text)
    return {name: unescape(value) for name, value in found}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def database(tmp_path, prepared_practice):
    return shutil.copy(prepared_practice, tmp_path / "practice.db")


@pytest.fixture
def lms(database, clock):
    app = create_practice_lms(LMS, TOOL, database, clock)
    yield app
    app.extensions[EXTENSION].engine.dispose()


@pytest.fixture(scope="session")
def tool_key():
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def tool(lms, clock, tool_key):
    """The tool's double, whose keys are there to fetch."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
        network.get(f"{TOOL}/lti/jwks", json=published(tool_key, "tool-1"))
        double = ToolDouble(lms.test_client(), clock, tool_key)
        double.network = network
        yield double


def published(key, kid):
    """A key set that holds this key under that name."""
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {"keys": [jwk | {"kid": kid, "alg": "RS256", "use": "sig"}]}


@pytest.fixture
def add(tool):
    """Add an activity of the tool to Invictus's course, with these properties beside the usual ones."""

    def add(**properties):
        asked = tool.asked_to_add()
        item = {"type": "ltiResourceLink", "title": "Boundaries", "url": f"{TOOL}/lti/launch?module=boundaries"}
        return tool.give_back(asked, tool.offer(asked, [item | properties]))

    return add


@pytest.fixture
def rotated(tool):
    """Publish the tool's key under another name."""
    return lambda kid: tool.network.replace("GET", f"{TOOL}/lti/jwks", json=published(tool.key, kid))
