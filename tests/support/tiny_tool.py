"""A tool of two pages, to try the practice LMS's side of the frame on: one that talks, and one that offers a link."""

import time
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim"
# say() asks the page around us, or the frame of that name in it, and waits for the answer with the same message_id.
TALK = """<!doctype html><title>Tiny tool</title><h1>Tiny tool</h1><p id="heard"></p><script>
let asked = 0;
function say(message, frame) {
  const message_id = message.message_id === undefined ? `m${++asked}` : message.message_id;
  const target = frame ? window.parent.frames[frame] : window.parent;
  return new Promise((resolve) => {
    window.addEventListener("message", (event) => resolve({ origin: event.origin, ...event.data }), { once: true });
    target.postMessage({ ...message, message_id }, "*");
  });
}
</script>"""


def tiny_tool(url: str) -> Flask:
    """Return a tool that is found at that address and signs with a key of its own."""
    app = Flask(__name__)
    key = generate_private_key(public_exponent=65537, key_size=2048)

    @app.get("/lti/jwks")
    def jwks() -> ResponseReturnValue:
        jwk: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return {"keys": [jwk | {"kid": "tiny", "alg": "RS256", "use": "sig"}]}

    @app.post("/lti/login")
    def login() -> ResponseReturnValue:
        wanted = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "redirect_uri": f"{url}/lti/launch",
            "state": "state",
            "nonce": "nonce",
        }
        taken = {name: request.form[name] for name in ("client_id", "login_hint", "lti_message_hint")}
        return redirect(f"{request.form['iss']}/auth?{urlencode(wanted | taken)}")

    @app.post("/lti/launch")
    def launch() -> ResponseReturnValue:
        claims = jwt.decode(request.form["id_token"], options={"verify_signature": False})
        settings = claims.get(f"{DEEP_LINKING}/deep_linking_settings")
        return _offer(claims, settings) if settings else TALK

    @app.get("/talk")
    def talk() -> ResponseReturnValue:
        return TALK

    def _offer(claims: dict[str, Any], settings: dict[str, Any]) -> str:
        now = int(time.time())
        answer = {
            "iss": claims["aud"],
            "aud": claims["iss"],
            "iat": now,
            "exp": now + 60,
            "nonce": "tiny",
            f"{CLAIM}/message_type": "LtiDeepLinkingResponse",
            f"{CLAIM}/version": "1.3.0",
            f"{CLAIM}/deployment_id": claims[f"{CLAIM}/deployment_id"],
            f"{DEEP_LINKING}/content_items": [
                {"type": "ltiResourceLink", "url": f"{url}/lti/launch", "title": "A tiny link"}
            ],
            **({f"{DEEP_LINKING}/data": settings["data"]} if "data" in settings else {}),
        }
        token = jwt.encode(answer, key, "RS256", {"kid": "tiny"})
        return (
            f'<!doctype html><title>Tiny tool</title><form method="post" action="{settings["deep_link_return_url"]}">'
            f'<input type="hidden" name="JWT" value="{token}"><button>Add</button></form>'
        )

    return app
