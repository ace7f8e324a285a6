"""Renewal: how long a pass is good, from when it can be renewed, and which attempts count together.

Training on keeping children safe is repeated at least annually (KCSIE, on staff training). A pass is good up to and
with its last day. In the days before that it can be renewed, and nobody loses by being early: what follows runs from
the end of the old pass. After the end it runs from the day of the new pass.

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
    """How long a pass is good, in months or for ever, and so many days before its end it can be renewed."""

    valid_months: int | None
    renew_days: int


@dataclass(frozen=True, slots=True)
class HeldPass:
    """The pass that somebody holds: its cycle, and its last day, or None where it does not end."""

    cycle: int
    good_until: date | None


class Stage(Enum):
    """Where a person is with the pass of a module."""

    NONE = "none"
    GOOD = "good"
    RENEWABLE = "renewable"
    EXPIRED = "expired"


class InCycle(Protocol):
    """What belongs to a cycle, such as a result."""

    @property
    def cycle(self) -> int:
        """Return the number of the cycle, from 1."""


Some = TypeVar("Some", bound=InCycle)


def held_of(passes: Iterable[HeldPass]) -> HeldPass | None:
    """Return the pass that is good longest, or None where there is none."""
    return max(passes, key=lambda held: (held.good_until or date.max, held.cycle), default=None)


def stage_at(held: HeldPass | None, renew_days: int, now: datetime) -> Stage:
    """Return where somebody is with what they hold."""
    if held is None:
        return Stage.NONE
    if held.good_until is None:
        return Stage.GOOD
    today = day_of(now)
    if today > held.good_until:
        return Stage.EXPIRED
    return Stage.RENEWABLE if today >= renews_from(held.good_until, renew_days) else Stage.GOOD


def renews_from(good_until: date, renew_days: int) -> date:
    """Return the first day on which a pass can be renewed."""
    return good_until - timedelta(days=renew_days)


def cycle_at(held: HeldPass | None, renew_days: int, finished_at: datetime) -> int:
    """Return the cycle to which an attempt belongs that was finished then, with this pass held before it."""
    if held is None:
        return 1
    return held.cycle + (stage_at(held, renew_days, finished_at) in {Stage.RENEWABLE, Stage.EXPIRED})


def good_until(held: HeldPass | None, span: Span, passed_at: datetime, newer: bool = False) -> date | None:
    """Return the last day of a pass, or None where it is good for ever.

    Inside the window it runs from the end of the pass that it renews. A mere second pass of the same version changes
    nothing; one of a ``newer`` version shows more, and is good from its own day if that is longer.
    """
    if span.valid_months is None:
        return None
    own = months_after(day_of(passed_at), span.valid_months)
    stage = stage_at(held, span.renew_days, passed_at)
    if held is None or stage is Stage.EXPIRED or held.good_until is None:
        return own
    if stage is Stage.RENEWABLE:
        return months_after(held.good_until, span.valid_months)
    return max(own, held.good_until) if newer else held.good_until


def refreshed_until(held: HeldPass | None, span: Span, passed_at: datetime) -> date | None:
    """Return until when a pass of a refresher makes another module's pass good; None where it does nothing for it.

    It refreshes what somebody knows: so there has to be a pass that is good, or that ended no longer ago than it could
    have been renewed before. Whoever comes later takes the whole module. A refresher before the window counts from its
    own day, since trusts set one for everybody at once.
    """
    if held is None or held.good_until is None or span.valid_months is None:
        return None
    today = day_of(passed_at)
    if today > held.good_until + timedelta(days=span.renew_days):
        return None
    inside = renews_from(held.good_until, span.renew_days) <= today <= held.good_until
    until = months_after(held.good_until if inside else today, span.valid_months)
    return until if until > held.good_until else None


def counting(results: Sequence[Some], held: HeldPass | None, renew_days: int, now: datetime) -> list[Some]:
    """Return the results that count together now; earlier cycles are history.

    Where the pass has run out, those are the attempts at a new one. While it is good they are those of its own cycle,
    so that trying to renew and failing takes nothing away.
    """
    if held is None:
        return list(results)
    cycle = cycle_at(held, renew_days, now) if stage_at(held, renew_days, now) is Stage.EXPIRED else held.cycle
    return [result for result in results if result.cycle == cycle]
