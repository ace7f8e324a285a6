"""Confirming the policy in force, and what that sets in motion."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.changes import records_changed
from modules.certificates.certificates import issue_all_earned
from modules.content.publish import content_of, version_in_force
from modules.domain.content import TrainingModule
from modules.errors import PolicyChanged
from modules.models import Acknowledgement
from modules.passes.apply_joins import apply_joins_of
from modules.policy.acknowledgements import Confirmed, acknowledge, confirmed_by, digest_of


def confirm_policy(
    session: Session, person_id: int, trust: str, words: str, activity_id: int, now: datetime
) -> Acknowledgement:
    """Note that a person has read their trust's policy; PolicyChanged where the words they saw are not in force.

    ``words`` is the digest of what they were shown.
    """
    policy = content_of(version_in_force(session, trust)).policy
    if words != digest_of(policy):
        raise PolicyChanged
    given = acknowledge(session, person_id, policy, activity_id, now)
    issue_all_earned(session, person_id, now)
    apply_joins_of(session, person_id, now)
    records_changed(session, [person_id], now)
    return given


def confirmation_of(session: Session, person_id: int, trust: str, module: TrainingModule) -> Confirmed | None:
    """Return what a person has confirmed of the policy in force, or None where the module does not ask for it."""
    if not module.acknowledges:
        return None
    return confirmed_by(session, person_id, content_of(version_in_force(session, trust)).policy)
