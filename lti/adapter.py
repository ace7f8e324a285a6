"""pylti1p3 fitted to us: what it reads and writes through objects that its caller supplies.

Ours are bound to one login each, so that a message can only be answered by the login that asked for it. The chain of
checks stands in ``launch.py``, the login before it in ``login.py``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pylti1p3.cookie import CookieService
from pylti1p3.deployment import Deployment as LibraryDeployment
from pylti1p3.registration import Registration
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.abstract import ToolConfAbstract

from lti.errors import NOT_REGISTERED, LaunchError
from lti.models import Platform

KnowsDeployment = Callable[[str], bool]


def registration_of(platform: Platform) -> Registration:
    """Return a platform in the library's terms."""
    registration = Registration()
    registration.set_issuer(platform.issuer).set_client_id(platform.client_id)
    registration.set_auth_login_url(platform.auth_login_url).set_auth_token_url(platform.token_url)
    registration.set_key_set_url(platform.jwks_url)
    if platform.token_audience:
        registration.set_auth_audience(platform.token_audience)
    return registration


class SigningRegistration(Registration):
    """A registration with the key that signs for it, ready for use and under the id that we publish it by.

    The library would work the id out of a public key each time, and load a private one from its text.
    """

    def __init__(self, kid: str, private_key: RSAPrivateKey) -> None:
        """Sign with this key, which is published by this id."""
        self._kid = kid
        self._tool_private_key = private_key  # type: ignore[assignment]  # the library only hands it on

    def get_kid(self) -> str:
        """Return the id of the key."""
        return self._kid


class Parameters(Request):
    """The parameters of one request, from its form or its query."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Hold these values."""
        self._values = values

    @property
    def session(self) -> dict[str, Any]:
        """Answer the library with an empty session: nothing of a launch is kept in the browser's."""
        return {}

    def is_secure(self) -> bool:
        """Say yes: whether the address is https is settled in PUBLIC_URL."""
        return True

    def get_param(self, key: str) -> str:
        """Return a parameter, or an empty text."""
        return self._values.get(key, "")


class OnePlatform(ToolConfAbstract[Parameters]):
    """The library's view of our registrations, narrowed to the one platform with which this login began."""

    def __init__(self, platform: Platform, knows: KnowsDeployment = lambda _: False) -> None:
        """Serve this platform; ``knows`` says whether one of its deployments may be used."""
        self._platform = platform
        self._knows = knows

    def check_iss_has_one_client(self, iss: str) -> bool:
        """Say no: an issuer can have many clients, as Canvas has."""
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        """Say yes, for the same reason."""
        return True

    def find_registration_by_params(self, iss: str, client_id: str, *args: Any, **kwargs: Any) -> Registration:
        """Return the registration if it is the one that the login was begun with."""
        if (iss, client_id) != (self._platform.issuer, self._platform.client_id):
            raise LaunchError(NOT_REGISTERED, "the message is from another registration than the login")
        return registration_of(self._platform)

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *args: Any, **kwargs: Any
    ) -> LibraryDeployment | None:
        """Return the deployment if it may be used."""
        return LibraryDeployment().set_deployment_id(deployment_id) if self._knows(deployment_id) else None

    find_registration_by_issuer = find_deployment = None  # type: ignore[assignment]  # for one client per issuer only


class Remembered(CookieService, SessionService):
    """Where the library puts the state and nonce of a new login, for us to keep."""

    def __init__(self) -> None:
        """Begin with neither."""
        self.state = ""
        self.nonce = ""

    def get_cookie(self, name: str) -> str | None:
        """Answer that there is no cookie; a login never reads one."""
        return None

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        """Take the state, which the library wants in a cookie."""
        self.state = str(value)

    def save_nonce(self, nonce: str) -> None:
        """Take the nonce."""
        self.nonce = nonce
