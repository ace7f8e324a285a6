"""Grants: given to an address, in force until their last day, and withdrawn."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from core.grants.domain.grant import GrantRole, HeldGrant, Offer
from core.grants.grants import (
    LastAdministrator,
    NoSuchGrant,
    WrongGrant,
    give,
    held_by,
    list_grants,
    withdraw,
    withdraw_unless_last,
)
from tests.support.factories import NOW
from tests.support.grants import ADDRESS, COMMAND, a_school

LEAD = Offer("invictus", GrantRole.TRUST_LEAD, ADDRESS)
ADMINISTRATOR = replace(LEAD, role=GrantRole.ADMINISTRATOR)


def roles(session: Session, email: str = ADDRESS, trust: str = "invictus", now: datetime = NOW) -> list[GrantRole]:
    return [held.role for held in held_by(session, trust, email, now)]


def test_a_grant_is_held_by_an_address_however_it_is_written(session: Session) -> None:
    give(session, replace(LEAD, email="  Jo.Hill@OAK.example "), COMMAND, NOW)
    assert roles(session) == roles(session, "JO.HILL@oak.example") == [GrantRole.TRUST_LEAD]
    assert roles(session, "someone.else@oak.example") == roles(session, "") == []


def test_a_letter_that_only_looks_like_another_gets_no_ones_grants(session: Session) -> None:
    give(session, replace(LEAD, email="mark@oak.example"), COMMAND, NOW)
    assert "mar\u212a@oak.example".lower() == "mark@oak.example"
    assert roles(session, "mar\u212a@oak.example") == []


def test_a_grant_of_one_trust_says_nothing_about_another(session: Session) -> None:
    give(session, replace(LEAD, trust="agora"), COMMAND, NOW)
    assert roles(session) == [] and roles(session, trust="agora") == [GrantRole.TRUST_LEAD]


def test_a_grant_counts_on_its_last_day_until_midnight_in_britain(session: Session) -> None:
    # British summer time: midnight is at 23:00 UTC.
    spring = datetime(2027, 6, 1, 9, tzinfo=UTC)
    give(session, replace(LEAD, until=date(2027, 6, 30)), COMMAND, spring)
    assert roles(session, now=datetime(2027, 6, 30, 22, 59, 59, tzinfo=UTC)) == [GrantRole.TRUST_LEAD]
    assert roles(session, now=datetime(2027, 6, 30, 23, 0, tzinfo=UTC)) == []


def test_giving_the_same_twice_changes_only_its_end(session: Session) -> None:
    school = a_school(session).id
    offer = replace(LEAD, role=GrantRole.SCHOOL_LEAD, school_ids=frozenset({school}))
    first = give(session, offer, COMMAND, NOW)
    again = give(session, replace(offer, until=date(2027, 8, 31)), COMMAND, NOW)
    same = give(session, replace(offer, until=date(2027, 8, 31)), COMMAND, NOW)
    assert first is again is same
    assert held_by(session, "invictus", ADDRESS, NOW) == (
        HeldGrant(first.id, GrantRole.SCHOOL_LEAD, frozenset({school}), None, date(2027, 8, 31)),
    )
    recorded = select(AuditEvent.action).where(AuditEvent.thing_kind == "grant").order_by(AuditEvent.id)
    assert session.scalars(recorded).all() == [*("given", "changed")]


def test_a_grant_for_other_schools_or_under_another_title_is_another_grant(session: Session) -> None:
    oak, elm = a_school(session).id, a_school(session, name="Elm High").id
    lead = replace(LEAD, role=GrantRole.SCHOOL_LEAD)
    approver = replace(LEAD, role=GrantRole.APPROVER)
    for offer in (
        replace(lead, school_ids=frozenset({oak})),
        replace(lead, school_ids=frozenset({oak, elm})),
        replace(approver, title="Headteacher"),
        replace(approver, title="Chief executive"),
    ):
        give(session, offer, COMMAND, NOW)
    held = held_by(session, "invictus", ADDRESS, NOW)
    assert [each.school_ids for each in held[:2]] == [{oak}, {oak, elm}]
    assert [each.title for each in held[2:]] == ["Headteacher", "Chief executive"]


def test_a_title_cannot_turn_the_text_around_it_or_steer_a_terminal(session: Session) -> None:
    approver = replace(LEAD, role=GrantRole.APPROVER, title=" Head\u202e\x1b[31m  teacher ")
    assert give(session, approver, COMMAND, NOW).title == "Head [31m teacher"
    with pytest.raises(WrongGrant, match="Enter the title"):
        give(session, replace(approver, title="\u202e"), COMMAND, NOW)


def test_a_grant_that_has_ended_is_given_anew_and_stays_on_the_list(session: Session) -> None:
    ended = give(session, replace(LEAD, until=NOW.date()), COMMAND, NOW)
    later = NOW + timedelta(days=1)
    anew = give(session, LEAD, COMMAND, later)
    assert anew.id != ended.id and ended.until == NOW.date()
    assert [(each.grant.id, each.is_in_force) for each in list_grants(session, later, "invictus")] == [
        (ended.id, False),
        (anew.id, True),
    ]


@pytest.mark.parametrize(
    ("offer", "part"),
    [
        (replace(LEAD, email="jo hill"), "email"),
        (replace(LEAD, email="Jo <jo@oak.example>"), "email"),
        (replace(LEAD, role=GrantRole.SCHOOL_LEAD), "school"),
        (replace(LEAD, school_ids=frozenset({1})), "school"),
        (replace(LEAD, role=GrantRole.APPROVER), "title"),
        (replace(LEAD, title="Headteacher"), "title"),
        (replace(LEAD, role=GrantRole.APPROVER, title="x" * 201), "title"),
        (replace(LEAD, until=date(2026, 11, 19)), "until"),
    ],
)
def test_a_grant_with_a_part_missing_or_too_many_is_refused(session: Session, offer: Offer, part: str) -> None:
    with pytest.raises(WrongGrant) as refused:
        give(session, offer, COMMAND, NOW)
    assert refused.value.part == part
    assert list_grants(session, NOW) == []


def test_a_school_of_another_trust_is_refused(session: Session) -> None:
    theirs = a_school(session, "agora").id
    with pytest.raises(WrongGrant, match="Choose schools of this trust"):
        give(session, replace(LEAD, role=GrantRole.SCHOOL_LEAD, school_ids=frozenset({theirs})), COMMAND, NOW)


def test_a_withdrawn_grant_is_held_no_longer_and_cannot_be_withdrawn_again(session: Session) -> None:
    number = give(session, LEAD, COMMAND, NOW).id
    withdraw(session, number, COMMAND, NOW)
    assert roles(session) == []
    with pytest.raises(NoSuchGrant):
        withdraw(session, number, COMMAND, NOW)


def test_administrators_cannot_withdraw_the_last_of_them_nor_a_grant_of_another_trust(session: Session) -> None:
    first = give(session, ADMINISTRATOR, COMMAND, NOW).id
    elsewhere = give(session, replace(ADMINISTRATOR, trust="agora", email="b@oak.example"), COMMAND, NOW).id
    give(session, replace(ADMINISTRATOR, until=NOW.date(), email="c@oak.example"), COMMAND, NOW)
    tomorrow = NOW + timedelta(days=1)
    with pytest.raises(LastAdministrator):
        withdraw_unless_last(session, first, "invictus", COMMAND, tomorrow)
    with pytest.raises(NoSuchGrant):
        withdraw_unless_last(session, elsewhere, "invictus", COMMAND, NOW)
    withdraw_unless_last(session, first, "invictus", COMMAND, NOW)
    assert roles(session) == []


def test_what_is_on_record_of_a_grant_names_no_one(session: Session) -> None:
    school = a_school(session).id
    offer = replace(LEAD, role=GrantRole.SCHOOL_LEAD, school_ids=frozenset({school}), until=date(2027, 8, 31))
    number = give(session, offer, COMMAND, NOW).id
    withdraw(session, number, COMMAND, NOW)
    recorded = select(AuditEvent).where(AuditEvent.thing_kind == "grant").order_by(AuditEvent.id)
    given, withdrawn = session.scalars(recorded).all()
    said = {"trust": "invictus", "role": "school-lead", "until": "2027-08-31"}
    assert (given.action, given.details) == ("given", said | {"schools": [school]})
    assert (withdrawn.action, withdrawn.thing_id, withdrawn.details) == ("withdrawn", number, said)
