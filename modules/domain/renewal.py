"""Renewal: how long a pass is valid, from when it can be renewed, and which attempts count together.

Training on keeping children safe is repeated at least annually (KCSIE, on staff training). A pass is valid up to
and including its last day. In the days before that it can be renewed, and renewing early costs nothing: the new pass
starts when the old one ends. After the end, it starts on the day of the new pass.

Attempts form cycles. A pass ends the search for one, so that what comes after it counts with it: best counts. From the
day on which the pass can be renewed, attempts belong to a new cycle, and those before stay as they were.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Protocol, TypeVar

from core.domain.days import day_of, months_after


@dataclass(frozen=True, slots=True)
class Span:
    """How long a pass is valid, in months or for ever, and how many days before its end it can be renewed."""

    valid_months: int | None
    renew_days: int


@dataclass(frozen=True, slots=True)
class HeldPass:
    """The pass that a person holds: its cycle, and its last day, or None if it does not expire."""

    cycle: int
    valid_until: date | None


class Stage(Enum):
    """Where a person is with the pass of a module."""

    NONE = "none"
    VALID = "valid"
    RENEWABLE = "renewable"
    EXPIRED = "expired"


class InCycle(Protocol):
    """What belongs to a cycle, such as a result."""

    @property
    def cycle(self) -> int:
        """Return the number of the cycle, from 1."""


Some = TypeVar("Some", bound=InCycle)


def held_of(passes: Iterable[HeldPass]) -> HeldPass | None:
    """Return the pass that is valid for longest, or None if there isn't one."""
    return max(passes, key=lambda held: (held.valid_until or date.max, held.cycle), default=None)


def stage_at(held: HeldPass | None, renew_days: int, now: datetime) -> Stage:
    """Return the stage that a person is at with the pass that they hold."""
    if held is None:
        return Stage.NONE
    if held.valid_until is None:
        return Stage.VALID
    today = day_of(now)
    if today > held.valid_until:
        return Stage.EXPIRED
    return Stage.RENEWABLE if today >= renews_from(held.valid_until, renew_days) else Stage.VALID


def renews_from(valid_until: date, renew_days: int) -> date:
    """Return the first day on which a pass can be renewed."""
    return valid_until - timedelta(days=renew_days)


def cycle_at(held: HeldPass | None, renew_days: int, finished_at: datetime) -> int:
    """Return the cycle to which an attempt belongs that was finished then, with this pass held before it."""
    if held is None:
        return 1
    return held.cycle + (stage_at(held, renew_days, finished_at) in {Stage.RENEWABLE, Stage.EXPIRED})


def end_of_pass(held: HeldPass | None, span: Span, passed_at: datetime, newer: bool = False) -> date | None:
    """Return the last day of a pass, or None if it does not expire.

    Inside the window it runs from the end of the pass that it renews. A mere second pass of the same version changes
    nothing; one of a ``newer`` version shows more, and is valid from its own day if that is longer.
    """
    if span.valid_months is None:
        return None
    own = months_after(day_of(passed_at), span.valid_months)
    stage = stage_at(held, span.renew_days, passed_at)
    if held is None or stage is Stage.EXPIRED or held.valid_until is None:
        return own
    if stage is Stage.RENEWABLE:
        return months_after(held.valid_until, span.valid_months)
    return max(own, held.valid_until) if newer else held.valid_until


def refreshed_until(held: HeldPass | None, span: Span, passed_at: datetime) -> date | None:
    """Return until when a pass of a refresher makes another module's pass valid; None if it does not extend it.

    It refreshes what a person knows, so they need a pass that is valid, or that ended no longer ago than the number of
    days for renewing. Anyone who comes later takes the whole module. A refresher before the window counts from its own
    day, since trusts set one for everyone at once.
    """
    if held is None or held.valid_until is None or span.valid_months is None:
        return None
    today = day_of(passed_at)
    if today > held.valid_until + timedelta(days=span.renew_days):
        return None
    inside = renews_from(held.valid_until, span.renew_days) <= today <= held.valid_until
    until = months_after(held.valid_until if inside else today, span.valid_months)
    return until if until > held.valid_until else None


def counting(results: Sequence[Some], held: HeldPass | None, renew_days: int, now: datetime) -> list[Some]:
    """Return the results that count together now; earlier cycles are history.

    If the pass has expired, those are the attempts at a new one. While it is valid they are those of its own cycle, so
    a failed attempt to renew takes nothing away.
    """
    if held is None:
        return list(results)
    cycle = cycle_at(held, renew_days, now) if stage_at(held, renew_days, now) is Stage.EXPIRED else held.cycle
    return [result for result in results if result.cycle == cycle]
