"""Two entries of one person in a course: joining them by hand or by command, what it brings, and undoing it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from db import Database
from lti.domain.delivery import DeliveryState
from lti.domain.roles import Role
from lti.models import Delivery, Membership
from managers.course import modules_of_course
from managers.find import people_like
from managers.people import PersonRow, Standing, course_query, people_page
from modules.certificates.certificates import certificates_of
from modules.models import Acknowledgement, Join, JoinState, Pass
from modules.policy.acknowledgements import acknowledge
from tests.support.factories import CONTENT, NOW, POLICY, add_activity, add_person, add_platform
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form

PHOTOS = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


@pytest.fixture
def school(app: Flask, database: Database) -> School:
    school = School(app, database)
    school.publish(PHOTOS, days_later=0)
    return school


@pytest.fixture
def old(school: School, database: Database) -> Browser:
    """Give the entry that someone passed under, and that has left the course."""
    old = school.visit("Ada Okafor")
    old.play()
    with database.transaction() as session:
        acknowledge(session, old.person_id, POLICY, school.activity.id, NOW)
        session.execute(update(Membership).values(left_at=NOW))
    return old


@pytest.fixture
def new(school: School, old: Browser) -> Browser:
    """Give the entry that the same person has now."""
    return school.visit("Ada Okafor-Cole")


@pytest.fixture
def mo(school: School) -> Browser:
    return school.visit("Mo Aziz", Role.TRAINER)


def join_them(leader: Browser, person: int, earlier: int, because: str = "Her account was made again") -> int:
    token = Form(leader.get("/module").text).fields["csrf_token"]
    fields = {"person": str(person), "earlier": str(earlier), "because": because}
    return leader.post("/people/joins?q=okafor", {"csrf_token": token} | fields).status_code


def undo(leader: Browser, number: int = 1) -> int:
    token = Form(leader.get("/module").text).fields["csrf_token"]
    return leader.post(f"/people/joins/{number}/undo", {"csrf_token": token}).status_code


def rows(school: School, database: Database) -> list[PersonRow]:
    with database.reading() as session:
        return people_page(
            session, course_query(session, school.activity.course_id, PHOTOS.module, NOW), None, 1, 10
        ).rows


def owed(database: Database, person_id: int) -> list[tuple[float, str]]:
    with database.reading() as session:
        theirs = select(Delivery.score, Delivery.comment).where(Delivery.person_id == person_id)
        return [tuple(row) for row in session.execute(theirs)]


def arrive(database: Database, person_id: int, state: DeliveryState = DeliveryState.DELIVERED) -> None:
    """Let the LMS have taken someone's grade, or have refused it."""
    with database.transaction() as session:
        theirs = update(Delivery).where(Delivery.person_id == person_id)
        session.execute(theirs.values(state=state, delivered_at=NOW))


def words_of(page: str) -> str:
    return " ".join(re.sub("<[^>]*>", "", page).split())


