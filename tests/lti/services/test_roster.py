"""The roster, read from the practice LMS over real HTTP, and what is kept of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import db
from config import Settings
from core.queue.failures import failures
from core.queue.queue import Queue
from core.services import provide, service
from db import Database
from lti.domain.member import Member, each_once, member_from, members_in
from lti.domain.roles import Role
from lti.models import Course, Delivery, Membership, Person, Platform
from lti.services.roster import (
    RosterReader,
    RosterUnread,
    ask_for_roster,
    is_stale,
    keep_members,
    leavers_of,
    mark_leavers,
    note_reading,
)
from lti.services.roster_jobs import READ, RosterJobs
from practice.courses.people import PEOPLE
from tests.support.factories import NOW, add_activity, add_person, add_platform
from tests.support.servers import Running, port_of, register_practice
from tests.support.visitor import Visitor


class Class:
    """A course that one person has opened, and what the tool knows of its people."""

    def __init__(self, database: Database, settings: Settings, practice: Running) -> None:
        self.database, self.practice = database, practice
        self.reader = RosterReader(database, settings)
        self.course = self.find_course()

    def find_course(self) -> Course:
        with self.database.reading() as session:
            return session.scalars(select(Course)).one()

    def members(self) -> dict[str, Membership]:
        with self.database.reading() as session:
            rows = session.execute(select(Person.subject, Membership).join(Membership))
            return dict(rows.all())

    def tell_practice(self, switch: str, **to: str) -> None:
        requests.post(f"{self.practice.url}/{switch}", data=to, timeout=5)

    def ask_at(self, address: str) -> None:
        with self.database.transaction() as session:
            session.scalars(select(Course)).one().roster_url = address

    def ask_in_pages_of(self, size: int) -> None:
        with self.database.transaction() as session:
            course = session.scalars(select(Course)).one()
            course.roster_url = f"{course.roster_url}?limit={size}"


@pytest.fixture
def course(app: Flask, settings: Settings, practice: Running) -> Iterator[Class]:
    settings = replace(settings, public_url=practice.tool_url)
    provide(app, settings)
    register_practice(app, practice.url, settings)
    with Running(app, port_of(practice.tool_url)):
        Visitor(practice.url, practice.tool_url, person="4").launch()
        yield Class(db.database(app), settings, practice)


def test_people_who_never_came_are_known_from_the_roster(course: Class) -> None:
    assert len(course.members()) == 1
    course.reader.read(course.course.id)
    members = course.members()
    assert len(members) == len(PEOPLE)
    assert members["5"].role is Role.STAFF and members["5"].seen_at is None
    assert course.find_course().roster_read_at is not None


def test_a_roster_in_pages_is_read_to_its_end(course: Class) -> None:
    course.ask_in_pages_of(2)
    course.reader.read(course.course.id)
    assert len(course.members()) == len(PEOPLE)


def test_a_roster_of_canvas_is_read_to_its_end_though_it_comes_in_pages_of_its_own(course: Class) -> None:
    requests.post(f"{course.practice.url}/mood", data={"mood": "canvas", "people_per_page": "3"}, timeout=5)
    course.reader.read(course.course.id)
    members = course.members()
    assert len(members) == len(PEOPLE)
    assert (members["3"].role, members["5"].role) == (Role.TRAINER, Role.STAFF)


def test_a_teacher_who_moodles_roster_calls_a_learner_stays_one_and_the_difference_is_shown(course: Class) -> None:
    course.reader.read(course.course.id)
    assert course.members()["4"].role is Role.TRAINER
    page = " ".join(Visitor(course.practice.url, course.practice.tool_url, person="4").launch().text.split())
    assert "1 person’s role is not clear" in page
    assert "Martin Okafor</bdi>: a learner in the list, opened the training as a teacher, so not counted above" in page


def test_who_does_not_learn_in_the_course_is_counted_apart_and_nowhere_else(course: Class) -> None:
    course.tell_practice("failures", failure="odd-people")
    course.reader.read(course.course.id)
    members = course.members()
    assert {members[subject].role for subject in ("91", "92", "93", "94")} == {Role.OBSERVER}
    assert "95" not in members
    page = " ".join(Visitor(course.practice.url, course.practice.tool_url, person="3").launch().text.split())
    assert "4 other people in the course are not learners and do not lead it" in page
    for name in ("Olive Observer", "Otto Officer", "Gus Guest", "Una Unknown", "Test Student"):
        assert name not in page


def test_an_observer_can_take_the_training_and_owes_no_grade(course: Class) -> None:
    watcher = Visitor(course.practice.url, course.practice.tool_url, person="91")
    opened = watcher.launch()
    assert "You are not a learner in this course" in opened.text
    watcher.play(watcher.submit(opened))
    assert "You are not a learner in this course, so no grade is sent" in watcher.get("/attempts/1/result").text
    with course.database.reading() as session:
        assert session.scalars(select(Delivery)).all() == []
    manager = Visitor(course.practice.url, course.practice.tool_url, person="3")
    assert "Olive Observer" not in manager.launch().text


def test_a_roster_that_breaks_off_changes_nothing(course: Class) -> None:
    requests.post(f"{course.practice.url}/failures", data={"failure": "unavailable"}, timeout=5)
    with pytest.raises(RosterUnread):
        course.reader.read(course.course.id)
    assert len(course.members()) == 1
    assert course.find_course().roster_read_at is None


def read_now(app: Flask, course_id: int) -> None:
    """Read a roster as the worker does, without waiting for one."""
    with service(Queue, app).noting(READ, course_id):
        service(RosterJobs, app).read_now(course_id)


def failing(app: Flask) -> list[tuple[str, bool]]:
    """Return what an administrator is told of failing jobs, and whether each is tried again by itself."""
    with db.database(app).reading() as session:
        return [(each.words, each.due_at is not None) for each in failures(session)]


TROUBLES = {
    "no-people": "with no one in it",
    "unavailable": "did not answer",
    "no such list": "no longer has this list",
    "not allowed": "does not let us read",
    "no list": "cannot read the list of people",
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_roster_that_cannot_be_read_is_told_of_until_it_can(course: Class, app: Flask, trouble: str) -> None:
    address = course.course.roster_url or ""
    wrong = {"no such list": f"{course.practice.url}/nowhere", "no list": f"{course.practice.url}/jwks"}
    wrong["not allowed"] = address.replace("/invictus/", "/agora/")
    requests.post(f"{course.practice.url}/failures", data={"failure": trouble}, timeout=5)
    course.ask_at(wrong.get(trouble, address))
    read_now(app, course.course.id)
    assert TROUBLES[trouble] in (course.find_course().roster_trouble or "")
    assert failing(app) == [(course.find_course().roster_trouble, trouble == "unavailable")]

    requests.post(f"{course.practice.url}/failures", data={"failure": "none"}, timeout=5)
    course.ask_at(address)
    read_now(app, course.course.id)
    assert course.find_course().roster_trouble is None
    assert failing(app) == []


def test_a_roster_of_an_lms_that_was_switched_off_is_not_asked_for_again(course: Class, app: Flask) -> None:
    course.tell_practice("failures", failure="unavailable")
    read_now(app, course.course.id)
    with db.database(app).transaction() as session:
        session.execute(update(Platform).values(switched_off_at=datetime.now(UTC)))
    service(Queue, app).begin(READ, course.course.id)
    assert failing(app) == []


@pytest.fixture
def kept(session: Session) -> tuple[Session, int, Person]:
    platform = add_platform(session)
    activity = add_activity(session, platform)
    return session, activity.course_id, add_person(session, activity, platform, "Ada Okafor")


def keep_roster(session: Session, course_id: int, members: list[Member], now: datetime) -> None:
    """Keep a whole roster, as the reader does part by part."""
    listed = keep_members(session, course_id, each_once(members), now)
    mark_leavers(session, course_id, leavers_of(session, course_id, listed, 0, now), now, now)
    note_reading(session, course_id, 0, now)


def on_roster(session: Session) -> dict[str, bool]:
    rows = session.execute(select(Person.name, Membership.left_at).join(Membership))
    return {name or "": left_at is None for name, left_at in rows}


def test_who_is_no_longer_on_a_whole_roster_has_left(kept: tuple[Session, int, Person]) -> None:
    session, course_id, _ada = kept
    keep_roster(session, course_id, [Member("7", Role.STAFF, "Tom Reid", None)], NOW)
    session.flush()
    assert on_roster(session) == {"Ada Okafor": False, "Tom Reid": True}


def test_who_comes_back_is_there_again(kept: tuple[Session, int, Person]) -> None:
    session, course_id, ada = kept
    keep_roster(session, course_id, [Member("7", Role.STAFF, "Tom Reid", None)], NOW)
    keep_roster(session, course_id, [Member(ada.subject, Role.STAFF, None, None)], NOW)
    session.flush()
    assert on_roster(session) == {"Ada Okafor": True, "Tom Reid": False}


def test_someone_listed_twice_counts_once(kept: tuple[Session, int, Person]) -> None:
    session, course_id, _ada = kept
    keep_roster(session, course_id, [Member("7", Role.STAFF, "Tom Reid", None)] * 2, NOW)
    session.flush()
    assert on_roster(session) == {"Ada Okafor": False, "Tom Reid": True}


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        (Role.STAFF, Role.OBSERVER, Role.STAFF),
        (Role.OBSERVER, Role.STAFF, Role.STAFF),
        (Role.TRAINER, Role.STAFF, Role.TRAINER),
        (Role.STAFF, Role.TRAINER, Role.TRAINER),
    ],
)
def test_someone_listed_twice_has_the_highest_of_their_roles(
    kept: tuple[Session, int, Person], first: Role, second: Role, counts: Role
) -> None:
    session, course_id, _ada = kept
    keep_roster(session, course_id, [Member("7", role, "Tom Reid", None) for role in (first, second)], NOW)
    person = session.scalars(select(Person).where(Person.subject == "7")).one()
    assert session.get_one(Membership, (course_id, person.id)).role is counts


def test_what_one_entry_of_someone_leaves_out_is_taken_from_another() -> None:
    entries = [Member("7", Role.STAFF, None, "tom@school.example"), Member("7", Role.STAFF, "Tom Reid", None)]
    assert each_once(entries) == [Member("7", Role.STAFF, "Tom Reid", "tom@school.example")]


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize("mood", ["moodle", "canvas"])
def test_a_second_entry_as_an_observer_takes_no_one_off_the_list(course: Class, mood: str, size: int) -> None:
    course.tell_practice("mood", mood=mood, people_per_page=str(size))
    course.ask_in_pages_of(size)
    course.tell_practice("failures", failure="listed-twice")
    course.reader.read(course.course.id)
    members = course.members()
    assert len(members) == len(PEOPLE)
    assert (members["3"].role, members["5"].role, members["10"].role) == (Role.TRAINER, Role.STAFF, Role.STAFF)


def test_someone_who_never_came_has_the_role_that_the_roster_gives_now(kept: tuple[Session, int, Person]) -> None:
    session, course_id, _ada = kept
    for role in (Role.STAFF, Role.TRAINER):
        keep_roster(session, course_id, [Member("7", role, "Tom Reid", None)], NOW)
    person = session.scalars(select(Person).where(Person.subject == "7")).one()
    assert session.get_one(Membership, (course_id, person.id)).role is Role.TRAINER


@pytest.mark.parametrize(("before", "listed"), [(Role.TRAINER, Role.STAFF), (Role.STAFF, Role.TRAINER)])
def test_canvas_is_believed_when_someones_role_has_changed(
    kept: tuple[Session, int, Person], before: Role, listed: Role
) -> None:
    session, course_id, ada = kept
    session.get_one(Platform, ada.platform_id).family = "canvas"
    membership = session.get_one(Membership, (course_id, ada.id))
    membership.role = membership.seen_as = before
    keep_roster(session, course_id, [Member(ada.subject, listed, None, None)], NOW)
    assert membership.role is listed
    assert session.get_one(Course, course_id).roster_differs == 0


def test_elsewhere_the_launch_is_believed_and_the_difference_is_counted(kept: tuple[Session, int, Person]) -> None:
    session, course_id, ada = kept
    keep_roster(session, course_id, [Member(ada.subject, Role.TRAINER, None, None)], NOW)
    assert session.get_one(Membership, (course_id, ada.id)).role is Role.STAFF
    assert session.get_one(Course, course_id).roster_differs == 1


def test_a_trainer_who_tries_moodle_as_a_student_stays_a_trainer(kept: tuple[Session, int, Person]) -> None:
    session, course_id, ada = kept
    session.get_one(Platform, ada.platform_id).family = "moodle"
    keep_roster(session, course_id, [Member(ada.subject, Role.TRAINER, None, None)], NOW)
    assert session.get_one(Membership, (course_id, ada.id)).role is Role.TRAINER


def test_what_a_roster_said_of_someone_who_left_is_forgotten(kept: tuple[Session, int, Person]) -> None:
    session, course_id, ada = kept
    keep_roster(session, course_id, [Member(ada.subject, Role.TRAINER, None, None)], NOW)
    keep_roster(session, course_id, [Member("7", Role.STAFF, "Tom Reid", None)], NOW)
    assert session.get_one(Membership, (course_id, ada.id)).listed_as is None


def test_a_test_user_who_a_launch_told_us_about_is_not_in_the_course(kept: tuple[Session, int, Person]) -> None:
    session, course_id, ada = kept
    ada.is_test = True
    members = [Member(ada.subject, Role.STAFF, None, None), Member("7", Role.STAFF, "Tom Reid", None)]
    keep_roster(session, course_id, members, NOW)
    session.flush()
    assert on_roster(session) == {"Ada Okafor": False, "Tom Reid": True}


def test_a_roster_is_asked_for_once_in_a_while_however_many_pages_want_it(kept: tuple[Session, int, Person]) -> None:
    session, course_id, _ada = kept
    session.get_one(Course, course_id).roster_url = "https://lms.example/members"
    session.flush()
    asked = [ask_for_roster(session, course_id, NOW + timedelta(minutes=minutes)) for minutes in (0, 1, 14, 16)]
    assert asked == [True, False, False, True]


def test_a_clock_that_was_ahead_for_a_while_does_not_keep_a_roster_from_being_read(
    kept: tuple[Session, int, Person],
) -> None:
    session, course_id, _ada = kept
    course = session.get_one(Course, course_id)
    course.roster_url, course.roster_asked_at = "https://lms.example/members", NOW + timedelta(days=400)
    session.flush()
    assert is_stale(course, NOW)
    assert ask_for_roster(session, course_id, NOW)


def test_a_name_that_a_roster_leaves_out_is_not_forgotten(kept: tuple[Session, int, Person]) -> None:
    session, course_id, ada = kept
    keep_roster(session, course_id, [Member(ada.subject, Role.STAFF, None, "ada@oaktree.example")], NOW)
    assert (ada.name, ada.email) == ("Ada Okafor", "ada@oaktree.example")


@pytest.mark.parametrize(
    "entry",
    [{"status": None}, {"status": "active"}, {"status": " ACTIVE "}, {}, {"user_id": 5}, {"user_id": 5.0}],
    ids=str,
)
def test_an_entry_is_read_however_its_id_and_status_are_spelt(entry: dict[str, object]) -> None:
    member = member_from({"user_id": "5", "roles": ["Learner"]} | entry)
    assert member and (member.subject, member.role) == ("5", Role.STAFF)


@pytest.mark.parametrize(
    ("roles", "role"),
    [([], Role.OBSERVER), ("", Role.OBSERVER), ("Learner", Role.STAFF), ([None, "Learner", 7], Role.STAFF)],
    ids=str,
)
def test_an_entry_may_have_no_roles_or_some_that_mean_something(roles: object, role: Role) -> None:
    member = member_from({"user_id": "5", "roles": roles})
    assert member and member.role is role


@pytest.mark.parametrize("status", ["Inactive", "deleted", "DELETED"])
def test_people_who_are_not_active_are_left_out(status: str) -> None:
    assert member_from({"user_id": "5", "status": status}) is None


NOT_TOLD_WHO = [{}, {"user_id": ""}, {"user_id": None}, {"user_id": True}, {"user_id": "$User.id"}]
NOT_TOLD_WHO += [{"user_id": "5" * 256}, {"user_id": "5", "status": "waiting"}, {"user_id": "5", "status": 1}]
NOT_TOLD_AS_WHAT = [{"roles": roles} for roles in (None, {"a": "Learner"}, 7, True, [None], [{"a": 1}])]
UNREADABLE = [None, "5", {"user_id": "5"}]
UNREADABLE += [{"roles": ["Learner"]} | entry for entry in NOT_TOLD_WHO]
UNREADABLE += [{"user_id": "5"} | entry for entry in NOT_TOLD_AS_WHAT]


@pytest.mark.parametrize("entry", UNREADABLE, ids=lambda entry: str(entry)[:60])
def test_an_entry_that_does_not_say_who_is_in_the_course_and_as_what_is_counted(entry: object) -> None:
    there = {"user_id": "7", "roles": ["Learner"]}
    members, unread = members_in({"members": [entry, there]})
    assert ([member.subject for member in members], unread) == (["7"], 1)


@pytest.mark.parametrize("page", [None, [], {}, {"members": None}, {"members": {"5": {}}}, {"members": "5"}], ids=str)
def test_a_page_without_a_list_of_people_is_not_an_empty_one(page: object) -> None:
    with pytest.raises(ValueError, match="roster"):
        members_in(page)


def test_no_one_is_marked_as_having_left_while_entries_cannot_be_read(kept: tuple[Session, int, Person]) -> None:
    session, course_id, _ada = kept
    assert leavers_of(session, course_id, set(), 1, NOW) == []
    note_reading(session, course_id, 1, NOW)
    session.flush()
    assert on_roster(session) == {"Ada Okafor": True}
    assert session.get_one(Course, course_id).roster_unread == 1


@pytest.mark.parametrize("mood", ["moodle", "canvas"])
@pytest.mark.parametrize("size", [1, 3])
def test_a_roster_whose_pages_are_linked_in_rare_ways_is_read_to_its_end(course: Class, mood: str, size: int) -> None:
    course.ask_in_pages_of(size)
    course.tell_practice("mood", mood=mood, people_per_page=str(size))
    course.tell_practice("failures", failure="odd-links")
    course.reader.read(course.course.id)
    assert len(course.members()) == len(PEOPLE)


@pytest.mark.parametrize("trouble", ["broken-links", "foreign-links", "circling-links"])
def test_a_part_of_a_roster_is_told_and_no_one_has_left(course: Class, app: Flask, trouble: str) -> None:
    course.reader.read(course.course.id)
    course.ask_in_pages_of(2)
    course.tell_practice("failures", failure=trouble)
    read_now(app, course.course.id)
    assert "only part of the list" in (course.find_course().roster_trouble or "")
    assert [member.left_at for member in course.members().values()] == [None] * len(PEOPLE)


def test_people_whose_ids_are_sent_as_numbers_are_the_same_people(course: Class) -> None:
    course.reader.read(course.course.id)
    course.tell_practice("failures", failure="odd-people")
    course.reader.read(course.course.id)
    there = {subject for subject, member in course.members().items() if not member.left_at}
    assert {person.id for person in PEOPLE} <= there
    assert "5" in there and "96" not in there
    assert course.find_course().roster_unread == 0


def test_entries_that_cannot_be_read_are_told_on_the_managers_page(course: Class) -> None:
    course.reader.read(course.course.id)
    course.tell_practice("failures", failure="unreadable-people")
    course.reader.read(course.course.id)
    assert [member.left_at for member in course.members().values()] == [None] * len(PEOPLE)
    manager = Visitor(course.practice.url, course.practice.tool_url, person="4")
    page = " ".join(manager.launch().text.split())
    assert "3 entries in the list could not be read" in page


def test_an_empty_roster_is_told_and_no_one_has_left(course: Class, app: Flask) -> None:
    course.reader.read(course.course.id)
    read_at = course.find_course().roster_read_at
    course.tell_practice("failures", failure="no-people")
    read_now(app, course.course.id)
    assert [member.left_at for member in course.members().values()] == [None] * len(PEOPLE)
    assert course.find_course().roster_read_at == read_at
    page = " ".join(Visitor(course.practice.url, course.practice.tool_url, person="3").launch().text.split())
    assert "The LMS sent a list with no one in it" in page and "Dean Hargreaves" in page


def test_no_one_has_left_where_no_one_real_is_on_the_list(kept: tuple[Session, int, Person]) -> None:
    session, course_id, _ada = kept
    assert leavers_of(session, course_id, set(), 0, NOW) == []


def test_the_moment_of_reading_is_kept(kept: tuple[Session, int, Person]) -> None:
    session, course_id, _ada = kept
    keep_roster(session, course_id, [], datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert session.get_one(Course, course_id).roster_read_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
