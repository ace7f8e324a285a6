"""Jobs: packages register them, and one that fails is a visible row and tried again until it succeeds."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update

from core.queue.failures import LONGEST_WAIT, MOST_TRIES, count_failures, failures
from core.queue.jobs import Job, JobFailed
from core.queue.models import JobFailure
from core.queue.queue import LOOK_AGAIN, Queue
from db import Database

PATIENCE = 30
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Reading:
    """Work that succeeds or fails as a test wants, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []
        self.error: Exception | None = None

    def __call__(self, *numbers: int) -> None:
        self.asked.append(numbers)
        if self.error:
            raise self.error


@pytest.fixture
def reading() -> Reading:
    return Reading()


@pytest.fixture
def new_queue(database: Database, tmp_path: Path) -> Callable[[], Queue]:
    """Return what makes the queue of one more process."""
    return lambda: Queue(f"sqlite:///{tmp_path}/jobs.db", database)


@pytest.fixture
def queue(new_queue: Callable[[], Queue], reading: Reading) -> Queue:
    queue = new_queue()
    queue.register(Job("read", reading))
    return queue


@pytest.fixture
def at_work(queue: Queue) -> Iterator[Callable[[], None]]:
    """Return what starts a worker, to stop it in the end."""
    consumer = queue.consumer()
    yield consumer.start
    consumer.stop(graceful=True)


