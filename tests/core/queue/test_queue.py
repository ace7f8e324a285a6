"""The queue: what is written in it wakes the worker, and nothing that another writes there is ever run."""

import os
import pickle
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from huey import Huey

from core.queue.entries import StrangeEntry
from core.queue.queue import HEARTBEAT, LOOK_AGAIN, Queue
from core.services import service

PATIENCE = 30


class Bomb:
    """Makes a file when it is read back from a pickle, as an attacker's task could do anything."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os.mkdir, (str(self.mark),)


@pytest.fixture
def queue(app: Flask) -> Queue:
    return service(Queue, app)


@pytest.fixture
def at_work(queue: Queue) -> Iterator[Callable[[], None]]:
    """Return what starts the worker, to stop it in the end."""
    consumer = queue.consumer()
    yield consumer.start
    consumer.stop(graceful=True)


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


STRANGE = {
    "no json": b"\x80\x04",
    "nothing": b"",
    "a list": b"[]",
    "nested deeply": b"[" * 900,
    "a text among the numbers": b'{"id": "1", "name": "jobs.read_roster", "eta": null, "args": ["1"]}',
    "an unknown task": b'{"id": "1", "name": "os.system", "eta": null, "args": []}',
    "too many numbers": b'{"id": "1", "name": "jobs.send_due", "eta": null, "args": [1, 2]}',
    "a course that is not there": b'{"id": "1", "name": "jobs.read_roster", "eta": null, "args": [987654]}',
    "a number beyond the database": b'{"id": "1", "name": "jobs.read_roster", "eta": null, "args": [1%s]}'
    % (b"0" * 40),
}


def test_a_pickle_in_the_queue_is_never_run_and_the_worker_goes_on(
    queue: Queue, at_work: Callable[[], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mark = tmp_path / "owned"
    bomb = pickle.dumps(Bomb(mark))
    storage = queue.huey.storage
    storage.enqueue(bomb)
    storage.add_to_schedule(bomb, datetime(2020, 1, 1))
    for entry in STRANGE.values():
        storage.enqueue(entry)
    queue.put(LOOK_AGAIN)
    at_work()
    wait_for(queue.is_alive)
    wait_for(lambda: storage.queue_size() == 0 and storage.schedule_size() == 0)
    assert not mark.exists()
    assert "not one of ours" in caplog.text
    pickle.loads(bomb)
    assert mark.exists(), "the bomb would have shown itself"


@pytest.mark.parametrize("key", ["r:1", "rt:send_due"])
def test_a_pickle_among_the_queues_own_notes_is_never_run(queue: Queue, tmp_path: Path, key: str) -> None:
    queue.huey.storage.put_data(key, pickle.dumps(Bomb(tmp_path / "owned")))
    with pytest.raises(StrangeEntry):
        queue.huey.get(key)
    assert not (tmp_path / "owned").exists()


def test_a_task_comes_back_from_the_queue_as_it_was_written(queue: Queue) -> None:
    queue.put("read_roster", 7)
    queue.plan("send_due", datetime.now(UTC) + timedelta(minutes=1))
    huey: Huey = queue.huey
    task = huey.dequeue()
    assert (task.name, task.args, task.kwargs) == ("read_roster", (7,), {})
    planned = huey.dequeue()
    assert planned.name == "send_due"
    assert planned.eta > datetime.now(UTC).replace(tzinfo=None)


@pytest.mark.parametrize("said", [b"soon", b"nan", b"1e300", pickle.dumps(1.0)], ids=repr)
def test_a_sign_of_life_that_is_none_is_not_taken_for_one(queue: Queue, said: bytes) -> None:
    queue.huey.storage.put_data(HEARTBEAT, said)
    assert not queue.is_alive()
