"""Deliveries under whatever order of events: results, claims, faults, deaths, late arrivals, and clocks that differ.

The sender is the real one, on a real database; only the network ends at an LMS of some lines, which keeps Moodle's rule
for time stamps or Canvas's.
"""

import json
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from requests.adapters import BaseAdapter
from sqlalchemy import func, select

from config import Settings
from db import Database
from lti.domain.delivery import DeliveryState, GradeKind
from lti.grades.deliveries import Grade, owe_grade, send_again
from lti.grades.lease import Claim
from lti.grades.send import GradeSender
from lti.models import Activity, Delivery, DeliveryTry, Person, Platform
from tests.support.databases import Databases
from tests.support.factories import add_activity, add_person, add_platform

NOON = datetime(2026, 11, 20, 12, 0, 0, 400_000, tzinfo=UTC)
PEOPLE = ("Ada", "Ben")
SETTINGS = Settings(allow_loopback=True, first_wait_seconds=1, longest_wait_seconds=60)
SCORES = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
COLUMNS = {"https://lms.example/items/1": GradeKind.SCORE, "https://lms.example/items/2": GradeKind.COMPLETION}
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"

MOODS = ("well", "down", "stumbling", "unreachable", "losing answers", "late", "forgetful")

Cell = tuple[str, str]


class Lms(BaseAdapter):
    """An LMS with one rule for time stamps; ``mood`` is what it does with the next call, or with all if it is down."""

    def __init__(self, rules: str) -> None:
        super().__init__()
        self.rules, self.mood = rules, "well"
        self.held: dict[Cell, tuple[datetime, float]] = {}
        self.taken: dict[Cell, list[tuple[datetime, float]]] = {}
        self.seen: dict[Cell, dict[datetime, float]] = {}
        self.late: list[dict[str, Any]] = []
        # The sender takes whatever goes wrong in a call for trouble of the LMS, so that nothing may be raised there.
        self.wrongs: list[str] = []

    def send(self, request: Any, **_: Any) -> requests.Response:
        if self.mood == "down":
            return self._answer(request, 503)
        if request.url.endswith("/token") and self.mood != "unreachable":
            return self._answer(request, 200, json.dumps({"access_token": "t", "expires_in": 3600}))
        mood, self.mood = self.mood, "well"
        if mood == "unreachable":
            raise requests.ConnectionError("unreachable")
        if mood == "forgetful":
            return self._answer(request, 401)
        address = urlsplit(request.url)
        item = f"https://lms.example{address.path.rpartition('/')[0]}"
        if request.method == "GET":
            return self._answer(request, 200, self._results(item, parse_qs(address.query)["user_id"][0]))
        return self._score(request, mood, {"item": item} | json.loads(request.body))

    def close(self) -> None:
        """Nothing is held open."""

    def _score(self, request: Any, mood: str, score: dict[str, Any]) -> requests.Response:
        if score["gradingProgress"] != "FullyGraded":
            self.wrongs.append("a score that is not final")
        if mood == "stumbling":
            return self._answer(request, 500)
        if mood == "late":
            self.late.append(score)
            raise requests.ReadTimeout("late")
        status, words = self.take(score)
        if mood == "losing answers":
            raise requests.ConnectionError("lost")
        return self._answer(request, status, words)

    def take(self, score: dict[str, Any]) -> tuple[int, str]:
        """Take a score into the gradebook if its time allows it."""
        cell, stamp = (score["item"], score["userId"]), datetime.fromisoformat(score["timestamp"])
        share = score["scoreGiven"] / score["scoreMaximum"]
        if self.seen.setdefault(cell, {}).setdefault(stamp, share) != share:
            self.wrongs.append("one time for two grades")
        before = self.held.get(cell)
        if before and self.rules == "moodle" and stamp <= before[0]:
            return 409, ""
        if before and self.rules == "canvas" and stamp < before[0]:
            return 400, "Provided timestamp before last updated timestamp of …"
        self.held[cell] = stamp, share
        self.taken.setdefault(cell, []).append((stamp, share))
        return 200, ""

    def _results(self, item: str, person: str) -> str:
        held = self.held.get((item, person))
        if not held:
            return "[]"
        return json.dumps(
            [{"userId": person, "resultScore": held[1], "resultMaximum": 1, "timestamp": held[0].isoformat()}]
        )

    def _answer(self, request: Any, status: int, body: str = "") -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer._content, answer.url, answer.request = status, body.encode(), request.url, request
        return answer


