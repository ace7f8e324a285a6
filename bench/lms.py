"""An LMS made for measuring: it signs launches, publishes its key, gives tokens, and takes scores at its own pace."""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

CORE = "https://purl.imsglobal.org/spec/lti/claim/"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
SCORE_SECONDS = 0.05


class Lms:
    """A platform with one deployment and one course; it counts what it is asked for."""

    client_id, deployment_id, course = "bench", "1", "induction"

    def __init__(self) -> None:
        """Make the key; nothing is served before the block begins."""
        self._key = generate_private_key(public_exponent=65537, key_size=2048)
        self.asked: Counter[str] = Counter()
        self.scores: Counter[str] = Counter()
        self.score_times: list[float] = []
        self.is_down, self.refused = False, 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Lms":
        """Begin to serve."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def facts(self) -> dict[str, Any]:
        """Return what an administrator tells the tool of us."""
        return {
            "trust": "invictus",
            "name": "Bench LMS",
            "issuer": self.url,
            "client_id": self.client_id,
            "auth_login_url": f"{self.url}/auth",
            "token_url": f"{self.url}/token",
            "jwks_url": f"{self.url}/jwks",
            "deployment_ids": (self.deployment_id,),
        }

    def key_set(self) -> dict[str, Any]:
        """Return our public key as a key set."""
        return {"keys": [RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True) | {"kid": "bench", "alg": "RS256"}]}

    def login(self, subject: str, target: str) -> dict[str, str]:
        """Return the form with which a person's browser begins a login at the tool."""
        return {
            "iss": self.url,
            "client_id": self.client_id,
            "lti_deployment_id": self.deployment_id,
            "login_hint": subject,
            "target_link_uri": target,
        }

    def message(self, authorisation: str, subject: str, target: str, role: str, activity: str, module: str) -> Any:
        """Return the form that answers the tool's authorisation request with a signed launch."""
        asked = parse_qs(urlsplit(authorisation).query)
        body = self._claims(subject, target, role, activity, module) | {"nonce": asked["nonce"][0]}
        token = jwt.encode(body, self._key, "RS256", {"kid": "bench"})
        return {"state": asked["state"][0], "id_token": token}

    def _claims(self, subject: str, target: str, role: str, activity: str, module: str) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.url,
            "aud": self.client_id,
            "sub": subject,
            "iat": now,
            "exp": now + 60,
            "name": f"Person {subject}",
            "email": f"{subject}@school.example",
            CORE + "version": "1.3.0",
            CORE + "message_type": "LtiResourceLinkRequest",
            CORE + "deployment_id": self.deployment_id,
            CORE + "target_link_uri": target,
            CORE + "resource_link": {"id": activity, "title": "Social media"},
            CORE + "context": {"id": self.course, "title": "Induction"},
            CORE + "roles": [ROLE + role],
            CORE + "custom": {"module": module},
            GRADES: {"scope": [SCORE_SCOPE], "lineitem": self.line_item(activity)},
        }

    def line_item(self, activity: str) -> str:
        """Return where an activity's scores go."""
        return f"{self.url}/items/{activity}"

    def take_score(self, score: dict[str, Any]) -> None:
        """Take as long as a busy LMS takes, and keep whose score came when."""
        time.sleep(SCORE_SECONDS)
        with self._lock:
            self.scores[score["userId"]] += 1
            self.score_times.append(time.monotonic())


def _handler(lms: Lms) -> type[BaseHTTPRequestHandler]:
    """Return what answers requests to this LMS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            lms.asked[self.path] += 1
            self._answer(lms.key_set())

        def do_POST(self) -> None:
            lms.asked[self.path] += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if lms.is_down:
                lms.refused += 1
                self._answer({}, 503)
                return
            if self.path == "/token":
                self._answer({"access_token": "bench", "token_type": "Bearer", "expires_in": 3600})
            else:
                lms.take_score(json.loads(body))
                self._answer({})

        def _answer(self, content: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler
