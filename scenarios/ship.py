"""Putting the scenarios and contrast sets that the product ships into the database."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.published import SHIPPED, keys_not_shipped, latest_of, publish
from scenarios.published import CONTRAST_SETS, SCENARIO
from scenarios.shipped import contrast_set_shelf, scenarios


def ship_scenarios(session: Session, now: datetime) -> None:
    """Publish each shipped scenario, and each family of contrast sets, whose file is right."""
    for key, scenario in scenarios().items():
        publish(session, SCENARIO, key, scenario, SHIPPED, now)
    _ship_contrast_sets(session, now)


def _ship_contrast_sets(session: Session, now: datetime) -> None:
    for family, sets in contrast_set_shelf().found.items():
        publish(session, CONTRAST_SETS, family, sets, SHIPPED, now)
    in_force, own = set(latest_of(session, CONTRAST_SETS)), keys_not_shipped(session, CONTRAST_SETS)
    # No one names a contrast set, so that one without a file would be asked for ever.
    for family in sorted(in_force - own - contrast_set_shelf().names):
        publish(session, CONTRAST_SETS, family, (), SHIPPED, now)
