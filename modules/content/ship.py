"""Putting the shipped library into the database, and publishing the modules that it changes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.published import SHIPPED
from core.published import publish as publish_part
from modules.content.publish import publish
from modules.content.published import FOR_ALL, MODULE, OFFERING, library_in_force
from modules.content.shipped import held_back, modules, offering_if_right
from modules.models import ModuleVersion
from policies.ship import ship_policies
from scenarios.ship import ship_scenarios


@dataclass(frozen=True)
class Shipment:
    """The result of publishing the shipped modules: the new versions, and how many modules have not changed."""

    new: tuple[ModuleVersion, ...]
    unchanged: int


def ship_library(session: Session, now: datetime) -> Shipment:
    """Publish the shipped library as far as its files are right, and each module that is made of anything new.

    A mistake holds back the modules that need its file, under every policy or under one.
    """
    ship_policies(session, now)
    ship_scenarios(session, now)
    for key, module in modules().items():
        publish_part(session, MODULE, key, module, SHIPPED, now)
    if offering := offering_if_right():
        publish_part(session, OFFERING, FOR_ALL, offering, SHIPPED, now)
    return _publish_modules(session, now)


def _publish_modules(session: Session, now: datetime) -> Shipment:
    held, new, unchanged = held_back(), [], 0
    for content in library_in_force(session).contents():
        if content.policy.key in held.trusts or content.module.key in held.modules:
            continue
        version = publish(session, content, now)
        if version in session.new:
            new.append(version)
        else:
            unchanged += 1
    return Shipment(tuple(new), unchanged)