def test_who_leads_the_course_finds_both_entries_and_joins_them(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    page = mo.get("/people/joins?q=ÓKAFOR").text
    assert problems_of(page) == []
    assert "has left" in page and "Ada Okafor-Cole" in page
    assert join_them(mo, new.person_id, old.person_id) == 303
    assert [(row.person_id, row.standing) for row in rows(school, database)] == [(new.person_id, Standing.PASSED)]
    assert owed(database, new.person_id) == [(1.0, "Passed.")]
    page = mo.get("/people/joins").text
    assert problems_of(page) == []
    assert "Joined by <bdi>Mo Aziz</bdi>" in page and "Her account was made again" in page


def test_what_was_confirmed_and_certified_before_is_theirs_too(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    join_them(mo, new.person_id, old.person_id)
    with database.reading() as session:
        assert [held.person_id for held in certificates_of(session, new.person_id)] == [old.person_id]
        assert session.get(Acknowledgement, (new.person_id, POLICY.key, POLICY.version))
    assert "You have passed" in new.get("/module").text


def test_an_earlier_entry_that_is_still_in_the_course_is_no_second_trainee(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(update(Membership).values(left_at=None))
    assert len(rows(school, database)) == 2
    join_them(mo, new.person_id, old.person_id)
    assert [row.person_id for row in rows(school, database)] == [new.person_id]
    with database.reading() as session:
        (module,) = modules_of_course(session, school.activity.course_id, "invictus", mo.person_id, NOW)
        assert (module.passed, module.people) == (1, 1)


def test_a_grade_of_the_earlier_entry_that_its_lms_does_not_take_raises_no_alarm(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(update(Delivery).values(state=DeliveryState.NEEDS_ATTENTION))
        session.execute(update(Membership).values(left_at=None))
    assert "needs your attention" in " ".join(mo.get("/people").text.split())
    join_them(mo, new.person_id, old.person_id)
    assert "needs your attention" not in " ".join(mo.get("/people").text.split())


def test_undoing_leaves_both_as_they_were_and_keeps_who_did_what(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    join_them(mo, new.person_id, old.person_id)
    assert (undo(mo), undo(mo)) == (303, 404)
    assert [(row.person_id, row.standing) for row in rows(school, database)] == [(new.person_id, Standing.NOT_STARTED)]
    assert owed(database, new.person_id) == []
    with database.reading() as session:
        assert [held.person_id for held in session.scalars(select(Pass))] == [old.person_id]
        assert certificates_of(session, new.person_id) == []
        assert [given.person_id for given in session.scalars(select(Acknowledgement))] == [old.person_id]
        joined = session.scalars(select(Join)).one()
        assert (joined.state, joined.decided_by, joined.ended_by) == (JoinState.SEPARATED, "Mo Aziz", "Mo Aziz")
    assert join_them(mo, new.person_id, old.person_id) == 303


def test_a_grade_that_the_course_has_already_is_taken_back_and_a_result_of_their_own_is_sent(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    join_them(mo, new.person_id, old.person_id)
    with database.transaction() as session:
        theirs = Delivery.person_id == new.person_id
        session.execute(update(Delivery).where(theirs).values(state=DeliveryState.DELIVERED, delivered_at=NOW))
    undo(mo)
    ((score, comment),) = owed(database, new.person_id)
    assert score == 0 and "no longer counts" in comment
    new.play()
    assert owed(database, new.person_id) == [(1.0, "Passed.")]


def test_a_grade_that_was_taken_back_is_said_to_be_so_and_is_not_offered_to_be_sent_again(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    join_them(mo, new.person_id, old.person_id)
    arrive(database, new.person_id)
    undo(mo)
    pages = "/people", f"/people/{new.person_id}/grade"
    for page in map(mo.get, pages):
        assert "The grade is being taken back, because the pass it came from no longer counts" in words_of(page.text)
    arrive(database, new.person_id)
    for page in map(mo.get, pages):
        assert "Taken back on 20 November 2026: the pass it came from no longer counts" in words_of(page.text)
        assert problems_of(page.text) == []
        assert not re.search("send again|Send the grade again|Sent on|for the attempt finished on", page.text)
    new.play()
    arrive(database, new.person_id)
    page = mo.get(pages[1]).text
    assert "for the attempt finished on" in page and "Send the grade again" in page and "Taken back" not in page


def test_a_grade_that_could_not_be_taken_back_can_be_tried_again(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    join_them(mo, new.person_id, old.person_id)
    arrive(database, new.person_id)
    undo(mo)
    arrive(database, new.person_id, DeliveryState.NEEDS_ATTENTION)
    page = mo.get(f"/people/{new.person_id}/grade").text
    assert "but the grade could not be taken back" in words_of(page) and "Send the grade again" in page


def test_who_leads_the_course_reads_who_joined_and_who_undid_it_when_and_why(
    school: School, old: Browser, new: Browser, mo: Browser, app: Flask
) -> None:
    join_them(mo, new.person_id, old.person_id)
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        undo(school.visit("Kim Li", Role.TRAINER))
        page = mo.get("/people/joins").text
    words = words_of(page)
    assert "Joined by Mo Aziz on 21 November 2026. Undone by Kim Li on 27 November 2026." in words
    assert "Her account was made again" in words and "Nothing has been decided" not in words
    assert "/undo" not in page and "Confirm after all" not in page and problems_of(page) == []
    join_them(mo, new.person_id, old.person_id)
    runner = app.test_cli_runner()
    runner.invoke(args=["people", "separate", "2", "--by", "IT", "--reason", "Two people after all"])
    words = words_of(mo.get("/people/joins").text)
    assert "Undone by IT on 21 November 2026." in words and "Two people after all" in words


def test_a_request_that_a_join_answered_is_listed_with_that_join(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        asked = {"person_id": new.person_id, "same_as_id": old.person_id, "module": PHOTOS.module.key, "asked_at": NOW}
        session.add(Join(**asked, course_id=school.activity.course_id, state=JoinState.ASKED))
    join_them(mo, new.person_id, old.person_id)
    words = words_of(mo.get("/people/joins").text)
    assert "Asked on 20 November 2026. Answered on 21 November 2026, when Mo Aziz joined the two entries." in words


def test_the_result_behind_a_pass_that_a_join_brought_is_shown_to_them_and_to_managers_until_it_is_undone(
    school: School, old: Browser, new: Browser, mo: Browser
) -> None:
    join_them(mo, new.person_id, old.person_id)
    page, own = mo.get("/people").text, new.get("/module").text
    assert re.search(r'numeric">100%</td>\s*<td[^>]*>21 November 2026, under another entry</td>', page)
    assert "You passed with 100% on 21 November 2026, under another account of yours" in words_of(own)
    assert problems_of(page) == problems_of(own) == []
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        new.play()
        assert "Your best result is 100%, on 28 November 2026" in words_of(new.get("/module").text)
    assert "under another entry" not in mo.get("/people").text
    undo(mo)
    assert "under another" not in mo.get("/people").text + new.get("/module").text


def test_a_score_that_is_not_theirs_goes_from_the_list_when_a_join_is_undone(
    school: School, old: Browser, new: Browser, mo: Browser
) -> None:
    join_them(mo, new.person_id, old.person_id)
    undo(mo)
    page = mo.get("/people").text
    assert "100%" not in page and "under another" not in page + new.get("/module").text


def test_what_they_passed_themselves_stays_when_a_join_is_undone(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    join_them(mo, new.person_id, old.person_id)
    new.play()
    undo(mo)
    assert [row.standing for row in rows(school, database)] == [Standing.PASSED]
    assert owed(database, new.person_id) == [(1.0, "Passed.")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"earlier": "1", "because": "x"}, "Select the entry that the person uses now"),
        ({"person": "1", "because": "x"}, "Select the earlier entry"),
        ({"person": "1", "earlier": "1", "because": "x"}, "Select two different entries"),
        ({"person": "2", "earlier": "1", "because": " "}, "Enter how you know"),
        ({"person": "2", "earlier": "1", "because": "x" * 501}, "Enter 500 characters or fewer"),
        ({"person": "9" * 30, "earlier": "1", "because": "x"}, "Select the entry that the person uses now"),
        ({"person": "two", "earlier": "1", "because": "x"}, "Select the entry that the person uses now"),
    ],
)
def test_what_is_missing_is_asked_for_again_and_nothing_is_lost(
    old: Browser, new: Browser, mo: Browser, fields: dict[str, str], words: str
) -> None:
    token = Form(mo.get("/module").text).fields["csrf_token"]
    answer = mo.post("/people/joins?q=okafor", {"csrf_token": token} | fields)
    assert (answer.status_code, problems_of(answer.text)) == (422, [])
    assert words in answer.text and "There is a problem" in answer.text and 'value="okafor"' in answer.text


def test_only_entries_of_the_course_are_joined_and_never_ones_own(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        stranger = add_person(session, school.activity, school.platform, "Ada Okafor (other school)")
        session.delete(session.get_one(Membership, (school.activity.course_id, stranger.id)))
        number = stranger.id
    pairs = [(new.person_id, number), (number, old.person_id), (mo.person_id, old.person_id), (99, old.person_id)]
    assert [join_them(mo, *pair) for pair in pairs] == [409] * 4
    assert school.count(Join) == 0


def test_an_entry_is_joined_with_one_alone(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    third = school.visit("Ada Okafor 3")
    assert join_them(mo, new.person_id, old.person_id) == 303
    assert [join_them(mo, *pair) for pair in ((new.person_id, old.person_id), (old.person_id, new.person_id))] == [
        409
    ] * 2
    assert join_them(mo, third.person_id, old.person_id) == 409
    assert school.count(Join) == 1


def test_entries_are_never_joined_in_a_ring(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    newest = school.visit("Ada Okafor 3")
    with database.transaction() as session:
        session.execute(update(Membership).values(left_at=None))
    assert join_them(mo, new.person_id, old.person_id) == 303
    assert join_them(mo, newest.person_id, new.person_id) == 303
    token = Form(mo.get("/module").text).fields["csrf_token"]
    both = {"person": str(old.person_id), "earlier": str(newest.person_id)}
    answer = mo.post("/people/joins?q=okafor", {"csrf_token": token, "because": "x"} | both)
    assert answer.status_code == 409 and "directly or through other entries" in answer.text
    assert [row.person_id for row in rows(school, database)] == [newest.person_id]
    assert [undo(mo, 2), undo(mo, 1), len(rows(school, database))] == [303, 303, 3]


def test_the_command_makes_no_ring_either(app: Flask, old: Browser, new: Browser, school: School) -> None:
    run, ids = app.test_cli_runner(), [old.person_id, new.person_id, school.visit("Ada Okafor 3").person_id]
    pairs = [(ids[0], ids[1]), (ids[1], ids[2]), (ids[2], ids[0])]
    codes = [run.invoke(args=["people", "join", *map(str, pair), "--reason", "x"]).exit_code for pair in pairs]
    assert codes == [0, 0, 1] and school.count(Join) == 2


def test_someone_with_three_entries_is_listed_once_though_the_one_between_has_left(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    newest = school.visit("Ada Okafor 3")
    join_them(mo, new.person_id, old.person_id)
    join_them(mo, newest.person_id, new.person_id)
    with database.transaction() as session:
        theirs = Membership.person_id == new.person_id
        session.execute(update(Membership).values(left_at=None))
        session.execute(update(Membership).where(theirs).values(left_at=NOW))
    assert [row.person_id for row in rows(school, database)] == [newest.person_id]


def test_joins_in_a_row_are_undone_in_any_order(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    newest = school.visit("Ada Okafor 3")
    assert join_them(mo, new.person_id, old.person_id) == 303
    assert join_them(mo, newest.person_id, new.person_id) == 303
    assert [(row.person_id, row.standing) for row in rows(school, database)] == [(newest.person_id, Standing.PASSED)]
    with database.reading() as session:
        assert [held.person_id for held in certificates_of(session, newest.person_id)] == [old.person_id]
    assert [undo(mo, 1), [(row.person_id, row.standing) for row in rows(school, database)]] == [
        303,
        [(newest.person_id, Standing.NOT_STARTED)],
    ]
    assert [undo(mo, 1), undo(mo, 2)] == [404, 303]
    with database.reading() as session:
        assert [held.person_id for held in session.scalars(select(Pass))] == [old.person_id]


def test_people_of_two_trusts_are_never_joined(
    app: Flask, school: School, old: Browser, new: Browser, database: Database
) -> None:
    with database.transaction() as session:
        platform = add_platform(session, "agora", "https://lms2.example")
        number = add_person(session, add_activity(session, platform), platform).id
    answer = app.test_cli_runner().invoke(args=["people", "join", str(number), str(new.person_id), "--reason", "x"])
    assert answer.exit_code == 1 and "different trusts" in answer.output


def test_staff_neither_see_nor_join_entries(old: Browser, new: Browser) -> None:
    assert new.get("/people/joins?q=ada").status_code == 403
    assert join_them(new, new.person_id, old.person_id) == 403


def test_a_join_of_another_course_is_not_undone(
    school: School, old: Browser, new: Browser, mo: Browser, database: Database
) -> None:
    join_them(mo, new.person_id, old.person_id)
    with database.transaction() as session:
        session.execute(update(Join).values(course_id=None))
    assert undo(mo) == 404
    token = Form(mo.get("/module").text).fields["csrf_token"]
    assert_polite(mo.post("/people/joins/77/undo", {"csrf_token": token}), 404, "Nothing has changed")


def test_the_command_joins_and_separates_and_lists_who_decided_what(
    app: Flask, school: School, old: Browser, new: Browser, database: Database
) -> None:
    run = app.test_cli_runner()
    found = run.invoke(args=["people", "find", "ada ókafor"]).output
    assert f"{old.person_id}  Ada Okafor, no address shared, sub-Ada Okafor in Oak Tree Moodle, Induction" in found
    numbers = [str(old.person_id), str(new.person_id)]
    assert run.invoke(args=["people", "join", *numbers, "--reason", "New account", "--by", "Priya"]).exit_code == 0
    assert [row.standing for row in rows(school, database)] == [Standing.PASSED]
    assert owed(database, new.person_id) == [(1.0, "Passed.")]
    assert run.invoke(args=["people", "join", *numbers, "--reason", "Again"]).exit_code == 1
    assert run.invoke(args=["people", "separate", "1", "--reason", "A mistake", "--by", "Priya"]).exit_code == 0
    assert run.invoke(args=["people", "separate", "1", "--reason", "Again"]).exit_code == 1
    said = run.invoke(args=["people", "joins"]).output
    assert "by Priya (New account)" in said and "undone" in said and "(A mistake)" in said
    assert [row.standing for row in rows(school, database)] == [Standing.NOT_STARTED]


def test_the_command_wants_a_reason_and_people_that_it_knows(app: Flask, old: Browser, new: Browser) -> None:
    run = app.test_cli_runner()
    assert run.invoke(args=["people", "join", "1", "2", "--reason", " "]).exit_code == 2
    assert run.invoke(args=["people", "join", "1", "99", "--reason", "x"]).exit_code == 1
    assert run.invoke(args=["people", "find", "no such person"]).exit_code == 1
    for nothing in ("", " "):
        found = run.invoke(args=["people", "find", nothing])
        assert found.exit_code == 2 and "give a part of a name or of an e-mail address" in found.output
    assert run.invoke(args=["people", "joins"]).output == "No one is joined, and no one has asked for it.\n"


@pytest.mark.parametrize(("sought", "is_found"), [("zoe_", True), ("z_e", False), ("r%w", True), ("z%r", False)])
def test_signs_that_databases_read_something_into_stand_for_themselves(
    school: School, database: Database, sought: str, is_found: bool
) -> None:
    with database.transaction() as session:
        add_person(session, school.activity, school.platform, "Zoë_Fair%weather")
        assert bool(people_like(session, school.activity.course_id, sought)) is is_found
