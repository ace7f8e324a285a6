"""Putting the scenarios and contrast sets that the product ships into the database."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.published import SHIPPED, publish
from scenarios.published import CONTRAST_SETS, SCENARIO
from scenarios.shipped import contrast_set_shelf, scenarios


def ship_scenarios(session: Session, now: datetime) -> None:
    """Publish each shipped scenario, and each family of contrast sets, whose file is right."""
    for key, scenario in scenarios().items():
        publish(session, SCENARIO, key, scenario, SHIPPED, now)
    for family, sets in contrast_set_shelf().found.items():
        publish(session, CONTRAST_SETS, family, sets, SHIPPED, now)
