"""A course's list searched, narrowed, sorted and taken along, with what only its own records know left as it is."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.domain.days import day_of
from db import Database, utcnow
from lti.domain.delivery import DeliveryState
from lti.domain.roles import Role
from lti.models import Delivery
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.staff.refresh import refresh_people
from tests.managers.listing.test_staff_pages import names_on, page_of, tiles_on
from tests.support.grants import a_school
from tests.support.school import Browser, School

TODAY = day_of(utcnow())


@pytest.fixture
def leader(school: School, database: Database) -> Browser:
    """Give the leader of a course with four people: one has passed, one is overdue, one is due soon, one just there."""
    browsers = {name: school.visit(name) for name in ("Zoë Abbot", "Ada Late", "Ben Soon", "Cas There")}
    browsers["Zoë Abbot"].play()
    with database.transaction() as session:
        refresh_people(session, [each.person_id for each in browsers.values()], utcnow())
        oak = a_school(session).id
        for name, days in (("Ada Late", -1), ("Ben Soon", 3)):
            staff_id = session.get_one(StaffEntry, browsers[name].person_id).staff_id
            mine = update(StaffTraining).where(StaffTraining.staff_id == staff_id)
            session.execute(mine.values(due_on=TODAY + timedelta(days=days)))
            session.get_one(StaffMember, staff_id).school_id = oak
        session.execute(update(Delivery).values(state=DeliveryState.NEEDS_ATTENTION))
    return school.visit("Mo Aziz", Role.TRAINER)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ada Late", "Ben Soon", "Cas There", "Zoë Abbot"]),
        ("?sort=-name", ["Zoë Abbot", "Cas There", "Ben Soon", "Ada Late"]),
        ("?q=zoe", ["Zoë Abbot"]),
        ("?q=nobody", []),
        ("?due=overdue", ["Ada Late"]),
        ("?due=soon&standing=not-started", ["Ben Soon"]),
        ("?due=soon&standing=passed", []),
        ("?grade=attention", ["Zoë Abbot"]),
        ("?standing=expiring", []),
        ("?school=Oak+Primary", ["Ada Late", "Ben Soon"]),
        ("?sort=due&column=due", ["Ada Late", "Ben Soon", "Cas There", "Zoë Abbot"]),
        ("?sort=-due", ["Ben Soon", "Ada Late", "Cas There", "Zoë Abbot"]),
        ("?sort=status", ["Ada Late", "Ben Soon", "Cas There", "Zoë Abbot"]),
        ("?sort=-status", ["Zoë Abbot", "Ada Late", "Ben Soon", "Cas There"]),
        ("?sort=school&column=school", ["Ada Late", "Ben Soon", "Cas There", "Zoë Abbot"]),
    ],
)
def test_a_course_is_searched_narrowed_and_sorted(leader: Browser, query: str, names: list[str]) -> None:
    assert names_on(page_of(leader, query)) == names
    rows = list(csv.reader(io.StringIO(leader.get(f"/people.csv{query}").data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == names


def test_counts_of_a_course_are_links_to_whom_they_count(leader: Browser) -> None:
    chosen = {
        "?due=overdue": "Overdue",
        "?standing=not-started": "Not started",
        "?grade=attention&q=o": "Grade needs attention",
    }
    for query in ("", "?q=a", "?school=Oak+Primary", *chosen):
        for label, (number, address) in tiles_on(page_of(leader, query)).items():
            shown = names_on(page_of(leader, address.removeprefix(f"{leader.visit}/people")))
            # The one that is chosen leads back.
            assert label == chosen.get(query) or len(shown) == number, (query, label)


def test_names_lead_to_the_page_of_the_person(leader: Browser, database: Database) -> None:
    (address,) = re.findall(r'href="([^"]+/people/\d+)">\s*<bdi>Zoë Abbot', page_of(leader, "?q=zoe"))
    assert leader.client.get(address).status_code == 200
    with database.reading() as session:
        assert address.endswith(str(session.scalar(select(StaffMember.id).where(StaffMember.name == "Zoë Abbot"))))


def test_the_file_says_how_far_each_is(leader: Browser) -> None:
    rows = list(csv.DictReader(io.StringIO(leader.get("/people.csv?q=zoe").data.decode("utf-8-sig"))))
    assert [(row["Status"], row["Best score"], row["Grade in the LMS"]) for row in rows] == [
        ("Passed", "100.0%", "Needs attention")
    ]
