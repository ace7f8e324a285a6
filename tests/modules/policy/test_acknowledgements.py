"""Confirming that one has read the policy: noted once, and asked for again when the policy says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti.models import Activity, Person, Platform
from modules.models import Acknowledgement
from modules.policy.acknowledgements import acknowledge, confirmed_by, digest_of, has_acknowledged
from policies.domain.fact import PolicyFact
from policies.domain.policy import SILENCE, Policy
from tests.support.factories import NOW, POLICY, add_activity, add_person, add_platform

LATER = NOW + timedelta(days=400)
SECOND = replace(POLICY, version="2")


@pytest.fixture
def activity(session: Session) -> Activity:
    return add_activity(session, add_platform(session))


@pytest.fixture
def person(session: Session, activity: Activity) -> Person:
    return add_person(session, activity, session.scalars(select(Platform)).one())


def test_no_one_has_acknowledged_before_they_say_so(session: Session, person: Person) -> None:
    assert not has_acknowledged(session, person.id, POLICY)


def test_an_acknowledgement_holds_who_what_where_and_when(session: Session, person: Person, activity: Activity) -> None:
    acknowledge(session, person.id, POLICY, activity.id, NOW)
    session.expire_all()
    given = confirmed_by(session, person.id, POLICY).given
    assert (given.person_id, given.trust, given.version) == (person.id, "invictus", "1")
    assert (given.digest, given.activity_id, given.acknowledged_at) == (digest_of(POLICY), activity.id, NOW)


def test_acknowledging_twice_keeps_the_first_date(session: Session, person: Person, activity: Activity) -> None:
    for moment in (NOW, LATER):
        acknowledge(session, person.id, POLICY, activity.id, moment)
    assert session.scalar(select(func.count()).select_from(Acknowledgement)) == 1
    assert confirmed_by(session, person.id, POLICY).given.acknowledged_at == NOW


def test_what_one_person_confirms_says_nothing_of_another(session: Session, person: Person, activity: Activity) -> None:
    other = add_person(session, activity, session.scalars(select(Platform)).one(), "Ben Cole")
    acknowledge(session, other.id, POLICY, activity.id, NOW)
    assert not has_acknowledged(session, person.id, POLICY)


def test_another_trusts_policy_has_to_be_confirmed_itself(session: Session, person: Person, activity: Activity) -> None:
    acknowledge(session, person.id, POLICY, activity.id, NOW)
    assert not has_acknowledged(session, person.id, replace(POLICY, key="agora"))


@pytest.mark.parametrize(
    ("policy", "counts"),
    [
        (POLICY, True),
        (SECOND, False),
        (replace(SECOND, acknowledge_since="1"), True),
        (replace(SECOND, acknowledge_since="2"), False),
        (replace(SECOND, acknowledge_since="1.1"), False),
    ],
    ids=["the same version", "a new one", "a new one that needs none", "a new one that asks", "one between asks"],
)
def test_a_new_version_asks_again_unless_it_says_that_an_earlier_one_counts(
    session: Session, person: Person, activity: Activity, policy: Policy, counts: bool
) -> None:
    acknowledge(session, person.id, POLICY, activity.id, NOW)
    assert has_acknowledged(session, person.id, policy) is counts


def test_an_acknowledgement_that_no_longer_counts_is_still_known(
    session: Session, person: Person, activity: Activity
) -> None:
    acknowledge(session, person.id, POLICY, activity.id, NOW)
    confirmed = confirmed_by(session, person.id, SECOND)
    assert confirmed.given is None
    assert confirmed.earlier.version == "1"


def test_of_several_acknowledgements_that_count_the_latest_is_named(
    session: Session, person: Person, activity: Activity
) -> None:
    second = replace(SECOND, acknowledge_since="1")
    acknowledge(session, person.id, POLICY, activity.id, NOW)
    acknowledge(session, person.id, second, activity.id, LATER)
    assert confirmed_by(session, person.id, second).given.version == "2"


def test_the_digest_follows_the_words_that_are_read_and_nothing_else() -> None:
    clause, *others = POLICY.clauses
    reworded = replace(POLICY, clauses=(replace(clause, says="Decline politely."), *others))
    assert digest_of(reworded) != digest_of(POLICY)
    assert digest_of(replace(POLICY, stances={"photo.joke": SILENCE})) == digest_of(POLICY)
    assert digest_of(replace(POLICY, acknowledge_since="1")) == digest_of(POLICY)
    assert digest_of(replace(POLICY, facts={"doubt.ask": PolicyFact("headteacher", ("9",))})) == digest_of(POLICY)
