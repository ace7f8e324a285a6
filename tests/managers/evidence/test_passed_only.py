"""Who had passed on a day without being certified: read from passes, which never change."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lti.models import Person
from managers.evidence.certified import Asked, Holders
from managers.evidence.domain.on_day import Record
from managers.evidence.passed import PassedOnly, all_passed_only
from modules.content.publish import publish
from modules.models import Attempt, Certificate, Join, JoinState, Pass
from tests.managers.evidence.records import DAY, valid
from tests.managers.evidence.test_certified import Staff
from tests.support.factories import CONTENT, NOW

PASSED_AT = datetime(2026, 6, 30, 9, tzinfo=NOW.tzinfo)


class Passing(Staff):
    """Staff who have passed."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.version = publish(session, CONTENT, NOW)
        session.flush()

    def passes(self, person: Person, at: datetime = PASSED_AT, until: date | None = None, **columns: object) -> int:
        attempt = Attempt(
            person_id=person.id, activity_id=self.activity.id, module="photos", version_id=self.version.id
        )
        attempt.started_at = attempt.finished_at = at
        self.session.add(attempt)
        self.session.flush()
        told = {"person_id": person.id, "module": "photos", "cycle": 1, "passed_at": at, "valid_until": until}
        self.session.add(Pass(attempt_id=attempt.id, **told | columns))
        self.session.flush()
        return attempt.id

    def passed_only(self, day: date = DAY, module: str | None = "photos") -> list[PassedOnly]:
        return list(all_passed_only(self.session, Asked(day, Holders("invictus"), module)))


@pytest.fixture
def staff(session: Session) -> Passing:
    return Passing(session)


def test_a_pass_without_a_certificate_is_evidence_of_a_pass_for_as_long_as_it_is_valid(staff: Passing) -> None:
    staff.passes(staff.person("Ada"), until=date(2026, 7, 2))
    days = [DAY + timedelta(days=number) for number in (-1, 0, 2, 3)]
    assert [[each.name for each in staff.passed_only(day)] for day in days] == [[], ["Ada"], ["Ada"], []]


def test_in_summer_a_pass_at_half_past_eleven_by_utc_is_of_the_next_day(staff: Passing) -> None:
    staff.passes(staff.person("Ada"), at=datetime(2026, 6, 30, 23, 30, tzinfo=NOW.tzinfo))
    assert staff.passed_only(date(2026, 6, 30)) == []
    assert len(staff.passed_only(date(2026, 7, 1))) == 1


def test_someone_who_was_certified_is_not_listed_again_but_is_once_the_certificate_has_ended(staff: Passing) -> None:
    ada = staff.person("Ada")
    staff.passes(ada)
    staff.holds(ada, replace(valid(), valid_until=date(2026, 7, 31)))
    assert staff.passed_only() == [] and len(staff.passed_only(date(2026, 8, 1))) == 1


def test_a_pass_whose_certificate_was_revoked_proves_nothing_any_more(staff: Passing) -> None:
    ada = staff.person("Ada")
    attempt_id = staff.passes(ada)
    revoked: Record = replace(valid(), revoked_at=datetime(2026, 7, 4, 9, tzinfo=NOW.tzinfo))
    held = staff.holds(ada, revoked)
    staff.session.get_one(Certificate, held.number).attempt_id = attempt_id
    staff.session.flush()
    assert staff.passed_only(date(2026, 7, 3)) == [] and staff.passed_only(date(2026, 7, 4)) == []


def test_each_has_a_module_once_with_the_last_pass_of_several(staff: Passing) -> None:
    ada = staff.person("Ada")
    staff.passes(ada, until=date(2026, 12, 31))
    staff.passes(ada, PASSED_AT + timedelta(days=3), until=date(2027, 12, 31))
    (passed,) = staff.passed_only(date(2026, 7, 10))
    assert (passed.passed_at, passed.valid_until) == (PASSED_AT + timedelta(days=3), date(2027, 12, 31))


def test_a_pass_that_a_join_brought_counts_where_it_was_earned(staff: Passing) -> None:
    old, new = staff.person("Ada (old)"), staff.person("Ada")
    attempt_id = staff.passes(old)
    join = Join(person_id=new.id, same_as_id=old.id, state=JoinState.JOINED)
    staff.session.add(join)
    staff.session.flush()
    brought = {"attempt_id": attempt_id, "person_id": new.id, "module": "photos", "cycle": 1, "passed_at": PASSED_AT}
    staff.session.add(Pass(**brought, join_id=join.id))
    staff.session.flush()
    assert [each.name for each in staff.passed_only()] == ["Ada (old)"]


def test_a_person_who_only_tests_the_course_has_passed_nothing(staff: Passing) -> None:
    tester = staff.person("Test student")
    tester.is_test = True
    staff.passes(tester)
    assert staff.passed_only(module=None) == []
