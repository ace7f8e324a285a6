"""What two do at the same time on PostgreSQL, where neither waits for the other as in SQLite."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from db import Database, in_transaction, utcnow
from lti.domain.member import Member
from lti.domain.roles import Role
from lti.models import Course, Delivery, Membership, Person, Visit
from lti.services.roster import keep_members
from modules.content.publish import publish
from modules.models import Attempt, Certificate, CheckAnswerRow, ModuleVersion, Pass, ResultRow
from tests.support.checked import CHECKED, RIGHT
from tests.support.factories import CONTENT
from tests.support.lms.double import INSTRUCTOR, LEARNER, Lms, lti
from tests.support.meeting import both_at_once, one_within_the_other
from tests.support.school import Browser, School
from tests.support.visitor import Form

pytestmark = pytest.mark.databases("postgres")


TOOL_PLATFORM = "https://purl.imsglobal.org/spec/lti/claim/tool_platform"


def rows(database: Database, table: type) -> list[object]:
    with database.reading() as session:
        return list(session.scalars(select(table)))


class TestTwoFirstLaunches:
    def test_of_one_person_both_lead_in_and_the_person_is_known_once(self, lms: Lms, database: Database) -> None:
        answers = both_at_once(database, "INSERT INTO persons", *(lms.in_another_browser().launches for _ in range(2)))
        assert [answer.status_code for answer in answers] == [303, 303]
        assert answers[0].location != answers[1].location
        assert [len(rows(database, table)) for table in (Person, Course, Membership, Visit)] == [1, 1, 1, 2]

    def test_of_two_people_make_one_course(self, lms: Lms, database: Database) -> None:
        def launch(subject: str) -> TestResponse:
            return lms.in_another_browser().launches({"sub": subject})

        answers = both_at_once(database, "INSERT INTO courses", lambda: launch("5"), lambda: launch("6"))
        assert [answer.status_code for answer in answers] == [303, 303]
        assert [len(rows(database, table)) for table in (Person, Course, Membership)] == [2, 1, 2]


class TestALaunchWhileTheRosterIsKept:
    """The roster listed someone as a learner, and now it and a new launch say something else, each another thing."""

    # What the first launch said, what the launch says, what the roster says, and what counts: in Canvas the launch, as
    # it came after we began to read; in Moodle the roster, as a trainer has only switched roles.
    CHANGES = {
        "canvas": (LEARNER, INSTRUCTOR, Role.OBSERVER, Role.TRAINER),
        "moodle": (INSTRUCTOR, LEARNER, Role.TRAINER, Role.TRAINER),
    }

    def launches(self, lms: Lms, family: str, role: str) -> None:
        changes = {TOOL_PLATFORM: {"guid": "1", "product_family_code": family}, lti("roles"): [role]}
        assert lms.in_another_browser().launches(changes).status_code == 303

    def keeps_roster(self, database: Database, role: Role, began: datetime) -> None:
        (course,) = rows(database, Course)
        listed = [Member("5", role, "Zoë Fairweather", "zoe@school.example")]
        database.write(lambda session: keep_members(session, course.id, listed, began))

    @pytest.mark.parametrize("launch_is_first", [True, False])
    @pytest.mark.parametrize("family", CHANGES)
    def test_is_not_written_over_and_writes_over_nothing(
        self, lms: Lms, database: Database, family: str, launch_is_first: bool
    ) -> None:
        first, said, listed, counts = self.CHANGES[family]
        self.launches(lms, family, first)
        began = utcnow()
        self.keeps_roster(database, Role.STAFF, began)
        both = [lambda: self.launches(lms, family, said), lambda: self.keeps_roster(database, listed, began)]
        one_within_the_other(database, "UPDATE memberships", *(both if launch_is_first else reversed(both)))
        (kept,) = rows(database, Membership)
        assert (kept.listed_as, kept.role) == (listed, counts)

    @pytest.mark.parametrize("launch_is_first", [True, False])
    def test_can_be_the_first_of_someone(self, lms: Lms, database: Database, launch_is_first: bool) -> None:
        lms.in_another_browser().launches({"sub": "another"})
        began = utcnow()
        both = [lambda: self.launches(lms, "moodle", LEARNER), lambda: self.keeps_roster(database, Role.TRAINER, began)]
        one_within_the_other(database, "INSERT INTO memberships", *(both if launch_is_first else reversed(both)))
        with database.reading() as session:
            kept = session.scalars(select(Membership).join(Person).where(Person.subject == "5")).one()
            assert (kept.listed_as, kept.role) == (Role.TRAINER, Role.TRAINER)


class TestTwoBrowsersOfOnePerson:
    LAST = ("short", "only")

    @pytest.fixture
    def near_the_end(self, school: School) -> tuple[Browser, Browser, int]:
        """Give two browsers of someone, and an attempt that lacks one answer."""
        ada = school.visit()
        attempt = ada.start()
        for scene in ("first", "second"):
            ada.answer(attempt, "fork", scene, "decline")
        return ada, school.on_another_device(ada), attempt

    def test_who_finish_an_attempt_at_once_have_one_result_and_one_of_all_that_it_brings(
        self, near_the_end: tuple[Browser, Browser, int], database: Database
    ) -> None:
        *browsers, attempt = near_the_end
        answers = both_at_once(
            database, "FOR UPDATE", *(lambda b=b: b.answer(attempt, *self.LAST, "decline") for b in browsers)
        )
        assert [answer.status_code for answer in answers] == [303, 303]
        assert [len(rows(database, table)) for table in (ResultRow, Pass, Certificate, Delivery)] == [1, 1, 1, 1]
        assert "You have passed" in browsers[1].get(f"/attempts/{attempt}/result").text

    def test_who_answer_in_two_ways_at_once_are_told_which_one_was_kept(
        self, near_the_end: tuple[Browser, Browser, int], database: Database
    ) -> None:
        ada, other, attempt = near_the_end
        answers = both_at_once(
            database,
            "FOR UPDATE",
            lambda: ada.answer(attempt, *self.LAST, "decline"),
            lambda: other.answer(attempt, *self.LAST, "ask"),
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        assert len(rows(database, ResultRow)) == 1

    @pytest.mark.parametrize(("other_bin", "statuses"), [("forbids", [303, 303]), ("allows", [303, 409])])
    def test_who_answer_one_rule_check_at_once_have_one_answer_kept(
        self, school: School, database: Database, other_bin: str, statuses: list[int]
    ) -> None:
        school.publish(CHECKED)
        ada = school.visit()
        other, attempt = school.on_another_device(ada), ada.start()
        for scene in ("first", "second"):
            ada.answer(attempt, "fork", scene, "decline")
        answers = both_at_once(
            database,
            "FOR UPDATE",
            lambda: ada.check(attempt, "pictures", RIGHT),
            lambda: other.check(attempt, "pictures", RIGHT | {"photo.post": other_bin}),
        )
        assert sorted(answer.status_code for answer in answers) == statuses
        assert len(rows(database, CheckAnswerRow)) == 1

    def test_who_start_at_once_have_one_attempt(self, school: School, database: Database) -> None:
        ada = school.visit()
        other = school.on_another_device(ada)
        forms = [(browser, Form(browser.get("/module").text).fields) for browser in (ada, other)]
        answers = both_at_once(
            database, "INSERT INTO attempts", *(lambda b=b, f=f: b.post("/attempts", data=f) for b, f in forms)
        )
        assert [answer.status_code for answer in answers] == [303, 303]
        assert answers[0].location.rsplit("/", 1)[1] == answers[1].location.rsplit("/", 1)[1]
        assert len(rows(database, Attempt)) == 1

    def test_who_drop_an_attempt_while_it_is_finished_are_told_that_it_has_a_result(
        self, near_the_end: tuple[Browser, Browser, int], database: Database
    ) -> None:
        ada, other, attempt = near_the_end
        token = Form(other.get("/module").text).fields["csrf_token"]
        finished, dropped = one_within_the_other(
            database,
            "INSERT INTO answers",
            lambda: ada.answer(attempt, *self.LAST, "decline"),
            lambda: other.post(f"/attempts/{attempt}/drop", data={"csrf_token": token}),
        )
        assert (finished.status_code, dropped.status_code) == (303, 409)
        (kept,) = rows(database, Attempt)
        assert kept.finished_at and not kept.dropped_at


def published(app: Flask) -> tuple[int, int]:
    with app.app_context():
        version = in_transaction(lambda session: publish(session, CONTENT, utcnow()))
        return version.id, version.number


def test_one_content_that_is_published_twice_at_once_is_one_version(app: Flask, database: Database) -> None:
    both = both_at_once(database, "INSERT INTO module_versions", *(lambda: published(app) for _ in range(2)))
    assert both[0] == both[1]
    with database.reading() as session:
        assert len(list(session.scalars(select(ModuleVersion).where(ModuleVersion.module == "photos")))) == 1
