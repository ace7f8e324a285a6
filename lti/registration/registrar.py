"""Connecting an LMS by an invite (LTI Dynamic Registration 1.0): it describes itself, we register, and keep its answer.

Nothing is held open while the LMS is called. The invite is held for this one try, and is used up together with what is
kept; whatever goes wrong leaves it as good as before.
"""

import json
import logging
import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from config import Settings
from core.http import ForeignAddress, WrongStatus, check_address, fetch_json, http_client
from core.page_calls import Outcome, PageCalls, TookLong, TooManyWait
from db import Database
from lti.domain.configuration import Configuration, configuration_from, problems_of
from lti.domain.offer import Tool, registration_request
from lti.domain.registration_answer import Granted, granted_by, words_of
from lti.errors import TOO_MANY_WAIT
from lti.models import Platform
from lti.registration.errors import (
    ADDRESS_REFUSED,
    INVITE_BUSY,
    NO_ANSWER,
    NO_DESCRIPTION,
    NOT_FROM_LMS,
    ODD_ANSWER,
    REFUSED_BY_LMS,
    RegistrationError,
)
from lti.registration.invites import find_invite, hold_invite, let_go
from lti.registration.platforms import keep_registration
from lti.services.troubleshooting import remedy_for

log = logging.getLogger(__name__)

# What may stand in a header; an LMS's token is some hundred letters.
TOKEN = re.compile(r"[\x21-\x7e]{0,4000}")
# It describes itself and accepts us, and we save that.
STEPS = 3
# Enough of a refusal to find its words.
BEGINNING = 20_000


@dataclass(frozen=True)
class RegistrationRequest:
    """What an LMS sends along with an administrator: where it describes itself, and its token for this registration."""

    invite: str
    configuration_url: str
    token: str


@dataclass(frozen=True)
class PlatformPreview:
    """An LMS that could be connected, and the trust that the invite is for."""

    trust: str
    configuration: Configuration


@dataclass(frozen=True)
class Connected:
    """An LMS that was connected, and what it granted."""

    platform: Platform
    configuration: Configuration
    granted: Granted


class Registrar:
    """Connects LMSs; one serves a whole process."""

    def __init__(self, database: Database, settings: Settings, calls: PageCalls) -> None:
        """Keep what is connected in this database."""
        self._calls = calls
        self._database, self._settings = database, settings
        self._http = http_client(settings)

    def preview(self, asked: RegistrationRequest, now: datetime) -> PlatformPreview:
        """Ask an LMS about itself and change nothing; RegistrationError where it cannot be connected."""
        with self._database.reading() as session:
            trust = find_invite(session, asked.invite, now).trust
        return PlatformPreview(trust, self._ask(("preview", asked), lambda: self._describe(asked)))

    def connect(self, asked: RegistrationRequest, now: datetime) -> Connected:
        """Register with an LMS and keep what it grants; RegistrationError says what went wrong.

        An LMS that takes too long for the page can still be connected afterwards.
        """
        # Each click is a separate try: the invite says whether another is in progress.
        return self._ask(("connect", object()), lambda: self._connect(asked, now), STEPS)

    def _ask(self, name: Hashable, call: Callable[[], Outcome], times: int = 1) -> Outcome:
        try:
            return self._calls.ask(name, "registration", call, times)
        except TooManyWait as error:
            raise RegistrationError(TOO_MANY_WAIT) from error
        except TookLong as error:
            raise RegistrationError(INVITE_BUSY if times == STEPS else NO_ANSWER, "It took too long.") from error
        except RegistrationError as error:
            # A separate error for each one waiting.
            raise RegistrationError(error.trouble, error.said) from error

    def _connect(self, asked: RegistrationRequest, now: datetime) -> Connected:
        with self._database.transaction() as session:
            invite = hold_invite(session, asked.invite, now)
        try:
            configuration = self._describe(asked)
            granted = self._register(configuration, asked.token)
            with self._database.transaction() as session:
                platform = keep_registration(session, invite, configuration, granted, self._settings, now)
        finally:
            with self._database.transaction() as session:
                let_go(session, invite)
        log.info("platform %s was connected by an invite for trust %s", platform.id, platform.trust)
        return Connected(platform, configuration, granted)

    def _describe(self, asked: RegistrationRequest) -> Configuration:
        """Return how the LMS describes itself, checked; the token goes along, since Canvas asks for it here too."""
        if not asked.configuration_url or not TOKEN.fullmatch(asked.token):
            raise RegistrationError(NOT_FROM_LMS)
        try:
            self._check(asked.configuration_url)
            body = fetch_json(self._http, asked.configuration_url, self._settings, _bearer(asked.token))
        except ForeignAddress as error:
            raise RegistrationError(ADDRESS_REFUSED, str(error)) from error
        except WrongStatus as error:
            trouble = NO_ANSWER if is_passing(error.status) else NO_DESCRIPTION
            raise RegistrationError(trouble, f"It answered with status {error.status}.") from error
        except requests.RequestException as error:
            raise RegistrationError(NO_ANSWER, _kind_of(error)) from error
        except ValueError as error:
            raise RegistrationError(NO_DESCRIPTION, "What it sent is not a JSON document.") from error
        if problems := problems_of(body, asked.configuration_url):
            raise RegistrationError(NO_DESCRIPTION, " ".join(problems))
        configuration = configuration_from(body)
        try:
            for address in configuration.addresses:
                self._check(address)
        except ForeignAddress as error:
            raise RegistrationError(ADDRESS_REFUSED, str(error)) from error
        return configuration

    def _check(self, address: str) -> None:
        check_address(address, self._settings)
        if "#" in address:
            raise ForeignAddress(f"{address} must have no part after #")

    def _register(self, configuration: Configuration, token: str) -> Granted:
        request = registration_request(Tool(self._settings.public_url), configuration.messages)
        try:
            seconds = self._settings.http_seconds
            address = configuration.registration_url
            answer = self._http.post(address, json=request, headers=_bearer(token), timeout=seconds)
        except ForeignAddress as error:
            raise RegistrationError(ADDRESS_REFUSED, str(error)) from error
        except requests.RequestException as error:
            raise RegistrationError(NO_ANSWER, _kind_of(error)) from error
        if not answer.ok:
            said = words_of(answer.content[:BEGINNING].decode("utf-8", "replace"))
            trouble = NO_ANSWER if is_passing(answer.status_code) else REFUSED_BY_LMS
            raise RegistrationError(trouble, f"It answered with status {answer.status_code}: {said or 'no words'}")
        granted = granted_by(_document(answer))
        if not granted:
            raise RegistrationError(ODD_ANSWER)
        return granted


def is_passing(status: int) -> bool:
    """Say whether a status tells of trouble that may be over in a moment."""
    return status >= 500 or status == requests.codes.too_many_requests


def _bearer(token: str) -> dict[str, str]:
    return {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})


def _document(answer: requests.Response) -> Any:
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        return None


def _kind_of(error: requests.RequestException) -> str:
    """Return what failed and what can be done; the error's own words contain addresses in our network."""
    words = {
        requests.exceptions.SSLError: "Its certificate is not one that we trust.",
        requests.Timeout: "It took too long.",
        requests.TooManyRedirects: "It sent us to another address, and we follow none.",
    }
    said = next((said for kind, said in words.items() if isinstance(error, kind)), "The connection failed.")
    return f"{said} For the people who run Fit to Post: {remedy_for(error)}"
