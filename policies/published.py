"""Policies, the floor and the vocabularies of acts and facts as they are published, for whatever needs them."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from core.published import Kind, latest, latest_of
from policies.domain.act import Act
from policies.domain.fact import Fact
from policies.domain.floor import Floor, FloorSettings
from policies.domain.policy import Policy

ACTS = Kind("acts", tuple[Act, ...])
FACTS = Kind("facts", tuple[Fact, ...])
POLICY = Kind("policy", Policy)
FLOOR = Kind("floor", Floor)
FLOOR_SETTINGS = Kind("floor settings", FloorSettings)
# All trusts share one vocabulary of acts and one of facts, and the law is the same for all of them. Settings are kept
# by trust.
VOCABULARY = "vocabulary"
NATIONAL = "national"


class NoPolicy(Exception):
    """A trust's policy that was never published; the message is the trust's key."""


def acts_in_force(session: Session) -> Mapping[str, Act]:
    """Return the vocabulary of acts by key; nothing if none was published."""
    return {act.key: act for act in latest(session, ACTS, VOCABULARY) or ()}


def facts_in_force(session: Session) -> Mapping[str, Fact]:
    """Return the vocabulary of facts by key; nothing if none was published."""
    return {fact.key: fact for fact in latest(session, FACTS, VOCABULARY) or ()}


def policies_in_force(session: Session) -> Mapping[str, Policy]:
    """Return the policies of all trusts by trust key."""
    return latest_of(session, POLICY)


def floor_in_force(session: Session, trust: str) -> Floor | None:
    """Return the floor with a trust's settings, or None if no floor was published."""
    floor = latest(session, FLOOR, NATIONAL)
    return replace(floor, settings=floor_settings_of(session, trust)) if floor else None


def floor_settings_of(session: Session, trust: str) -> FloorSettings:
    """Return what a trust has decided about the floor so far."""
    return latest(session, FLOOR_SETTINGS, trust) or FloorSettings()
