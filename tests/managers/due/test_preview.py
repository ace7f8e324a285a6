"""What a rule would do, as it is said before the rule is added, agrees with what it does."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from managers.due.dates import TRAININGS, DueFacts, absences_of, renew_days, rules_of
from managers.due.domain.absences import Absence
from managers.due.domain.due_dates import is_overdue
from managers.due.domain.rules import Audience, DueKind, Rule, Terms
from managers.due.exceptions import add_exception
from managers.due.models import ExceptionReason
from managers.due.preview import preview
from managers.models import StaffMember
from tests.managers.due.due_rules import BY_OCTOBER, COMMAND, Staffed, has_rule
from tests.support.factories import NOW
from tests.support.grants import a_school

TODAY = NOW.date()
TERMS = [
    BY_OCTOBER,
    Terms(DueKind.DATE, 30, date(2026, 11, 10)),
    Terms(DueKind.YEAR, 0, date(2026, 9, 5)),
    Terms(DueKind.START, 30),
    Terms(DueKind.JOINING, 60),
]


@pytest.fixture
def trust(session: Session) -> Staffed:
    """Give a trust with staff in two schools and two job groups: new and old, passed, expired and away."""
    trust = Staffed(session)
    schools = a_school(session).id, a_school(session, name="Elm High").id, None
    for number, (school, group) in enumerate(product(schools, ("Teacher", "TEACHER ", "Site staff", None))):
        started = date(2026, 9, 1) + timedelta(days=7 * number) if number % 3 else None
        known = {"school_id": school, "school_given": True, "job_group": group, "starts_on": started}
        member = trust.staff(f"Person {number}", **known)
        if number % 4 == 1:
            trust.passes(member, date(2026, 10, 31) + timedelta(days=5 * number))
        if number % 5 == 2:
            away = Absence(date(2026, 10, 25), date(2026, 10, 25) + timedelta(days=4 * number))
            add_exception(session, member.id, None, ExceptionReason.LEAVE, away, COMMAND, NOW)
    return trust


def worked_out(session: Session, audience: Audience, terms: Terms) -> tuple[int, int]:
    """Return the same by working out the due dates of everyone."""
    new = Rule(10**6, audience, terms)
    facts = DueFacts(
        [*rules_of(session, "invictus"), new],
        renew_days(session, "invictus"),
        absences_of(session, select(StaffMember.id)),
    )
    theirs = [row for row in session.execute(TRAININGS) if facts.rule_for(row) == new]
    dates = {row.staff_id: facts.due_under(new, row, TODAY) for row in theirs}
    return len(dates), sum(due is not None and is_overdue(due, TODAY) for due in dates.values())


def test_a_preview_says_what_working_all_dates_out_would_say(trust: Staffed, session: Session) -> None:
    oak = a_school(session).id
    audiences = [
        Audience(module, school, group)
        for module, school, group in product((None, "photos"), (None, oak), (None, "teacher", "Site staff"))
    ]
    for rule in ((), (Audience("photos", oak),), (Audience("photos", None, "Teacher"), Audience(None, oak))):
        for audience in rule:
            has_rule(session, BY_OCTOBER, audience)
        for audience, terms in product(audiences, TERMS):
            seen = preview(session, "invictus", audience, terms, TODAY)
            assert (seen.people, seen.overdue) == worked_out(session, audience, terms), (audience, terms)
    everyone = preview(session, "invictus", Audience("photos", oak, "Teacher"), BY_OCTOBER, TODAY)
    assert 0 < everyone.overdue < everyone.people
