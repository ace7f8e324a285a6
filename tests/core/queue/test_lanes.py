"""Lanes: each LMS waits for itself alone."""

import threading
from collections.abc import Iterator

import pytest

from core.queue.lanes import Lanes

PATIENCE = 30


class Work:
    """Jobs that do not end until they are let go."""

    def __init__(self, at_once: int) -> None:
        self.lanes = Lanes("test", at_once)
        self.begun: list[str] = []
        self.let_go = threading.Event()
        self._changed = threading.Condition()

    def put(self, lane: int, name: str) -> bool:
        return self.lanes.put(lane, name, lambda: self._do(name))

    def _do(self, name: str) -> None:
        with self._changed:
            self.begun.append(name)
            self._changed.notify_all()
        if name == "breaks":
            raise RuntimeError(name)
        self.let_go.wait(PATIENCE)

    def wait_until_begun(self, *names: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: set(names) <= set(self.begun), PATIENCE)


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work(at_once=1)
    yield work
    work.let_go.set()
    work.lanes.close(PATIENCE)


def test_a_lane_in_which_nothing_moves_keeps_no_other_waiting(work: Work) -> None:
    work.put(1, "slow")
    work.put(1, "behind it")
    work.put(2, "another")
    work.wait_until_begun("slow", "another")
    assert "behind it" not in work.begun
    work.let_go.set()
    work.wait_until_begun("behind it")


def test_what_waits_or_is_under_way_is_not_done_twice(work: Work) -> None:
    assert work.put(1, "slow")
    work.wait_until_begun("slow")
    assert not work.put(1, "slow")
    assert work.put(1, "behind it")
    assert not work.put(1, "behind it")
    work.let_go.set()
    work.wait_until_begun("behind it")
    assert work.begun == ["slow", "behind it"]


def test_what_has_ended_can_be_asked_for_again(work: Work) -> None:
    work.let_go.set()
    work.put(1, "first")
    work.wait_until_begun("first")
    work.lanes._changed.acquire()
    work.lanes._changed.wait_for(lambda: not work.lanes._lanes, PATIENCE)
    work.lanes._changed.release()
    assert work.put(1, "first")


def test_a_job_that_fails_leaves_its_lane_open(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    work.put(1, "breaks")
    work.put(1, "next")
    work.wait_until_begun("breaks", "next")
    assert "a job of test failed" in caplog.text


def test_after_closing_nothing_is_begun(work: Work) -> None:
    work.put(1, "slow")
    work.put(1, "behind it")
    work.wait_until_begun("slow")
    work.lanes.close(0)
    assert not work.put(2, "another")
    work.let_go.set()
    work.lanes.close(PATIENCE)
    assert work.begun == ["slow"]
