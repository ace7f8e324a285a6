"""``flask jobs``: an administrator sees what fails and can have it tried again."""

from datetime import timedelta

import pytest
import time_machine

from core.queue.failures import failures, note_failure
from core.queue.jobs import JobFailed
from tests.conftest import NOW


@pytest.fixture
def say(app):
    """Give a command about jobs, and return what it says."""

    def said(*words: str, fails: bool = False) -> str:
        answer = app.test_cli_runner().invoke(args=["jobs", *words])
        assert (answer.exit_code != 0) is fails, answer.output
        return answer.output

    return said


@pytest.fixture
def two_failures(database):
    with database.transaction() as session:
        note_failure(session, ("read_roster", (7,)), JobFailed("The LMS did not answer."), NOW)
        note_failure(session, ("carry_over", (5,)), JobFailed("It is full.", again=False), NOW + timedelta(hours=1))


def due(database):
    with database.reading() as session:
        return [(each.name, each.due_at) for each in failures(session)]


def test_without_failures_there_is_nothing_to_see(say):
    assert say("list") == "No job is failing.\n"


def test_failures_are_listed_in_words(say, two_failures):
    first, second = say("list").splitlines()
    assert first.startswith("1: read_roster 7 (1 try since 2026-11-20 09:00 UTC, next try at 2026-11-20 09:0")
    assert first.endswith(" UTC). The LMS did not answer.")
    assert second == "2: carry_over 5 (1 try since 2026-11-20 10:00 UTC, no longer tried by itself). It is full."


def test_a_job_that_begins_at_its_time_whatever_happened_is_not_said_to_be_tried_no_more(say, database):
    with database.transaction() as session:
        note_failure(session, ("send_mail", ()), JobFailed("It is full.", again=False), NOW)
    assert "(1 try since 2026-11-20 09:00 UTC, begins again by itself at its time)" in say("list")


def test_a_job_that_there_is_no_longer_is_said_to_be_none_and_counts_nowhere(say, app, database):
    with database.transaction() as session:
        note_failure(session, ("read_tea_leaves", (7,)), JobFailed("It is cold."), NOW)
    assert "(1 try since 2026-11-20 09:00 UTC, no such job any more: jobs forget 1)" in say("list")
    assert app.test_client().get("/ready").json["failing_jobs"] == 0
    assert say("retry", "--all") == "0 jobs are tried again now, where a worker runs.\n"


def test_one_or_all_can_be_tried_again_at_once(say, database, two_failures):
    later = NOW + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        assert say("retry", "2") == "1 job is tried again now, where a worker runs.\n"
        assert dict(due(database))["carry_over"] == later
        assert say("retry", "--all") == "2 jobs are tried again now, where a worker runs.\n"
        assert {at for _, at in due(database)} == {later}
    assert "numbers of jobs" in say("retry", fails=True)
    assert "no failed job 99. See: jobs list" in say("retry", "99", fails=True)


def test_a_failure_can_be_taken_off_the_list(say, database, two_failures):
    say("forget", "1")
    assert [name for name, _ in due(database)] == ["carry_over"]
    assert "no failed job 1" in say("forget", "1", fails=True)
