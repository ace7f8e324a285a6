"""Working figures out: asked for once, claimed by one, found again after a crash, and every night where due."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from core.queue.failures import has_failed
from core.queue.queue import Queue
from core.schools import School
from core.services import service
from db import Database
from managers.insight import work_out as working_out
from managers.insight.calculations import (
    ANEW_AFTER,
    LEASE,
    ask_for_changed,
    ask_for_figures,
    claim_figures,
)
from managers.insight.jobs import InsightJobs
from managers.insight.models import InsightCalculation, KeptFigures
from managers.insight.work_out import work_out_figures
from managers.models import StaffEntry, StaffMember
from modules.models import AnswerRow, Attempt, CheckAnswerRow, ResultRow
from tests.managers.insight.conftest import Takes
from tests.support.answered import PAPERS
from tests.support.factories import NOW
from tests.support.meeting import both_at_once

PHOTOS = ("invictus", "photos")


def kept(database: Database) -> list[tuple[str | None, int]]:
    """Return the terms of which there are figures, with their attempts."""
    with database.reading() as session:
        rows = session.scalars(select(KeptFigures).order_by(KeptFigures.term.nulls_last()))
        return [(row.term, row.figures["attempts"]) for row in rows]


def calculation(database: Database) -> InsightCalculation:
    with database.reading() as session:
        return session.get_one(InsightCalculation, PHOTOS)


@pytest.mark.databases("sqlite", "postgres")
def test_new_figures_take_the_place_of_the_last(database: Database, people: list[int], takes: Takes) -> None:
    work_out_figures(database, PHOTOS, NOW)
    assert kept(database) == [("2026-27-autumn", 5), (None, 5)]
    takes("Fay")
    work_out_figures(database, PHOTOS, NOW + timedelta(days=1))
    assert kept(database) == [("2026-27-autumn", 6), (None, 6)]
    assert calculation(database).worked_out_at == NOW + timedelta(days=1)


@pytest.mark.databases("sqlite", "postgres")
def test_figures_are_asked_for_once_and_claimed_once(database: Database, people: list[int]) -> None:
    with database.transaction() as session:
        assert ask_for_figures(session, *PHOTOS, NOW)
        assert not ask_for_figures(session, *PHOTOS, NOW + timedelta(hours=1))
        assert claim_figures(session, NOW) == PHOTOS
        assert claim_figures(session, NOW + LEASE) is None


# SQLite lets one write at a time.
@pytest.mark.databases("postgres")
def test_two_who_ask_at_the_same_time_ask_once(app: Flask, database: Database, people: list[int]) -> None:
    jobs = service(InsightJobs, app)
    asked = both_at_once(database, "INSERT INTO insight_calculations", *[lambda: jobs.ask(*PHOTOS)] * 2)
    assert sorted(asked) == [False, True]


@pytest.mark.databases("postgres")
def test_two_workers_claim_the_same_figures_once(database: Database, people: list[int]) -> None:
    with database.transaction() as session:
        ask_for_figures(session, *PHOTOS, NOW)
    with database.transaction() as one, database.transaction() as other:
        assert claim_figures(one, NOW) == PHOTOS
        assert claim_figures(other, NOW) is None


def test_figures_whose_job_was_killed_are_claimed_again_after_its_lease(database: Database, people: list[int]) -> None:
    with database.transaction() as session:
        ask_for_figures(session, *PHOTOS, NOW)
        claim_figures(session, NOW)
        assert claim_figures(session, NOW + LEASE + timedelta(seconds=1)) == PHOTOS


def test_a_job_that_is_ended_half_way_leaves_the_last_figures_on_the_page(
    database: Database, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    work_out_figures(database, PHOTOS, NOW)

    def fail(*_: object) -> None:
        raise OSError("the power is off")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="power"):
        broken.setattr(working_out, "conclude_figures", fail)
        work_out_figures(database, PHOTOS, NOW + timedelta(days=1))
    assert len(kept(database)) == 4 and calculation(database).worked_out_at == NOW
    work_out_figures(database, PHOTOS, NOW + timedelta(days=2))
    assert kept(database)[0] == ("2026-27-autumn", 5)


def test_figures_that_cannot_be_worked_out_are_seen_as_a_failure_and_do_not_hold_up_others(
    app: Flask, database: Database, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    with database.transaction() as session:
        ask_for_figures(session, *PHOTOS, NOW)
        ask_for_figures(session, "invictus", "other", NOW + timedelta(hours=1))
    with monkeypatch.context() as broken:
        broken.setattr("managers.insight.jobs.work_out_figures", fail)
        with service(Queue, app).noting("work_out_insight"):
            service(InsightJobs, app).work_out_due()
    with database.transaction() as session:
        assert has_failed(session, ("work_out_insight", ()))
        assert claim_figures(session, NOW + timedelta(hours=2)) == ("invictus", "other")
        assert claim_figures(session, NOW + timedelta(hours=2)) == PHOTOS


def test_what_is_asked_for_on_a_page_is_worked_out_and_not_again_for_ten_minutes(
    app: Flask, database: Database, people: list[int]
) -> None:
    jobs = service(InsightJobs, app)
    assert jobs.ask(*PHOTOS)
    jobs.work_out_due()
    assert calculation(database).asked_at is None and kept(database)[-1] == (None, 5)
    assert not jobs.ask(*PHOTOS)
    assert jobs.ask(*PHOTOS, every=timedelta(0))


@pytest.mark.databases("sqlite", "postgres")
def test_at_night_figures_are_asked_for_where_someone_has_finished_since_or_a_week_has_passed(
    database: Database, people: list[int], takes: Takes
) -> None:
    def due(later: timedelta) -> int:
        with database.transaction() as session:
            count = ask_for_changed(session, NOW + later)
            session.rollback()
            return count

    assert due(timedelta(0)) == 1
    work_out_figures(database, PHOTOS, NOW + timedelta(hours=1))
    assert due(timedelta(hours=2)) == 0
    assert due(ANEW_AFTER + timedelta(hours=2)) == 1
    takes("Fay", PAPERS["Ann"], NOW + timedelta(hours=3))
    assert due(timedelta(hours=4)) == 1


def test_figures_of_people_whose_records_are_gone_go_within_a_week(database: Database, people: list[int]) -> None:
    work_out_figures(database, PHOTOS, NOW)
    with database.transaction() as session:
        for table in (ResultRow, AnswerRow, CheckAnswerRow, Attempt):
            session.execute(delete(table))
        assert ask_for_changed(session, NOW + ANEW_AFTER + timedelta(hours=1)) == 1
    work_out_figures(database, PHOTOS, NOW + ANEW_AFTER + timedelta(hours=1))
    assert kept(database) == [(None, 0)]


@pytest.mark.databases("sqlite", "postgres")
def test_the_figures_of_a_school_do_not_keep_it_from_being_removed(
    database: Database, people: list[int], works_at: Callable[..., None]
) -> None:
    works_at("Ash Primary", *people)
    work_out_figures(database, PHOTOS, NOW)
    assert len(kept(database)) == 4
    with database.transaction() as session:
        for table in (StaffEntry, StaffMember, School):
            session.execute(delete(table))
    assert kept(database) == [("2026-27-autumn", 5), (None, 5)]


def test_the_jobs_look_by_themselves(app: Flask) -> None:
    queue = service(Queue, app)
    assert queue.is_periodic("work_out_insight") and queue.is_periodic("ask_for_insight")


def test_the_command_works_out_every_module_that_counts(app: Flask, database: Database, people: list[int]) -> None:
    run: Callable[..., object] = app.test_cli_runner().invoke
    done = run(args=["modules", "rebuild-insight", "--trust", "invictus"])
    assert "photos, for invictus: 2 selections of school and term worked out" in done.output  # type: ignore[attr-defined]
    assert kept(database)[0] == ("2026-27-autumn", 5)
    refused = run(args=["modules", "rebuild-insight", "--module", "swimming"])
    assert refused.exit_code == 1 and "no such module" in refused.output  # type: ignore[attr-defined]


def test_reading_goes_on_in_pieces(database: Database, people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("managers.insight.first_attempts.AT_ONCE", 2)
    work_out_figures(database, PHOTOS, NOW)
    assert kept(database)[-1] == (None, 5)
