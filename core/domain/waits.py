"""How long to wait before something that failed is tried again."""

from datetime import timedelta


def wait_after(tries: int, first: timedelta, longest: timedelta, jitter: float) -> timedelta:
    """Return the wait after so many failures in a row: it doubles up to the longest; ``jitter`` (0 to 1) spreads it."""
    doubled: timedelta = min(first * 2.0 ** min(max(tries, 1) - 1, 30), longest)
    return doubled * (0.75 + jitter / 2)
