"""Modules, and how they are offered, as they are published; and the whole library that modules are made of."""

from sqlalchemy.orm import Session

from core.published import Kind, latest, latest_of
from modules.domain.content import TrainingModule
from modules.domain.library import Library
from modules.domain.offering import Offering
from policies.published import acts_in_force, facts_in_force, floor_in_force, policies_in_force
from scenarios.published import contrast_sets_in_force, scenarios_in_force

MODULE = Kind("module", TrainingModule)
OFFERING = Kind("offering", Offering)
# All trusts are offered their modules in the same way.
FOR_ALL = "for all"


def offering_in_force(session: Session) -> Offering:
    """Return how modules are offered to trainers: by title and without a starter set if nothing else was published."""
    return latest(session, OFFERING, FOR_ALL) or Offering()


def library_in_force(session: Session) -> Library:
    """Return all that modules are made of."""
    policies = policies_in_force(session)
    floors = {trust: floor_in_force(session, trust) for trust in policies}
    return Library(
        acts_in_force(session),
        policies,
        scenarios_in_force(session),
        latest_of(session, MODULE),
        contrast_sets_in_force(session),
        facts_in_force(session),
        {trust: floor for trust, floor in floors.items() if floor},
    )
