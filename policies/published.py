"""Policies and the vocabulary of acts as they are published, for pages and whatever else needs them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.published import Kind, latest, latest_of
from policies.domain.act import Act
from policies.domain.policy import Policy

ACTS = Kind("acts", tuple[Act, ...])
POLICY = Kind("policy", Policy)
# All trusts share one vocabulary.
VOCABULARY = "vocabulary"


class NoPolicy(Exception):
    """A trust's policy that was never published; the message is the trust's key."""


def acts_in_force(session: Session) -> Mapping[str, Act]:
    """Return the vocabulary of acts by key; nothing if none was published."""
    return {act.key: act for act in latest(session, ACTS, VOCABULARY) or ()}


def policies_in_force(session: Session) -> Mapping[str, Policy]:
    """Return the policies of all trusts by trust key."""
    return latest_of(session, POLICY)
