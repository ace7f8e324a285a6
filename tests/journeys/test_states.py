"""The front page of a module in every state, practice, and what comes of each kind of choice: looked at, and by axe."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect
from sqlalchemy import select

import db
from config import Settings
from core.domain.days import day_of
from lti.models import Person, Platform
from modules.content.publish import publish
from modules.content.shipped import modules, shipped_library
from modules.domain.content import Mode
from modules.models import Attempt, Certificate, Join, JoinState, Pass
from scenarios.domain.rating import Rating
from tests.journeys.conftest import Plays, Visit

KINDS = tuple(rating.value for rating in Rating)


def ends_in(settings: Settings, days: int) -> None:
    """Let every pass and certificate end so many days from now."""
    database, day = db.Database(settings.database_url), day_of(datetime.now(UTC)) + timedelta(days=days)
    with database.transaction() as session:
        for row in session.scalars(select(Pass)):
            row.valid_until = day
        for certificate in session.scalars(select(Certificate)):
            certificate.valid_until = day
    database.engine.dispose()


def move_elsewhere(settings: Settings) -> None:
    """Let what the person has reached be theirs on another LMS of the trust, as someone has confirmed."""
    database = db.Database(settings.database_url)
    with database.transaction() as session:
        certificate = session.scalars(select(Certificate)).one()
        person, platform = session.get_one(Person, certificate.person_id), session.scalars(select(Platform)).first()
        columns = {name: getattr(platform, name) for name in ("trust", "issuer", "auth_login_url", "token_url")}
        session.add(
            other := Platform(**columns, name="B", client_id="b", jwks_url="", created_at=certificate.passed_at)
        )
        session.flush()
        theirs = Person(platform_id=other.id, subject="b-1", name=person.name, email=person.email)
        session.add(theirs)
        session.flush()
        certificate.person_id = theirs.id
        session.get_one(Attempt, certificate.attempt_id).person_id = theirs.id
        for row in session.scalars(select(Pass)):
            row.person_id = theirs.id
        session.add(Join(person_id=person.id, same_as_id=theirs.id, state=JoinState.JOINED))
    database.engine.dispose()


def test_the_front_page_leads_on_from_every_state(
    somebody_plays: Plays, new_visit: Callable[..., Visit], settings: Settings
) -> None:
    somebody_plays(module="boundaries")
    staff = new_visit(module="boundaries")
    staff.open()
    staff.go("/attempts/1/result")
    staff.heading("You have passed")
    expect(staff.tool.locator("#grade-state")).to_contain_text("Your course has your grade", timeout=30_000)
    staff.look("result-with-grade")
    staff.open()
    staff.look("module-passed")
    ends_in(settings, 20)
    staff.open()
    expect(staff.tool.get_by_role("button", name="Renew")).to_be_visible()
    staff.look("module-to-renew")
    ends_in(settings, -1)
    staff.open()
    expect(staff.tool.get_by_text("Your pass ended")).to_be_visible()
    staff.look("module-run-out")
    ends_in(settings, 200)
    move_elsewhere(settings)
    staff.open()
    staff.look("module-held-elsewhere")
    staff.tool.get_by_role("button", name="Use it here").click()
    expect(staff.tool.locator(".govuk-panel__title")).to_have_text("You have passed")
    staff.look("module-used-from-elsewhere")


def test_what_comes_of_each_kind_of_choice_can_be_read_by_everyone(new_visit: Callable[..., Visit]) -> None:
    staff, unseen = new_visit(module="boundaries"), list(KINDS)
    staff.open()
    staff.start()
    while unseen and staff.tool.locator("input[type=radio]").count():
        offered = {ruling.rating.value for ruling in staff.content.rulings_on(*staff.scene()).values()}
        kind = next((kind for kind in unseen if kind in offered), "best")
        staff.choose(kind)
        if kind in unseen:
            unseen.remove(kind)
            staff.look(f"consequence-{kind}")
        staff.go_on()
    assert unseen == []


def test_someone_who_does_not_know_the_rules_reads_which_clauses_to_read_again(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    somebody_plays("breach", mistaken=True)
    staff = new_visit()
    staff.open()
    staff.go("/attempts/1/result")
    staff.heading("Not passed this time")
    expect(staff.tool.get_by_text("You missed some rules:")).to_be_visible()
    staff.look("result-with-missed-rules")


def put_into_practice(settings: Settings) -> None:
    """Publish the module of the activity as one for practice."""
    database = db.Database(settings.database_url)
    content = shipped_library().content_of(modules()["boundaries"], "invictus")
    played = {"scenarios": ("my-niece-in-year-8",), "stop_after": ()}
    module = replace(content.module, mode=Mode.PRACTICE, valid_months=None, **played)
    story = content.scenario("my-niece-in-year-8")
    with database.transaction() as session:
        publish(session, replace(content, module=replace(module, critical=()), scenarios=(story,)), datetime.now(UTC))
    database.engine.dispose()


def test_anyone_who_practises_is_never_in_doubt_and_can_go_back(
    new_visit: Callable[..., Visit], settings: Settings
) -> None:
    staff = new_visit(module="boundaries")
    put_into_practice(settings)
    staff.open()
    staff.look("practice")
    staff.start("Start practising")
    staff.look("practice-scene")
    asked = staff.heading().inner_text()
    staff.choose("best")
    staff.look("practice-consequence")
    staff.tool.get_by_role("button", name="Make this decision again").click()
    expect(staff.heading(asked)).to_be_focused()
    staff.play("best")
    staff.heading("You have finished the practice")
    staff.look("practice-result")


def test_an_attempt_that_no_one_meant_is_dropped_by_keyboard(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    somebody_plays(module="boundaries")
    staff = new_visit(module="boundaries")
    staff.open()
    staff.start("Take it again")
    staff.press(staff.tool.get_by_role("link", name="Stop for now"), "Enter")
    staff.heading("Boundaries: pupils, ex-pupils, families")
    staff.look("module-passed-and-started-again")
    staff.press(staff.tool.get_by_role("link", name="drop this attempt"), "Enter")
    expect(staff.heading("Drop this attempt?")).to_be_focused()
    staff.look("drop")
    staff.press(staff.tool.get_by_role("button", name="Drop this attempt"), "Enter")
    expect(staff.tool.get_by_text("You have dropped the attempt.")).to_be_visible()
    staff.look("module-after-dropping")
    expect(staff.tool.get_by_role("link", name="See your certificate", exact=True)).to_be_visible()
