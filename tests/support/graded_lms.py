"""An LMS made by hand with a gradebook: columns, the scores that it takes, and the results that it shows."""

import json
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from requests import PreparedRequest
from responses import RequestsMock
from sqlalchemy import select, update

import db
from config import Settings
from core.services import service
from lti.domain.delivery import DeliveryState, GradeKind
from lti.grades.gradebook import Comparer
from lti.grades.send import GradeSender
from lti.models import Delivery, Person, Platform
from modules.passes.passes import still_counting
from tests.support.hand_made_lms import INSTRUCTOR, LEARNER, HandMadeLms, lti
from tests.support.made_up_services import AGS, TOKEN, Reply
from tests.support.outcomes import assert_landed
from tests.support.visitor import Form, words_of

ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ITEMS = "https://lms.example/items"
ALL_RIGHTS = (AGS + "score", AGS + "lineitem", AGS + "result.readonly")
SCORE_ALONE = (AGS + "score",)

# The ways through the module of these tests, as scenario, scene and choice, and what they come to.
BEST = (("fork", "first", "decline"), ("fork", "second", "decline"), ("short", "only", "decline"))
GOOD = (("fork", "first", "ask"), ("fork", "second", "decline"), ("short", "only", "decline"))
POOR = (("fork", "first", "post"), ("short", "only", "ask"))


class GradedLms(HandMadeLms):
    """One course with one activity; its learners and the one who leads it are known by their ids."""

    def __init__(self, app: Flask, network: RequestsMock) -> None:
        super().__init__(app, network)
        self.rights = ALL_RIGHTS
        self.items: dict[str, dict[str, Any]] = {}
        self.shares: dict[str, dict[str, Any]] = defaultdict(dict)
        self.posted: list[tuple[str, float]] = []
        self.stamps: list[str] = []
        self.more_results: list[Any] = []
        self.asked: list[str] = []
        network.add_callback("POST", f"{self.issuer}/token", lambda _: TOKEN)
        for method in ("GET", "POST"):
            network.add_callback(method, re.compile(re.escape(ITEMS) + ".*"), self._serve)

    @property
    def database(self) -> Any:
        return db.database(self.app)

    def add_column(self, **values: Any) -> str:
        """Add a column of the activity and return its address."""
        url = f"{ITEMS}/{len(self.items) + 1}"
        self.items[url] = {"id": url, "label": "Photos", "scoreMaximum": 100, "resourceLinkId": "101"} | values
        return url

    def drop_column(self, url: str) -> None:
        """Delete a column with all that it holds; its address is never used again."""
        self.items[url] = {}

    def _serve(self, request: PreparedRequest) -> Reply:
        url = urlsplit(request.url or "")._replace(query="").geturl()
        self.asked.append(url)
        if url == ITEMS:
            if request.method == "POST":
                return 201, {}, json.dumps(self.items[self.add_column(**json.loads(request.body or "{}"))])
            return 200, {}, json.dumps([item for item in self.items.values() if item])
        column, _, service = url.removeprefix(f"{ITEMS}/").partition("/")
        column = f"{ITEMS}/{column}"
        if not self.items.get(column):
            return 404, {}, ""
        return self._answered(column, service, request)

    def _answered(self, column: str, service: str, request: PreparedRequest) -> Reply:
        if service == "scores":
            score = json.loads(request.body or "{}")
            self.posted.append((column, score["scoreGiven"]))
            self.stamps.append(score["timestamp"])
            self.shares[column][score["userId"]] = score["scoreGiven"] / score["scoreMaximum"]
            return 200, {}, ""
        if service == "results":
            shown = [
                {"userId": who, "resultScore": share, "resultMaximum": 1} for who, share in self.shares[column].items()
            ]
            return 200, {}, json.dumps([*shown, *self.more_results])
        return 200, {}, json.dumps(self.items[column])

    def opens(self, column: str | None, person: str = "5", module: str = "photos", **custom: str) -> str:
        """Let someone open the activity, whose launch names this column, and return the words that they read."""
        endpoint = {"scope": list(self.rights), "lineitems": ITEMS} | ({"lineitem": column} if column else {})
        role = INSTRUCTOR if person == "9" else LEARNER
        who = {"sub": person, "name": f"Person {person}", lti("roles"): [role]}
        assert_landed(self.launches(who | {ENDPOINT: endpoint, lti("custom"): {"module": module} | custom}))
        return self.reads("/people" if person == "9" else "/module")

    def reads(self, path: str) -> str:
        """Return the words of a page of the visit that began last."""
        page = self.browser.get(path)
        assert page.status_code == 200, page.text
        return words_of(page.text)

    def plays(self, way: tuple[tuple[str, str, str], ...] = BEST) -> None:
        """Let the one whose visit began last take the training."""
        started = self.browser.post("/attempts", data=Form(self.browser.get("/module").text).fields)
        attempt = int((started.location or "").rsplit("/", 1)[1])
        for scenario, scene, choice in way:
            token = Form(self.browser.get("/module").text).fields["csrf_token"]
            said = {"csrf_token": token, "scenario": scenario, "scene": scene, "choice": choice}
            assert self.browser.post(f"/attempts/{attempt}/answers", data=said).status_code == 303

    def sends(self) -> None:
        """Send all that waits, and what follows from that, without the waits between."""
        now, waits = datetime.now(UTC), Delivery.state.in_((DeliveryState.WAITING, DeliveryState.SENDING))
        for _ in range(4):
            with self.database.transaction() as session:
                session.execute(update(Delivery).where(waits).values(due_at=now))
                session.execute(update(Platform).values(rests_until=None))
            GradeSender(self.database, service(Settings, self.app)).send_due()

    def compares(self, all_of_them: bool = True) -> int:
        """Compare all grades, as two hours after they were sent, or those due; return how many are to be sent again."""
        now, ago = datetime.now(UTC), datetime.now(UTC) - timedelta(hours=2)
        with self.database.transaction() as session:
            session.execute(update(Delivery).values(since=ago))
            session.execute(update(Delivery).where(Delivery.delivered_at.is_not(None)).values(delivered_at=ago))
            if all_of_them:
                session.execute(update(Delivery).values(compare_at=now))
        comparer = Comparer(self.database, service(Settings, self.app), still_counting)
        return sum(comparer.compare_due(platform) for platform in comparer.platforms_due())

    def grade(self, person: str = "5", kind: GradeKind = GradeKind.SCORE) -> Delivery:
        """Return what is owed of a person's results."""
        whose = select(Delivery).join(Person, Person.id == Delivery.person_id).where(Person.subject == person)
        with self.database.reading() as session:
            return session.scalars(whose.where(Delivery.kind == kind)).one()
