"""What a trust decides about the floor: who confirms it, and which of its clauses are shown and never marked."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Detail, Thing
from core.audit.trail import record
from core.domain.days import day_of
from core.domain.suggestion import none_such
from core.published import publish
from policies.domain.floor import Floor, FloorSettings
from policies.published import FLOOR_SETTINGS, floor_in_force


class CannotDecide(Exception):
    """A decision about the floor that is refused; the message says why, and what can be done."""


def confirm_floor(session: Session, trust: str, name: str, role: str, actor: Actor, now: datetime) -> Floor:
    """Note that someone at the trust has read this edition of the floor and confirms it, and return it so."""
    floor = _floor(session, trust)
    settings = FloorSettings(name, role, day_of(now), floor.edition, floor.settings.shown_only)
    return _decide(session, trust, floor, settings, actor, "confirmed", now, edition=floor.edition)


def show_only(session: Session, trust: str, ref: str, reason: str, actor: Actor, now: datetime) -> Floor:
    """Show a clause to the trust's staff from now on, and do not mark by it; CannotDecide if the clause is critical."""
    floor = _floor_with(session, trust, ref)
    if floor.is_critical(ref):
        raise CannotDecide(
            f"{ref} protects a child from serious harm. What it forbids is a serious breach in every trust, so it "
            "cannot be switched off."
        )
    settings = replace(floor.settings, shown_only={**floor.settings.shown_only, ref: reason})
    return _decide(session, trust, floor, settings, actor, "shown only", now, clause=ref.lower())


def mark_again(session: Session, trust: str, ref: str, actor: Actor, now: datetime) -> Floor:
    """Mark by a clause again that was only shown; CannotDecide if it is marked anyway."""
    floor = _floor_with(session, trust, ref)
    if ref not in floor.settings.shown_only:
        raise CannotDecide(f"{ref} counts already. There is nothing to undo.")
    rest = {each: reason for each, reason in floor.settings.shown_only.items() if each != ref}
    settings = replace(floor.settings, shown_only=rest)
    return _decide(session, trust, floor, settings, actor, "marked again", now, clause=ref.lower())


def _floor(session: Session, trust: str) -> Floor:
    if floor := floor_in_force(session, trust):
        return floor
    raise CannotDecide("No floor is published yet. Publish it with: ./run flask prepare")


def _floor_with(session: Session, trust: str, ref: str) -> Floor:
    floor = _floor(session, trust)
    refs = [clause.ref for clause in floor.clauses]
    if ref not in refs:
        raise CannotDecide(none_such("clause", ref, refs))
    return floor


def _decide(
    session: Session,
    trust: str,
    floor: Floor,
    settings: FloorSettings,
    actor: Actor,
    action: str,
    now: datetime,
    **details: Detail,
) -> Floor:
    """Keep the settings as the trust's latest, with an audit event; where nothing has changed, nothing is written."""
    if settings != floor.settings:
        version = publish(session, FLOOR_SETTINGS, trust, settings, actor.kind.value, now)
        record(session, actor, action, Thing("floor settings", version.id), now, trust=trust, **details)
    return replace(floor, settings=settings)
