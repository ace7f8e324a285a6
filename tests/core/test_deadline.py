"""Work that takes too long is broken off, and nothing else is."""

from threading import Event

import pytest

from core.deadline import Deadline

SOON, NEVER = 0.05, 600.0
PATIENCE = 10.0


def test_what_takes_too_long_is_broken_off_from_another_thread() -> None:
    broken_off = Event()
    with Deadline(SOON, broken_off.set) as deadline:
        assert broken_off.wait(PATIENCE)
    assert deadline.has_passed


def test_what_is_done_in_time_is_left_alone() -> None:
    broken_off = Event()
    with Deadline(NEVER, broken_off.set) as deadline:
        pass
    assert not deadline.has_passed
    assert not broken_off.is_set()


def test_nothing_is_broken_off_once_the_block_has_ended() -> None:
    """The timer may have fired by then, and wait for its turn: what it would break off may serve somebody else."""
    broken_off = Event()
    deadline = Deadline(NEVER, broken_off.set)
    with deadline:
        pass
    deadline._pass()
    assert not deadline.has_passed
    assert not broken_off.is_set()


@pytest.mark.parametrize(
    "trouble", [OSError(9, "Bad file descriptor"), RuntimeError("released"), ValueError("not set")]
)
def test_what_was_let_go_in_the_same_moment_needs_no_breaking_off(trouble: Exception) -> None:
    tried = Event()

    def break_off() -> None:
        tried.set()
        raise trouble

    with Deadline(SOON, break_off) as deadline:
        assert tried.wait(PATIENCE)
    assert deadline.has_passed
