"""Evidence read from a real database: the certificates that the rule names, of the same people, counted and listed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.schools import School as TrustSchool
from lti.models import Membership, Person
from managers.evidence.certified import Asked, Holders, all_certified, first_issued, page_of, totals
from managers.evidence.domain.on_day import Record, evidence_on
from managers.models import StaffEntry, StaffMember
from modules.models import Certificate
from tests.managers.evidence.records import DAY, certificate, valid
from tests.support.factories import NOW, add_activity, add_person, add_platform

TRUST = Holders("invictus")


class Staff:
    """People of one course, some of whom are known under two entries."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.platform = add_platform(session)
        self.activity = add_activity(session, self.platform)

    def person(self, name: str) -> Person:
        return add_person(self.session, self.activity, self.platform, name)

    def holds(self, person: Person, record: Record, **columns: str) -> Certificate:
        held = certificate(person, record, **columns)
        self.session.add(held)
        self.session.flush()
        return held

    def member(self, *people: Person, school: TrustSchool | None = None) -> StaffMember:
        member = StaffMember(
            trust="invictus", name=people[0].name, sort_name=people[0].sort_name, number=f"S{people[0].id}"
        )
        member.school_id = school.id if school else None
        self.session.add(member)
        self.session.flush()
        for each in people:
            self.session.execute(delete(StaffEntry).where(StaffEntry.person_id == each.id))
            self.session.add(StaffEntry(person_id=each.id, staff_id=member.id))
        self.session.flush()
        return member

    def names(self, asked: Asked) -> list[str | None]:
        return [each.holder_name for each in all_certified(self.session, asked, NOW)]


@pytest.fixture
def staff(session: Session) -> Staff:
    return Staff(session)


def history(random: Random) -> Iterator[Record]:
    """Give the certificates of one person for one module, as they follow each other in random years."""
    now = datetime(2025, 1, 1, tzinfo=NOW.tzinfo) + timedelta(hours=random.randrange(24 * 400))
    for _ in range(random.randrange(4)):
        until = random.choice([None, now.date() + timedelta(days=random.randrange(400))])
        later = now + timedelta(hours=random.randrange(1, 24 * 300))
        ends = random.choice([{}, {"revoked_at": later}, {"superseded_at": later}])
        yield Record(now, now.date(), until, **ends)
        if not ends:
            return
        now = later


@pytest.mark.parametrize("seed", range(5))
def test_what_is_listed_and_counted_on_any_day_is_what_the_rule_says_of_each_record(staff: Staff, seed: int) -> None:
    random, held = Random(seed), dict[int, Record]()
    people = [staff.person(f"Person {number}") for number in range(12)]
    humans = {person.id: person.id for person in people}
    for person in people:
        for record in history(random):
            held[staff.holds(person, record).number] = record
    holder = {number: staff.session.get_one(Certificate, number).person_id for number in held}
    for one, other in ((0, 1), (2, 3)):
        staff.member(people[one], people[other])
        humans[people[other].id] = people[one].id
    for _ in range(12):
        day = date(2025, 1, 1) + timedelta(days=random.randrange(900))
        expected = {number: found for number, record in held.items() if (found := evidence_on(record, day))}
        asked = Asked(day, TRUST, "photos")
        assert {each.number: each.evidence for each in all_certified(staff.session, asked, NOW)} == expected
        assert totals(staff.session, asked) == (
            len(expected),
            len({humans[holder[number]] for number in expected}),
            sum(evidence.revoked_since is not None for evidence in expected.values()),
        )


def test_people_come_by_name_in_any_alphabet_a_page_at_a_time(staff: Staff) -> None:
    for name in ("Zoë", "adam", "Ödön", "Bea", "Bea "):
        staff.holds(staff.person(name), valid())
    asked, after, seen = Asked(DAY, TRUST, "photos"), None, []
    for _ in range(3):
        page, after = page_of(staff.session, asked, after, 2, NOW)
        seen.append([each.holder_name for each in page])
    assert seen == [["adam", "Bea"], ["Bea ", "Ödön"], ["Zoë"]] and after is None


def test_a_page_after_someone_who_does_not_exist_is_the_first(staff: Staff) -> None:
    staff.holds(staff.person("Ada"), valid())
    assert len(page_of(staff.session, Asked(DAY, TRUST), 99_999, 50, NOW)[0]) == 1


def test_only_the_certificates_of_the_trust_and_of_the_module_count(staff: Staff) -> None:
    ada = staff.person("Ada")
    staff.holds(ada, valid())
    staff.holds(ada, valid(), module="leading")
    staff.holds(ada, valid(), trust="agora")
    assert totals(staff.session, Asked(DAY, TRUST, "photos")).certificates == 1
    assert totals(staff.session, Asked(DAY, TRUST)) == (2, 1, 0)


def test_a_school_has_the_people_who_work_there_now(staff: Staff) -> None:
    oak, elm = (TrustSchool(trust="invictus", name=name, sort_name=name.lower()) for name in ("Oak", "Elm"))
    staff.session.add_all([oak, elm])
    staff.session.flush()
    ada, bea, cy = (staff.person(name) for name in ("Ada", "Bea", "Cy"))
    for person in (ada, bea, cy):
        staff.holds(person, valid())
    staff.member(ada, school=oak)
    staff.member(bea, school=elm)
    assert staff.names(Asked(DAY, Holders("invictus", frozenset({oak.id})))) == ["Ada"]
    assert staff.names(Asked(DAY, Holders("invictus", frozenset({oak.id, elm.id})))) == ["Ada", "Bea"]
    assert staff.names(Asked(DAY, TRUST)) == ["Ada", "Bea", "Cy"]
    (first, *_) = all_certified(staff.session, Asked(DAY, TRUST), NOW)
    assert (first.school, first.staff_number) == ("Oak", f"S{ada.id}")


def test_a_course_has_those_who_had_not_left_it_when_the_day_ended(staff: Staff) -> None:
    ada, bea, cy = (staff.person(name) for name in ("Ada", "Bea", "Cy"))
    for person in (ada, bea, cy):
        staff.holds(person, valid())
    course_id = staff.activity.course_id
    # The day ends at 11pm by UTC, as it is summer.
    for person, hour in ((bea, 22), (cy, 23)):
        left_at = datetime(2026, 6, 30, hour, tzinfo=NOW.tzinfo)
        staff.session.get_one(Membership, (course_id, person.id)).left_at = left_at
    staff.session.flush()
    assert staff.names(Asked(DAY, Holders("invictus", course_id=course_id))) == ["Ada", "Cy"]
    assert staff.names(Asked(DAY, Holders("invictus", course_id=course_id + 1))) == []


def test_the_name_on_the_certificate_stays_whatever_the_person_is_called_now(staff: Staff) -> None:
    ada = staff.person("Ada Okafor")
    staff.holds(ada, valid())
    ada.name = "Ada Brown"
    staff.session.flush()
    (held,) = all_certified(staff.session, Asked(DAY, TRUST), NOW)
    assert (held.holder_name, held.name) == ("Ada Okafor", "Ada Brown")


def test_records_begin_with_the_first_certificate(staff: Staff) -> None:
    assert first_issued(staff.session, "invictus", "photos") is None
    staff.holds(staff.person("Ada"), valid(date(2026, 3, 1)))
    staff.holds(staff.person("Bea"), valid(date(2026, 2, 1)), module="leading")
    assert first_issued(staff.session, "invictus", "photos") == date(2026, 3, 1)
    assert first_issued(staff.session, "invictus", None) == date(2026, 2, 1)
