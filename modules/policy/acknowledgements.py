"""Acknowledgements: staff confirm that they have read a version of their trust's policy.

Policies ask for it: everyone takes the time to read and understand them (invictus 4.3; unnamed 2.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.shapes import shape_of
from modules.models import Acknowledgement
from policies.domain.policy import Policy

# What a reader is not shown can change without changing what they confirmed. The same goes for facts, which only say
# briefly what the clauses say.
NOT_READ = {"stances", "acknowledge_since", "facts"}
THEIRS = (
    select(Acknowledgement)
    .where(Acknowledgement.person_id == bindparam("person_id"), Acknowledgement.trust == bindparam("trust"))
    .order_by(Acknowledgement.acknowledged_at.desc(), Acknowledgement.version.desc())
)

VERSIONS = select(Acknowledgement.version).where(Acknowledgement.trust == bindparam("trust")).distinct()


def acknowledge(session: Session, person_id: int, policy: Policy, activity_id: int, now: datetime) -> Acknowledgement:
    """Note that a person has read this version of the policy; the first time that they say so counts.

    If so far a join alone says so, what they say themselves takes its place, and stays when the join is undone.
    """
    given = session.get(Acknowledgement, (person_id, policy.key, policy.version))
    if given and given.join_id is not None:
        session.delete(given)
        session.flush()
        given = None
    if not given:
        given = Acknowledgement(
            person_id=person_id,
            trust=policy.key,
            version=policy.version,
            digest=digest_of(policy),
            activity_id=activity_id,
            acknowledged_at=now,
        )
        session.add(given)
        session.flush()
    return given


@dataclass(frozen=True)
class Confirmed:
    """What a person has confirmed of a policy: the acknowledgement that counts for it, or else the last one before."""

    policy: Policy
    given: Acknowledgement | None
    earlier: Acknowledgement | None


def has_acknowledged(session: Session, person_id: int, policy: Policy) -> bool:
    """Say whether a person has confirmed this version of the policy, or an earlier one that counts for it."""
    return confirmed_by(session, person_id, policy).given is not None


def confirmed_by(session: Session, person_id: int, policy: Policy) -> Confirmed:
    """Return what a person has confirmed of their trust's policy, seen from this version of it."""
    return confirmed_from(session.scalars(THEIRS, {"person_id": person_id, "trust": policy.key}).all(), policy)


def confirmed_from(theirs: Sequence[Acknowledgement], policy: Policy) -> Confirmed:
    """Return how a person's confirmations, latest first, count for this version of their trust's policy."""
    given = next((each for each in theirs if policy.is_covered_by(each.version)), None)
    return Confirmed(policy, given, None if given else next(iter(theirs), None))


def versions_that_count(session: Session, policy: Policy) -> list[str]:
    """Return the versions that someone has confirmed and that count for this version of the policy."""
    confirmed = session.scalars(VERSIONS, {"trust": policy.key})
    return [version for version in confirmed if policy.is_covered_by(version)]


def digest_of(policy: Policy) -> str:
    """Return what tells the words of a policy from those of another version, or of the same one before a correction."""
    return sha256(shape_of(Policy).dump_json(policy, exclude=NOT_READ, exclude_defaults=True)).hexdigest()
