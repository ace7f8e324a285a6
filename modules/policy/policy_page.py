"""The policy as a person reads it: the version in force, or the one that applies to an attempt of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from modules.content.publish import content_of, version_in_force
from modules.domain.exposure import ClauseExposure
from modules.models import Attempt
from modules.passes.attempts import find_attempt
from modules.policy.acknowledgements import Confirmed, confirmed_by, digest_of
from modules.policy.exposures import exposures_of
from policies.domain.fact import NamedFact, facts_in_words
from policies.domain.policy import Clause, Policy
from policies.published import facts_in_force


@dataclass(frozen=True)
class PolicyPage:
    """A policy as one person reads it: what it names, what of it they have met, and whether they have confirmed it."""

    policy: Policy
    published_at: datetime
    in_force: Policy
    attempt: Attempt | None
    facts: tuple[NamedFact, ...]
    met: Mapping[Clause, tuple[ClauseExposure, ...]]
    confirmed: Confirmed

    @property
    def is_in_force(self) -> bool:
        """Say whether the words are those in force."""
        return self.policy is self.in_force or digest_of(self.policy) == digest_of(self.in_force)


def policy_page(session: Session, person_id: int, trust: str, attempt_id: int | None) -> PolicyPage:
    """Return what a person reads of the policy; NotYours where they ask for an attempt that is not their own."""
    latest = version_in_force(session, trust)
    attempt = None if attempt_id is None else find_attempt(session, attempt_id, person_id)
    version = attempt.version if attempt else latest
    policy, in_force = content_of(version).policy, content_of(latest).policy
    return PolicyPage(
        policy=policy,
        published_at=version.published_at,
        in_force=in_force,
        attempt=attempt,
        facts=facts_in_words(policy.facts, facts_in_force(session)),
        met=exposures_of(session, person_id),
        confirmed=confirmed_by(session, person_id, in_force),
    )
