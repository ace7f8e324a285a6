"""The shipped library is in the database: the same as in its files, nothing twice, later editions as new versions."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

import db
import modules.content.shipped
import policies.ship
import policies.shipped
import scenarios.ship
from app import create_app
from config import Settings
from core.published import SHIPPED, PublishedVersion, publish
from core.trusts import Presentation, Trust, names_of_trusts, set_trust
from db import Database
from lti.domain.roles import Role
from modules.content.publish import content_of, version_in_force
from modules.content.published import MODULE, library_in_force, offering_in_force
from modules.content.ship import Shipment, republish, ship_library
from modules.models import ModuleVersion
from policies.floor_settings import show_only
from policies.profiles import profile_of
from policies.published import POLICY, floor_in_force, policies_in_force
from tests.support.factories import ADMINISTRATOR, NOW
from tests.support.school import School, browser_on_visit

LATER = NOW.replace(year=NOW.year + 1)
TRUSTS = ["agora", "chancery", "invictus", "societas", "unnamed"]


def ship(database: Database) -> Shipment:
    with database.transaction() as session:
        return ship_library(session, LATER)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def reworded(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Let a later edition of one scenario, or one policy, be shipped with another title."""
    libraries = {"scenarios": scenarios.ship, "policies": policies.ship}

    def reword(folder: str, key: str) -> None:
        shipped = getattr(libraries[folder], folder)()
        later = {**shipped, key: replace(shipped[key], title="A later edition")}
        monkeypatch.setattr(libraries[folder], folder, lambda: later)

    return reword


def test_what_is_in_the_database_is_what_the_files_say(database: Database) -> None:
    with database.reading() as session:
        assert library_in_force(session).contents() == modules.content.shipped.contents()
        assert offering_in_force(session) == modules.content.shipped.offering()
        assert [*names_of_trusts(session)] == TRUSTS
        profiles = {trust: profile_of(session, trust) for trust in TRUSTS}
    assert profiles == policies.shipped.profiles()


def test_nothing_is_added_twice(database: Database) -> None:
    before = [count(database, table) for table in (PublishedVersion, ModuleVersion, Trust)]
    again = ship(database)
    assert (again.new, again.unchanged) == ((), before[1])
    assert [count(database, table) for table in (PublishedVersion, ModuleVersion, Trust)] == before


def test_a_later_edition_of_a_story_is_a_new_version_and_so_is_each_module_that_tells_it(
    database: Database, reworded: Callable[[str, str], None]
) -> None:
    parts = count(database, PublishedVersion)
    reworded("scenarios", "tagged-photos")
    telling = [each.key for each in modules.content.shipped.modules().values() if "tagged-photos" in each.scenarios]
    new = ship(database).new
    assert sorted((version.module, version.trust) for version in new) == sorted(
        (module, trust) for module in telling for trust in TRUSTS
    )
    assert {version.number for version in new} == {2}
    assert count(database, PublishedVersion) == parts + 1
    assert ship(database).new == ()


def test_a_floor_with_a_mistake_in_its_file_leaves_the_last_one_in_force(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies.ship, "floor_if_right", lambda: None)
    ship(database)
    with database.reading() as session:
        assert floor_in_force(session, "agora") == policies.shipped.floor()


def test_a_later_edition_of_the_floor_is_in_force_with_what_the_trust_has_decided(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        show_only(session, "agora", "N17", "We have our own rule.", ADMINISTRATOR, NOW)
    later = replace(policies.shipped.floor(), edition="2027-09")
    monkeypatch.setattr(policies.ship, "floor_if_right", lambda: later)
    ship(database)
    with database.reading() as session:
        agora, invictus = floor_in_force(session, "agora"), floor_in_force(session, "invictus")
    assert agora is not None and (agora.edition, agora.only_shows("N17")) == ("2027-09", True)
    assert invictus == later


@pytest.fixture
def own_policy(database: Database) -> Iterator[None]:
    """Let a trust publish a policy of its own, and show itself in its own colours."""
    with database.transaction() as session:
        own = replace(policies_in_force(session)["agora"], version="99", title="Our own policy")
        publish(session, POLICY, "agora", own, "the trust", NOW)
        set_trust(session, "agora", Presentation("The Agora Schools"), "the trust")
    yield


def test_what_a_trust_published_itself_stays_in_force_whatever_is_shipped_later(
    database: Database, own_policy: None, reworded: Callable[[str, str], None]
) -> None:
    ship(database)
    reworded("policies", "agora")
    ship(database)
    with database.reading() as session:
        assert policies_in_force(session)["agora"].version == "99"
        assert content_of(version_in_force(session, "agora")).policy.title == "Our own policy"
        assert session.get_one(Trust, "agora").name == "The Agora Schools"
        assert content_of(version_in_force(session, "invictus")).policy.title != "Our own policy"


def test_what_one_trust_has_decided_makes_new_versions_of_its_own_modules_only(database: Database) -> None:
    with database.transaction() as session:
        for trust in ("agora", "invictus"):
            later = replace(policies_in_force(session)[trust], version="99")
            publish(session, POLICY, trust, later, "the trust", NOW)
        new = republish(session, "agora", LATER).new
    assert sorted(version.module for version in new) == sorted(modules.content.shipped.modules())
    assert {version.trust for version in new} == {"agora"}


def test_a_module_that_lacks_something_it_is_made_of_is_not_published_and_is_named_with_it(database: Database) -> None:
    lost = replace(modules.content.shipped.modules()["essentials"], key="lost", scenarios=("nowhere",))
    with database.transaction() as session:
        publish(session, MODULE, "lost", lost, SHIPPED, NOW)
    shipment = ship(database)
    assert shipment.new == ()
    assert shipment.lacking == {"lost": ["scenario nowhere"]}


def test_what_one_process_publishes_is_on_the_pages_of_the_others_at_once(
    app: Flask, database: Database, settings: Settings
) -> None:
    school, other = School(app, database), create_app(settings)
    person = school.visit("Mo Aziz", Role.TRAINER).person_id
    place = {"course_id": school.activity.course_id, "activity_id": school.activity.id}
    there = browser_on_visit(other, database, "there", person, role=Role.TRAINER, **place)
    assert "Invictus Education Trust" in there.get("/compare").text
    with database.transaction() as session:
        own = replace(policies_in_force(session)["invictus"], trust="The Trust of Trusts")
        publish(session, POLICY, "invictus", own, "the trust", NOW)
        set_trust(session, "invictus", Presentation("The Trust of Trusts"), "the trust")
    page = there.get("/compare").text
    assert "The Trust of Trusts" in page and "Invictus Education Trust" not in page
    db.database(other).engine.dispose()
