"""Scenarios and contrast sets as they are published."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.published import Kind, latest_of
from scenarios.domain.contrast_set import ContrastSet
from scenarios.domain.scenario import Scenario

SCENARIO = Kind("scenario", Scenario)
# All sets of a family are one version: a set that a later edition leaves out is no longer in force.
CONTRAST_SETS = Kind("contrast-sets", tuple[ContrastSet, ...])


def scenarios_in_force(session: Session) -> Mapping[str, Scenario]:
    """Return all scenarios by key."""
    return latest_of(session, SCENARIO)


def contrast_sets_in_force(session: Session) -> Mapping[str, ContrastSet]:
    """Return all contrast sets by key."""
    return {each.key: each for sets in latest_of(session, CONTRAST_SETS).values() for each in sets}
