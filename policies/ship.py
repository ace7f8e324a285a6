"""Putting what we ship into the database: trusts, their policies, the vocabularies of acts and facts, the floor."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.published import SHIPPED, publish
from core.trusts import Presentation, find_trust, set_trust
from policies.published import ACTS, FACTS, FLOOR, NATIONAL, POLICY, VOCABULARY
from policies.shipped import (
    acts_if_right,
    facts_if_right,
    floor_if_right,
    policies,
    policy_shelf,
    presentation_of,
)


def ship_policies(session: Session, now: datetime) -> None:
    """Put the shipped trusts, policies, acts, facts and floor into the database, as far as their files are right."""
    for trust in sorted(policy_shelf().names):
        _ship_trust(session, trust)
    # If there are none, their file is wrong: the last vocabulary that was right stays in use. So does the last floor.
    if vocabulary := tuple(acts_if_right().values()):
        publish(session, ACTS, VOCABULARY, vocabulary, SHIPPED, now)
    if facts := tuple(facts_if_right().values()):
        publish(session, FACTS, VOCABULARY, facts, SHIPPED, now)
    if floor := floor_if_right():
        publish(session, FLOOR, NATIONAL, floor, SHIPPED, now)
    for key, policy in policies().items():
        publish(session, POLICY, key, policy, SHIPPED, now)


def _ship_trust(session: Session, key: str) -> None:
    """Bring a trust up to date; a new one whose files have mistakes is known by its key, or its name, until then."""
    presented = presentation_of(key)
    if not presented and not find_trust(session, key):
        presented = Presentation(policies()[key].trust if key in policies() else key)
    if presented:
        set_trust(session, key, presented, SHIPPED)
