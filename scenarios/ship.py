"""Putting the scenarios that the product ships into the database."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.published import SHIPPED, publish
from scenarios.published import SCENARIO
from scenarios.shipped import scenarios


def ship_scenarios(session: Session, now: datetime) -> None:
    """Publish each shipped scenario whose file is right."""
    for key, scenario in scenarios().items():
        publish(session, SCENARIO, key, scenario, SHIPPED, now)
