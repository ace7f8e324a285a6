"""Scenarios as they are published."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.published import Kind, latest_of
from scenarios.domain.scenario import Scenario

SCENARIO = Kind("scenario", Scenario)


def scenarios_in_force(session: Session) -> Mapping[str, Scenario]:
    """Return all scenarios by key."""
    return latest_of(session, SCENARIO)
