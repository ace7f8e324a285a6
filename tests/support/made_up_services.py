"""The services of an LMS that is made up in this process: it answers each call as a test wants, and counts.

For what a practice LMS over real HTTP cannot show: odd answers, answers that differ from person to person, and how many
calls there are at once.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from requests import PreparedRequest
from responses import RequestsMock
from sqlalchemy import select

from config import Settings
from db import Database
from lti.domain.delivery import DeliveryState
from lti.grades.deliveries import Grade, owe_grade
from lti.grades.send import GradeSender
from lti.models import Activity, Delivery, DeliveryTry, Person, Platform
from tests.support.factories import add_activity, add_person, add_platform

TOKEN_URL = "https://lms.example/token"
SCORES_URL = "https://lms.example/items/1/scores"
RESULTS_URL = "https://lms.example/items/1/results"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCOPES = [AGS + "score", AGS + "result.readonly"]

Reply = tuple[int, dict[str, str], str]
GOOD: Reply = (200, {}, "")
TOKEN: Reply = (200, {}, '{"access_token": "a token", "expires_in": 3600}')


class MadeUpLms:
    """One platform with one activity; people are known by their names."""

    def __init__(self, database: Database, settings: Settings, network: RequestsMock) -> None:
        self.database, self.settings = database, settings
        self.sender = GradeSender(database, settings)
        self.token: Reply | Exception = TOKEN
        self.answer: Callable[[str], Reply | Exception] = lambda _: GOOD
        self.results: list[dict[str, Any]] = []
        self.seconds = 0.0
        self.asked: Counter[str] = Counter()
        self.posted: list[dict[str, Any]] = []
        self.most_at_once = self._at_once = 0
        self._lock = threading.Lock()
        network.add_callback("POST", TOKEN_URL, self._give_token)
        network.add_callback("POST", SCORES_URL, self._take_score)
        network.add_callback("GET", RESULTS_URL, lambda _: (200, {}, json.dumps(self.results)))
        with database.transaction() as session:
            self.platform_id = add_platform(session).id
            platform = session.get_one(Platform, self.platform_id)
            self.activity: Activity = add_activity(session, platform)
            self.activity.scopes = SCOPES

    def _give_token(self, _: PreparedRequest) -> Reply | Exception:
        self.asked["token"] += 1
        return self.token

    def _take_score(self, request: PreparedRequest) -> Reply | Exception:
        score = json.loads(request.body or "{}")
        name = score["userId"].removeprefix("sub-")
        with self._lock:
            self.asked[name] += 1
            self.posted.append(score)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(self.seconds)
        with self._lock:
            self._at_once -= 1
        return self.answer(name)

    def owe(self, *names: str, score: float = 0.8, afresh: bool = False) -> None:
        """Owe people a grade; whoever is not known is enrolled."""
        now = datetime.now(UTC)
        with self.database.transaction() as session:
            platform = session.get_one(Platform, self.platform_id)
            for name in names:
                known = session.scalar(select(Person).where(Person.subject == f"sub-{name}"))
                person = known or add_person(session, self.activity, platform, name)
                owe_grade(session, self.activity.id, person.id, Grade(score, "Passed.", now, now), now, afresh)

    def deliveries(self) -> dict[str, Delivery]:
        """Return the deliveries by whose they are."""
        with self.database.reading() as session:
            rows = session.execute(select(Person.name, Delivery).join(Person, Person.id == Delivery.person_id))
            return {name or "": delivery for name, delivery in rows}

    def states(self) -> dict[str, DeliveryState]:
        """Return the states by whose grade it is."""
        return {name: delivery.state for name, delivery in self.deliveries().items()}

    def platform(self) -> Platform:
        with self.database.reading() as session:
            return session.get_one(Platform, self.platform_id)

    def tries(self) -> list[DeliveryTry]:
        with self.database.reading() as session:
            return list(session.scalars(select(DeliveryTry).order_by(DeliveryTry.id)))
