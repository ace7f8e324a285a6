"""The tool's side of grade passback in a test: owing, sending, and what has become of it at the practice LMS."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from flask import Flask
from sqlalchemy import delete, select, update

import db
from app import create_app
from config import Settings
from core.services import provide
from db import Database
from lti.domain.delivery import DeliveryState
from lti.grades.deliveries import Grade, owe_grade
from lti.grades.gradebook import Comparer
from lti.grades.lease import Claim, claim_next
from lti.grades.send import GradeSender
from lti.key_models import AccessToken
from lti.models import Activity, Delivery, DeliveryTry, Person, Platform
from modules.passes.passes import still_counting
from practice.app import create_practice_lms
from practice.models import Client, LineItem, ServiceCall
from practice.models import Grade as KeptGrade
from practice.scopes import LINEITEM
from tests.support.servers import Running, free_port, port_of, register_practice
from tests.support.visitor import Visitor

OPEN = (DeliveryState.WAITING, DeliveryState.SENDING)


class Post:
    """A tool without a worker, to which people of the practice LMS's first course have come."""

    def __init__(self, app: Flask, settings: Settings, practice: Running) -> None:
        self.database: Database = db.database(app)
        self.settings, self.practice = settings, practice
        self.sender = GradeSender(self.database, settings)
        self._others: list[Database] = []

    def restart(self) -> None:
        """Begin anew, as after the end of the process: with nothing but what is in the database."""
        self._others.append(Database(self.settings.database_url))
        self.sender = GradeSender(self._others[-1], self.settings)

    def close(self) -> None:
        """Let go of the database."""
        for other in self._others:
            other.engine.dispose()

    def owe(self, score: float, passed: bool = False, afresh: bool = False) -> None:
        now = datetime.now(UTC)
        with self.database.transaction() as session:
            person, activity = session.scalars(select(Person)).one(), session.scalars(select(Activity)).one()
            owe_grade(session, activity.id, person.id, Grade(score, "Passed.", now, now, passed), now, afresh)

    def compare(self) -> int:
        """Compare what is due with what the LMS holds, and send again what it has lost; count that."""
        comparer = Comparer(self.database, self.settings, still_counting)
        lost = sum(comparer.compare_due(platform) for platform in comparer.platforms_due())
        if lost:
            lost += sum(comparer.compare_due(platform) for platform in comparer.platforms_due())
            self.deliver()
        return lost

    def reset(self) -> None:
        """Let a trainer reset the course, which loses all its grades."""
        self._as_trainer("/courses/invictus/reset")

    def mark_by_hand(self, percent: float, person: str = "5") -> None:
        """Let a trainer set the grade of the first activity by hand."""
        self._as_trainer(f"/courses/invictus/gradebook/201/{person}/mark", percent=str(percent))

    def lock(self, person: str = "5") -> None:
        """Let a trainer lock the grade of the first activity."""
        self._as_trainer(f"/courses/invictus/gradebook/201/{person}/lock")

    def _as_trainer(self, path: str, **form: str) -> None:
        Visitor(self.practice.url, self.practice.tool_url, person="3").http.post(
            f"{self.practice.url}{path}", data=form, timeout=5
        ).raise_for_status()

    def claim(self) -> Claim | None:
        with self.database.transaction() as session:
            return claim_next(session, self.settings, datetime.now(UTC))

    def hasten(self) -> None:
        """Let all that waits, for whatever reason, have waited long enough."""
        now = datetime.now(UTC)
        with self.database.transaction() as session:
            session.execute(update(Delivery).where(Delivery.state.in_(OPEN)).values(due_at=now))
            session.execute(update(Platform).values(rests_until=None))

    def try_once(self) -> None:
        """Send what is owed, without a wait before it."""
        self.hasten()
        self.sender.send_due()

    def deliver(self, most: int = 12) -> None:
        """Send until nothing is open any more."""
        for _ in range(most):
            self.try_once()
            if all(delivery.state not in OPEN for delivery in self.deliveries):
                return
        raise AssertionError([(delivery.state, delivery.words) for delivery in self.deliveries])

    @property
    def deliveries(self) -> list[Delivery]:
        with self.database.reading() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    @property
    def delivery(self) -> Delivery:
        (delivery,) = self.deliveries
        return delivery

    @property
    def tries(self) -> list[DeliveryTry]:
        with self.database.reading() as session:
            return list(session.scalars(select(DeliveryTry).order_by(DeliveryTry.id)))

    @property
    def platform(self) -> Platform:
        with self.database.reading() as session:
            return session.get_one(Platform, session.scalars(select(Person.platform_id).limit(1)).one())

    def change(self, table: type, **values: object) -> None:
        """Change all rows of a table."""
        with self.database.transaction() as session:
            session.execute(update(table).values(**values))

    def change_first(self, table: type, column: str, value: object) -> None:
        """Change one value of the row that these tests are about."""
        with self.database.transaction() as session:
            setattr(session.scalars(select(table).order_by(table.id)).first(), column, value)

    def switch_grades_off(self) -> None:
        """Let the activity of these tests be ungraded in the LMS, from before anybody opened it."""
        with self.practice.app.extensions["practice_lms"].engine.begin() as lms:
            lms.execute(delete(LineItem).where(LineItem.activity_id == "101", LineItem.is_coupled))
        self.change(Activity, line_item_url=None)

    def gradebook(self) -> list[dict[str, Any]]:
        """Return what the LMS's gradebook holds for the first member of staff."""
        grades = requests.get(f"{self.practice.url}/courses/invictus/gradebook.json", timeout=5).json()["grades"]
        return [grade for grade in grades if grade["person"] == "5"]

    def held(self) -> dict[str, Any]:
        """Return what the LMS holds for the first member of staff in the first activity."""
        return next(grade for grade in self.gradebook() if grade["activity"] == "101")

    def calls(self, part: str) -> list[dict[str, Any]]:
        calls = requests.get(f"{self.practice.url}/log.json", timeout=5).json()["calls"]
        return [call for call in calls if part in call["path"]]

    def taken(self) -> list[int]:
        """Return the scores that the LMS has taken, in per cent, in the order in which it took them."""
        return [
            int(call["words"].rpartition(": ")[2].removesuffix("%"))
            for call in self.calls("/scores")
            if call["status"] < 300 and call["words"].startswith("Grade of")
        ]

    def trouble(self, kind: str) -> None:
        requests.post(f"{self.practice.url}/failures", data={"failure": kind}, timeout=5).raise_for_status()

    def keep_rules_of(self, lms: str) -> None:
        """Make the practice LMS keep Moodle's rules, or Canvas's."""
        requests.post(f"{self.practice.url}/mood", data={"mood": lms}, timeout=5).raise_for_status()

    def allow_columns(self) -> None:
        """Let the tool make columns, as an administrator of the LMS does."""
        with self.practice.app.extensions["practice_lms"].engine.begin() as lms:
            scopes = lms.execute(select(Client.scopes).where(Client.client_id == "practice-invictus")).scalar_one()
            mine = Client.client_id == "practice-invictus"
            lms.execute(update(Client).where(mine).values(scopes=[*scopes, LINEITEM]))

    def wipe(self) -> None:
        """Begin with nothing owed, nothing held and no trouble, on both sides."""
        self.trouble("none")
        with self.database.transaction() as session:
            for table in (DeliveryTry, Delivery, AccessToken):
                session.execute(delete(table))
            session.execute(update(Platform).values(failures=0, rests_until=None, suspect_id=None, trouble=None))
        with self.practice.app.extensions["practice_lms"].engine.begin() as lms:
            for kept in (KeptGrade, ServiceCall):
                lms.execute(delete(kept))


@contextmanager
def serving(app: Flask, settings: Settings, practice: Running) -> Iterator[Post]:
    """Serve a tool without a worker beside a practice LMS; the first member of staff comes once."""
    settings = replace(settings, public_url=practice.tool_url)
    provide(app, settings)
    register_practice(app, practice.url, settings)
    with Running(app, port_of(practice.tool_url)):
        Visitor(practice.url, practice.tool_url).launch()
        post = Post(app, settings, practice)
        yield post
        post.close()


@contextmanager
def both(settings: Settings, folder: Path) -> Iterator[Post]:
    """Serve a tool and a practice LMS of their own, for several tests."""
    port, tool_port = free_port(), free_port()
    lms = create_practice_lms(f"http://localhost:{port}", f"http://localhost:{tool_port}", folder / "practice.db")
    with Running(lms, port, f"http://localhost:{tool_port}") as practice:
        app = create_app(settings)
        with serving(app, settings, practice) as post:
            yield post
        db.database(app).engine.dispose()
    lms.extensions["practice_lms"].engine.dispose()
