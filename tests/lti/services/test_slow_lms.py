"""LMSs wait for themselves alone: a slow one holds up neither the grades nor the lists of people of another."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from requests import PreparedRequest
from responses import RequestsMock
from sqlalchemy import select

import db
from app import create_app
from config import Settings
from core.queue.queue import Queue
from core.services import service
from db import Database
from lti.domain.delivery import DeliveryState
from lti.grades.deliveries import Grade, owe_grade
from lti.grades.jobs import SEND
from lti.models import Course, Delivery, Membership, Platform
from lti.services.roster import RosterReader, RosterUnread
from lti.services.roster_jobs import READ
from tests.support.factories import add_activity, add_person, add_platform
from tests.support.lms.owed_grades import SCOPES
from tests.support.lms.services import Answer, Reply, Services, listed

PATIENCE = 60
PEOPLE_EACH = 12


def wait_for(happened: Callable[[], bool], what: str) -> None:
    """Look again and again until it has happened."""
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)


class SlowAndPrompt:
    """Two LMSs whose answers, of some kinds, do not come until a test lets them, and one that answers at once."""

    slow = ("slow-1.example", "slow-2.example")
    prompt = "prompt.example"

    def __init__(self, database: Database, queue: Queue, network: RequestsMock) -> None:
        self.database, self.queue = database, queue
        self.held: set[str] = set()
        self.waiting: Counter[str] = Counter()
        self.let_go = threading.Event()
        self._lock = threading.Lock()
        self.courses = {host: self._add(network, host) for host in (*self.slow, self.prompt)}

    def _add(self, network: RequestsMock, host: str) -> int:
        services = Services(network, f"https://{host}")
        services.members, services.results = [{"user_id": "5", "roles": ["Learner"]}], []
        for name in ("token", "scores", "results", "members"):
            services.odd[name] = self._answering(host, name)
        with self.database.transaction() as session:
            platform = add_platform(session, issuer=f"https://{host}")
            platform.token_url = f"https://{host}/token"
            platform.client_id = host
            activity = add_activity(session, platform)
            activity.line_item_url, activity.scopes = f"https://{host}/items/1", SCOPES
            session.get_one(Course, activity.course_id).roster_url = f"https://{host}/members"
            self._owe(platform, activity, host, session)
            return activity.course_id

    def _owe(self, platform, activity, host, session) -> None:
        now = datetime.now(UTC)
        for number in range(PEOPLE_EACH):
            person = add_person(session, activity, platform, f"{number} of {host}")
            owe_grade(session, activity.id, person.id, Grade(0.8, "Passed.", now, now), now)
        session.flush()
        if host == self.prompt:
            for delivery in session.scalars(select(Delivery).where(Delivery.activity_id == activity.id)):
                delivery.state = DeliveryState.DELIVERED

    def _answering(self, host: str, name: str) -> Callable[[PreparedRequest], Answer | None]:
        def say(_: PreparedRequest) -> Answer | None:
            if host in self.slow and name in self.held:
                with self._lock:
                    self.waiting[host] += 1
                self.let_go.wait(PATIENCE)
            return (409, {}, "") if host in self.slow and name == "scores" else None

        return say

    def owe_one_to_the_prompt(self) -> None:
        with self.database.transaction() as session:
            course = Membership.course_id == self.courses[self.prompt]
            delivery = session.scalars(
                select(Delivery).join(Membership, Membership.person_id == Delivery.person_id).where(course)
            ).first()
            assert delivery
            delivery.state, delivery.due_at = DeliveryState.WAITING, datetime.now(UTC)

    def has_all_of_the_prompt(self) -> bool:
        course = Membership.course_id == self.courses[self.prompt]
        with self.database.reading() as session:
            states = select(Delivery.state).join(Membership, Membership.person_id == Delivery.person_id).where(course)
            return set(session.scalars(states)) == {DeliveryState.DELIVERED}

    def roster_is_read(self, host: str) -> bool:
        with self.database.reading() as session:
            return session.get_one(Course, self.courses[host]).roster_read_at is not None


@pytest.fixture
def lmss(settings: Settings, network: RequestsMock) -> Iterator[SlowAndPrompt]:
    app: Flask = create_app(settings)
    queue: Queue = service(Queue, app)
    consumer = queue.consumer()
    lmss = SlowAndPrompt(db.database(app), queue, network)
    consumer.start()
    yield lmss
    lmss.let_go.set()
    consumer.stop(graceful=True)
    db.database(app).engine.dispose()


@pytest.mark.parametrize(("held", "most"), [("scores", 8), ("results", 8), ("token", 1)])
def test_two_slow_lmss_that_hold_all_their_senders_keep_no_grade_of_another_waiting(
    lmss: SlowAndPrompt, held: str, most: int
) -> None:
    lmss.held = {held}
    lmss.queue.put(SEND)
    wait_for(lambda: all(lmss.waiting[host] == most for host in lmss.slow), "the slow ones to hold their senders")
    lmss.owe_one_to_the_prompt()
    lmss.queue.put(SEND)
    wait_for(lmss.has_all_of_the_prompt, "the grade of the LMS that answers")
    assert not lmss.let_go.is_set()
    assert lmss.waiting == dict.fromkeys(lmss.slow, most)


def test_slow_lists_of_people_keep_neither_grades_nor_lists_of_another_lms_waiting(lmss: SlowAndPrompt) -> None:
    lmss.held = {"members"}
    for host in lmss.slow:
        lmss.queue.put(READ, lmss.courses[host])
    wait_for(lambda: all(lmss.waiting[host] == 1 for host in lmss.slow), "the slow lists to be under way")
    for host in lmss.slow:
        # Under way already: it is not asked for again.
        lmss.queue.put(READ, lmss.courses[host])
    lmss.owe_one_to_the_prompt()
    lmss.queue.put(SEND)
    lmss.queue.put(READ, lmss.courses[lmss.prompt])
    wait_for(lmss.has_all_of_the_prompt, "the grade of the LMS that answers")
    wait_for(lambda: lmss.roster_is_read(lmss.prompt), "the list of the LMS that answers")
    assert not any(lmss.roster_is_read(host) for host in lmss.slow)
    assert lmss.waiting == dict.fromkeys(lmss.slow, 1)


class TestTimeInAll:
    """All calls of a piece of work together have their time, however promptly each is answered."""

    @pytest.fixture
    def endless(self, app: Flask, database: Database, network: RequestsMock) -> Iterator[tuple[int, Counter[str]]]:
        """Give the course of an LMS whose list of people goes on for ever, page by page."""
        pages: Counter[str] = Counter()

        def page(_: PreparedRequest) -> Reply:
            pages["asked"] += 1
            time.sleep(0.3)
            member = {"user_id": str(pages["asked"]), "roles": ["Learner"]}
            link = f'<{services.members_url}?page={pages["asked"]}>; rel="next"'
            return listed({"members": [member]}, Link=link)

        services = Services(network)
        services.odd["members"] = page
        with database.transaction() as session:
            activity = add_activity(session, add_platform(session))
            course = session.get_one(Course, activity.course_id)
            course.roster_url = services.members_url
        return course.id, pages

    def test_a_list_of_people_without_an_end_is_given_up_and_changes_nothing(
        self, database: Database, settings: Settings, endless: tuple[int, Counter[str]]
    ) -> None:
        course_id, pages = endless
        reader = RosterReader(database, replace(settings, roster_seconds=1))
        with pytest.raises(RosterUnread) as trouble:
            reader.read(course_id)
        assert "took too long" in trouble.value.words
        assert 1 < pages["asked"] < 10
        with database.reading() as session:
            assert session.scalars(select(Membership)).all() == []
            assert session.scalars(select(Platform)).one().failures == 0