def furnish(database: Database) -> None:
    """Add an activity that has two columns, and people who learn there."""
    with database.transaction() as session:
        platform = add_platform(session)
        activity = add_activity(session, platform)
        activity.line_item_url, activity.completion_url = COLUMNS
        activity.marks_completion = True
        activity.scopes = [SCOPE + "score", SCOPE + "result.readonly", SCOPE + "lineitem"]
        for name in PEOPLE:
            add_person(session, activity, platform, name)


class Deliveries(RuleBasedStateMachine):
    """Two people, an activity with two columns, several senders of which any may die, and one LMS."""

    def __init__(self, databases: Databases) -> None:
        super().__init__()
        self.databases, self.ending = databases, ExitStack()

    @initialize(
        rules=st.sampled_from(["moodle", "canvas"]), clock=st.timedeltas(-timedelta(hours=1), timedelta(hours=1))
    )
    def begin(self, rules: str, clock: timedelta) -> None:
        folder = Path(self.ending.enter_context(TemporaryDirectory()))
        url = self.ending.enter_context(self.databases.prepared(folder))
        self.database, self.settings = Database(url, connections=5), SETTINGS
        self.ending.callback(self.database.engine.dispose)
        furnish(self.database)
        self.now, self.lms_is_ahead, self.lms = NOON, clock, Lms(rules)
        self.best: dict[Cell, float] = {}
        self.touched: set[Cell] = set()
        self.under_way: list[Claim] = []
        self.restart()

    @rule()
    def restart(self) -> None:
        """Our process begins anew; whatever it had under way is lost."""
        self.sender = GradeSender(self.database, self.settings, lambda: self.now)
        self.sender._http.mount("https://", self.lms)
        self.under_way = []

    @rule(name=st.sampled_from(PEOPLE), score=SCORES, afresh=st.booleans())
    def finish_an_attempt(self, name: str, score: float, afresh: bool) -> None:
        grade = Grade(score, "Words.", self.now, self.now, passed=score >= 0.75)
        with self.database.transaction() as session:
            person = session.scalars(select(Person).where(Person.name == name)).one()
            owe_grade(session, session.scalars(select(Activity.id)).one(), person.id, grade, self.now, afresh)
        for item, kind in COLUMNS.items():
            if kind is GradeKind.SCORE or grade.passed:
                owed = score if kind is GradeKind.SCORE else 1.0
                self.best[item, f"sub-{name}"] = max(owed, self.best.get((item, f"sub-{name}"), 0))

    @rule()
    def take_up(self) -> None:
        if claim := self.sender._claim(None):
            self.under_way.append(claim)

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 3))
    def deliver(self, which: int) -> None:
        """One of those that were taken up is sent and concluded; the dead decide nothing."""
        claim = self.under_way.pop(which % len(self.under_way))
        before = self.row(claim.delivery_id)
        self.sender._deliver(claim)
        if before["lease"] != claim.lease:
            assert self.row(claim.delivery_id) == before

    @rule()
    def one_is_slow_and_another_takes_over(self) -> None:
        self.take_up()
        self.now += timedelta(minutes=3)
        self.take_up()

    @rule(name=st.sampled_from(PEOPLE), score=SCORES)
    def a_result_comes_while_one_is_under_way(self, name: str, score: float) -> None:
        self.take_up()
        self.finish_an_attempt(name, score, afresh=False)
        if self.under_way:
            self.deliver(3)

    @precondition(lambda self: self.under_way)
    @rule()
    def a_sender_dies(self) -> None:
        self.under_way.pop()

    @rule()
    def send_one(self) -> None:
        self.sender.send_next()

    @rule(mood=st.sampled_from(MOODS))
    def the_lms_changes_its_mood(self, mood: str) -> None:
        self.lms.mood = mood

    @precondition(lambda self: self.lms.late)
    @rule()
    def what_was_sent_long_ago_arrives(self) -> None:
        self.lms.take(self.lms.late.pop(0))

    @rule(name=st.sampled_from(PEOPLE), share=SCORES)
    def a_teacher_grades_by_hand(self, name: str, share: float) -> None:
        cell = (next(iter(COLUMNS)), f"sub-{name}")
        self.lms.held[cell] = ((self.now + self.lms_is_ahead).replace(microsecond=0), share)
        self.touched.add(cell)

    @rule(time=st.sampled_from([timedelta(seconds=1), timedelta(seconds=30), timedelta(minutes=3), timedelta(hours=2)]))
    def time_passes(self, time: timedelta) -> None:
        self.now += time

    @rule()
    def a_manager_sends_again(self) -> None:
        with self.database.transaction() as session:
            send_again(session, 1, "photos", self.now)

    @invariant()
    def our_grades_never_sink_and_their_times_rise(self) -> None:
        for cell, taken in self.lms.taken.items():
            for (earlier, lower), (later, higher) in pairwise(taken):
                assert cell in self.touched or (earlier, lower) == (later, higher) or earlier < later
                assert lower <= higher

    @invariant()
    def there_is_one_row_for_each_person_and_column(self) -> None:
        with self.database.reading() as session:
            owed = session.execute(
                select(Delivery.person_id, Delivery.kind, func.count()).group_by("person_id", "kind")
            )
            assert all(count == 1 for _, _, count in owed)

    @invariant()
    def what_is_sent_again_bears_the_same_time(self) -> None:
        """Unless the LMS had said that it holds a later grade, which is not ours."""
        times: dict[tuple[int, int], set[datetime]] = {}
        refused: Counter[tuple[int, int]] = Counter()
        with self.database.reading() as session:
            for attempt in session.scalars(select(DeliveryTry)):
                times.setdefault((attempt.delivery_id, attempt.version), set()).add(attempt.stamp)
                refused[attempt.delivery_id, attempt.version] += attempt.status in (400, 409)
        assert all(len(stamps) <= 1 + refused[same] for same, stamps in times.items())

    @invariant()
    def the_lms_was_never_sent_what_it_must_not_get(self) -> None:
        assert self.lms.wrongs == []

    def row(self, delivery_id: int) -> dict[str, Any]:
        """What is kept of a delivery, but for when it is due: an LMS that answers even the dead is well for all."""
        with self.database.reading() as session:
            delivery = session.get_one(Delivery, delivery_id)
            kept = {column.key: getattr(delivery, column.key) for column in Delivery.__table__.columns}
            return {name: value for name, value in kept.items() if name != "due_at"}

    def teardown(self) -> None:
        """In the end all arrives: the LMS is well again, and time passes."""
        with self.ending:
            if hasattr(self, "database"):
                self._see_all_arrive()

    def _see_all_arrive(self) -> None:
        self.lms.mood = "well"
        self._send_for_days()
        for cell, best in self.best.items():
            assert cell in self.touched or self.lms.held[cell][1] == best
        self._see_the_lms_well_again()

    def _see_the_lms_well_again(self) -> None:
        """The next grade, if nothing was owed any more, shows that the LMS is up, and nothing speaks against it."""
        self.finish_an_attempt("Ada", 1.0, afresh=True)
        self._send_for_days()
        with self.database.reading() as session:
            platform = session.scalars(select(Platform)).one()
            assert (platform.failures, platform.suspect_id, platform.trouble) == (0, None, None)

    def _send_for_days(self) -> None:
        for _ in range(60):
            self.now += timedelta(days=1)
            while self.sender.send_next():
                pass
            with self.database.reading() as session:
                states = {delivery.state for delivery in session.scalars(select(Delivery))}
            if states <= {DeliveryState.DELIVERED, DeliveryState.SUPERSEDED}:
                return
        raise AssertionError(f"after 60 days there are still {states}")


ENOUGH = settings(
    max_examples=30, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


def test_whatever_happens_in_whatever_order_each_grade_arrives(databases: Databases) -> None:
    run_state_machine_as_test(lambda: Deliveries(databases), settings=ENOUGH)
