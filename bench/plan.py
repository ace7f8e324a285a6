"""How much is measured: enough that the ticks of 10 ms in which the kernel counts do not matter."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How often each kind of work is done; ``rounds`` are measured apart, and the median one counts."""

    rounds: int
    warm_up: int
    launches: int
    players: int
    pages: int
    staff: int
    scores: int
    delayed_scores: int
    load_seconds: float


WHOLE = Plan(
    rounds=5,
    warm_up=30,
    launches=200,
    players=15,
    pages=10,
    staff=20_000,
    scores=300,
    delayed_scores=10_000,
    load_seconds=8,
)
QUICK = Plan(
    rounds=3, warm_up=10, launches=60, players=5, pages=5, staff=2_000, scores=60, delayed_scores=500, load_seconds=2
)
MODULES = 10