def wait_for(happened: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


def failing(database: Database) -> list[tuple[str, str, int, str]]:
    with database.reading() as session:
        return [(each.name, each.arguments, each.tries, each.words) for each in failures(session)]


def due_at(database: Database) -> datetime | None:
    with database.reading() as session:
        return session.scalars(select(JobFailure.due_at)).one()


def test_a_job_that_is_asked_for_is_done_in_the_worker_with_its_numbers(
    queue: Queue, reading: Reading, at_work: Callable[[], None]
) -> None:
    queue.put("read", 7, 9)
    at_work()
    wait_for(lambda: reading.asked)
    assert reading.asked == [(7, 9)]
    assert queue.is_alive()


def test_a_job_can_be_planned_and_is_planned_once(queue: Queue, reading: Reading, at_work: Callable[[], None]) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    queue.plan("read", soon)
    queue.plan("read", soon + timedelta(seconds=5))
    assert queue.huey.storage.queue_size() + queue.huey.storage.schedule_size() == 1
    at_work()
    wait_for(lambda: reading.asked)
    assert datetime.now(UTC) >= soon


@pytest.mark.parametrize("numbers", [(10**9,) * 30, (True,), (1.5,), ("7",)])
def test_what_could_not_be_noted_as_a_failure_cannot_be_asked_for(queue: Queue, numbers: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"the arguments of a job|whole numbers"):
        queue.put("read", *numbers)


def test_two_jobs_cannot_have_one_name(queue: Queue, reading: Reading) -> None:
    with pytest.raises(ValueError, match="a job read already"):
        queue.register(Job("read", reading))


def test_a_job_that_fails_is_a_row_with_its_words(queue: Queue, reading: Reading, database: Database) -> None:
    reading.error = JobFailed("The LMS did not answer.")
    queue.begin("read", 7)
    queue.begin("read", 7)
    queue.begin("read", 8)
    assert failing(database) == [
        ("read", "[7]", 2, "The LMS did not answer."),
        ("read", "[8]", 1, "The LMS did not answer."),
    ]


def test_a_fault_of_ours_is_told_by_its_place_and_not_by_its_words(
    queue: Queue, reading: Reading, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    reading.error = LookupError("ada@trust.example")
    queue.begin("read", 7)
    ((_, _, _, words),) = failing(database)
    assert words.startswith("Something went wrong on our side: LookupError at tests/core/queue/test_jobs.py:")
    assert "ada@" not in caplog.text and "job read [7] failed" in caplog.text


def test_the_row_goes_when_the_job_has_succeeded(queue: Queue, reading: Reading, database: Database) -> None:
    reading.error = JobFailed("The LMS did not answer.")
    queue.begin("read", 7)
    queue.begin("read", 8)
    reading.error = None
    queue.begin("read", 7)
    assert [arguments for _, arguments, _, _ in failing(database)] == ["[8]"]


def test_a_failed_job_is_tried_again_with_growing_waits_and_in_the_end_no_more(
    queue: Queue, reading: Reading, database: Database
) -> None:
    reading.error = JobFailed("The LMS did not answer.")
    with time_machine.travel(NOON, tick=False) as clock:
        queue.begin("read", 7)
        waits = []
        while due := due_at(database):
            waits.append(due - datetime.now(UTC))
            clock.move_to(due - timedelta(seconds=1))
            queue.begin(LOOK_AGAIN)
            tried = len(reading.asked)
            clock.move_to(due)
            queue.begin(LOOK_AGAIN)
            assert len(reading.asked) == tried + 1
    assert len(reading.asked) == MOST_TRIES
    assert timedelta(seconds=30) < waits[0] < timedelta(minutes=2)
    assert waits[1] < waits[3] < waits[5] and max(waits) <= 1.25 * LONGEST_WAIT
    assert failing(database)[0][2] == MOST_TRIES


def test_a_job_that_no_further_try_can_help_waits_for_people(
    queue: Queue, reading: Reading, database: Database
) -> None:
    reading.error = JobFailed("The LMS does not let us.", again=False)
    queue.begin("read", 7)
    assert due_at(database) is None


def test_a_failed_job_is_taken_up_by_one_of_two_workers(
    new_queue: Callable[[], Queue], queue: Queue, reading: Reading, database: Database
) -> None:
    other = new_queue()
    other.register(Job("read", reading))
    reading.error = JobFailed("The LMS did not answer.")
    queue.begin("read", 7)
    with database.transaction() as session:
        session.execute(update(JobFailure).values(due_at=NOON))
    reading.error = None
    started = threading.Barrier(2)

    def look(each: Queue) -> None:
        started.wait()
        each.begin(LOOK_AGAIN)

    workers = [threading.Thread(target=look, args=(each,)) for each in (queue, other)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    assert reading.asked == [(7,), (7,)]
    assert failing(database) == []


def test_a_job_whose_worker_dies_over_it_is_due_again_after_its_lease(
    queue: Queue, new_queue: Callable[[], Queue], database: Database
) -> None:
    class Killed(BaseException):
        """The process has ended."""

    def die(_number: int) -> None:
        raise Killed

    def fail(_number: int) -> None:
        raise JobFailed("The LMS did not answer.")

    first, second, seen = new_queue(), new_queue(), []
    queue.register(Job("fragile", fail))
    first.register(Job("fragile", die))
    second.register(Job("fragile", seen.append))
    with time_machine.travel(NOON, tick=False) as clock:
        queue.begin("fragile", 7)
        clock.shift(timedelta(minutes=5))
        with pytest.raises(Killed):
            first.begin(LOOK_AGAIN)
        second.begin(LOOK_AGAIN)
        assert seen == []
        clock.shift(timedelta(minutes=30))
        second.begin(LOOK_AGAIN)
    assert seen == [7]
    assert failing(database) == []


def test_a_time_that_a_wrong_clock_left_far_ahead_holds_up_nothing(
    queue: Queue, reading: Reading, database: Database
) -> None:
    reading.error = JobFailed("The LMS did not answer.")
    with time_machine.travel(NOON + timedelta(days=365)):
        queue.begin("read", 7)
    reading.error = None
    with time_machine.travel(NOON):
        queue.begin(LOOK_AGAIN)
    assert failing(database) == []


def test_a_failure_of_a_job_that_there_is_no_longer_is_left_to_people(
    new_queue: Callable[[], Queue], queue: Queue, reading: Reading, database: Database
) -> None:
    reading.error = JobFailed("The LMS did not answer.")
    queue.begin("read", 7)
    with database.transaction() as session:
        session.execute(update(JobFailure).values(due_at=NOON))
    other = new_queue()
    other.begin(LOOK_AGAIN)
    assert len(failing(database)) == 1
    with database.reading() as session:
        assert count_failures(session, queue.names) == 1
        assert count_failures(session, other.names) == 0


def test_a_job_in_a_lane_fails_and_succeeds_as_any_other(queue: Queue, reading: Reading, database: Database) -> None:
    there = {7: "oak", 8: "elm"}
    queue.register(Job("read_list", reading, lane=there.get))
    reading.error = JobFailed("The LMS did not answer.")
    queue.begin("read_list", 7)
    queue.begin("read_list", 8)
    wait_for(lambda: len(failing(database)) == 2)
    reading.error = None
    queue.begin("read_list", 7)
    wait_for(lambda: len(failing(database)) == 1)
    del there[8]
    queue.begin("read_list", 8)
    assert failing(database) == [], "what has gone is not failing"
    queue.close()


def test_a_failure_that_cannot_be_noted_ends_nothing_and_its_words_stay_out_of_the_log(
    queue: Queue, reading: Reading, database: Database, caplog
) -> None:
    with database.engine.begin() as connection:
        JobFailure.__table__.drop(connection)
    reading.error = ValueError("Ada Lovelace is no number")
    queue.begin("read", 7)
    assert "could not be noted" in caplog.text
    assert "Ada" not in caplog.text


def test_a_job_that_goes_on_elsewhere_is_over_when_it_says_so(
    queue: Queue, reading: Reading, database: Database
) -> None:
    queue.register(Job("send", reading, goes_on=True))
    with queue.noting("send"):
        raise JobFailed("The LMS did not answer.")
    queue.begin("send")
    assert failing(database) == [("send", "[]", 1, "The LMS did not answer.")]
    with queue.noting("send"):
        pass
    assert failing(database) == []


def test_what_may_have_been_left_behind_is_asked_for_when_a_worker_starts(
    queue: Queue, reading: Reading, at_work: Callable[[], None]
) -> None:
    queue.register(Job("send", reading, at_start=True))
    queue.wake_all()
    at_work()
    wait_for(lambda: reading.asked)
    assert reading.asked == [()]


def test_everything_is_told_when_the_worker_has_to_end(queue: Queue) -> None:
    told: list[float] = []
    queue.at_close(told.append)
    queue.close()
    assert told and 0 < told[0] < 30
