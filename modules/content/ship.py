"""Putting the shipped library into the database, and publishing the modules that it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.published import SHIPPED, keys_not_shipped
from core.published import publish as publish_part
from modules.content.publish import publish
from modules.content.published import FOR_ALL, MODULE, OFFERING, library_in_force
from modules.content.shipped import HeldBack, held_back, modules, offering_if_right
from modules.models import ModuleVersion
from policies.published import POLICY
from policies.ship import ship_policies
from scenarios.ship import ship_scenarios


@dataclass(frozen=True)
class Shipment:
    """The result of publishing the shipped modules.

    ``new`` are the new versions, and ``unchanged`` says how many modules have none. ``lacking`` says by module what is
    not in force that the module needs, apart from modules that mistakes in files hold back anyway.
    """

    new: tuple[ModuleVersion, ...]
    unchanged: int
    lacking: Mapping[str, Sequence[str]]


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


def republish(session: Session, trust: str, now: datetime) -> Shipment:
    """Publish each module of one trust that is made of anything new, such as what the trust has decided."""
    return _publish_modules(session, now, trust)


def held_back_from(session: Session) -> HeldBack:
    """Say what mistakes in files hold back: nothing of a trust that has published its policy itself."""
    held, own = held_back(), keys_not_shipped(session, POLICY)
    return replace(held, trusts=tuple(trust for trust in held.trusts if trust not in own))


def _publish_modules(session: Session, now: datetime, only: str | None = None) -> Shipment:
    held, library = held_back_from(session), library_in_force(session)
    before = set(session.scalars(select(ModuleVersion.id)))
    versions = [
        publish(session, content, now)
        for content in library.contents(only)
        if content.policy.key not in held.trusts and content.module.key not in held.modules
    ]
    session.flush()
    new = tuple(version for version in versions if version.id not in before)
    lacking = {module: words for module, words in library.lacking().items() if module not in held.modules}
    return Shipment(new, len(versions) - len(new), lacking)
