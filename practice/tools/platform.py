"""The LTI platform toward one client: lti1p3platform's registration and keys, with the LMS's own clock and keys."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from jwt.exceptions import InvalidSignatureError
from lti1p3platform.exceptions import LtiException
from lti1p3platform.jwt_helper import jwt_encode
from lti1p3platform.ltiplatform import JWKS, LTI1P3PlatformConfAbstract
from lti1p3platform.registration import Registration

from practice.addresses import Addresses
from practice.keys import SigningKey, ToolKeys
from practice.models import Client
from practice.vocabulary import Json


class UnknownKeyError(LtiException):  # type: ignore[misc]  # lti1p3platform has no types
    """Something was signed with a key that the tool does not publish."""


class ClientRegistration(Registration):  # type: ignore[misc]  # likewise
    """A registration that signs with a loaded key and reads the time from the practice LMS's own clock."""

    def __init__(self, key: SigningKey, now: Callable[[], datetime]) -> None:
        """Take the key to sign with and the clock to stamp with."""
        self._key = key
        self._now = now
        self.set_platform_public_key(key.public_pem)

    def get_kid(self) -> str:
        """The name of the signing key."""
        return self._key.kid

    def platform_encode_and_sign(self, payload: Json, expiration: int | None = None) -> str:
        """Sign the claims, stamped now and good for so many seconds."""
        stamps = {"iat": int(self._now().timestamp())}
        if expiration:
            stamps["exp"] = stamps["iat"] + expiration
        signed: str = jwt_encode({**payload, **stamps}, self._key.private, "RS256", {"kid": self._key.kid})
        return signed


class ClientPlatform(LTI1P3PlatformConfAbstract):  # type: ignore[misc]  # likewise
    """The LMS's side of the trust between it and a client; made anew for each call, as the library's is not shared."""

    def init_platform_config(self, registration: Registration, tool_keys: ToolKeys) -> None:
        """Take the client's registration and the tool's keys."""
        self._registration = registration
        self._tool_keys = tool_keys
        # The library would check times against the computer's clock; the caller does it against the LMS's own.
        self._jwt_verify_options = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}

    def get_registration_by_params(self, **kwargs: Any) -> Registration:
        """The client's registration, whatever is asked."""
        return self._registration

    def get_tool_key_set(self) -> JWKS:
        """The tool's keys, kept across calls."""
        return self._tool_keys.held_or(self.fetch_public_key)

    def get_tool_public_key(self) -> bytes:
        """The key that the token in hand names, or an error of its own when the tool has no such key."""
        keys = self.get_tool_key_set()["keys"]
        if self._jwt["header"].get("kid") not in {key.get("kid") for key in keys}:
            raise UnknownKeyError("kid is not among the tool's keys")
        key: bytes = super().get_tool_public_key()
        return key

    def tool_validate_and_decode(self, jwt_token_string: str) -> Json:
        """The claims that the tool signed; its keys are fetched again when they do not fit, as after a rotation."""
        try:
            claims: Json = super().tool_validate_and_decode(jwt_token_string)
        except (UnknownKeyError, InvalidSignatureError):
            self._tool_keys.forget()
            claims = super().tool_validate_and_decode(jwt_token_string)
        return claims


def client_registration(
    client: Client, addresses: Addresses, key: SigningKey, now: Callable[[], datetime]
) -> ClientRegistration:
    """The tool's registration under that client id."""
    registration = ClientRegistration(key, now)
    registration.set_iss(addresses.url).set_client_id(client.client_id).set_deployment_id(client.deployment_id)
    registration.set_launch_url(client.target_url).set_oidc_login_url(client.login_url)
    registration.set_tool_key_set_url(client.keys_url)
    return registration
