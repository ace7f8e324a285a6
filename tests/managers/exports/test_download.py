"""Answering with a list: what a browser gets, and what is left behind on the server."""

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db import Database
from lti.models import Person
from managers.exports.domain.export import Cells, Column, Export
from managers.exports.views.download import Rows, exported
from tests.support.factories import NOW
from tests.support.school import Browser, School

EXPORT = Export("People", "Oak Tree Trust", (Column("Name"),), (), "Mo Aziz", NOW)


def names(session: Session) -> Iterator[Cells]:
    yield from session.execute(select(Person.name).order_by(Person.name))


def broken(after: int) -> Rows:
    """Return rows of which the database gives only so many."""

    def rows(_session: Session) -> Iterator[Cells]:
        for number in range(after):
            yield (f"Person {number}",)
        raise OperationalError("SELECT", None, Exception("the disk is gone"))

    return rows


@pytest.fixture
def serve(app: Flask, school: School) -> Callable[[Rows], Browser]:
    def serve(rows: Rows) -> Browser:
        app.add_url_rule("/list.csv", "list.csv", lambda: exported("csv", EXPORT, rows))
        app.add_url_rule("/list.xlsx", "list.xlsx", lambda: exported("xlsx", EXPORT, rows))
        return school.visit()

    return serve


@pytest.fixture(autouse=True)
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that temporary files are made in."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def in_use(database: Database) -> int:
    return database.engine.pool.checkedout()  # type: ignore[attr-defined]


def test_a_csv_file_is_a_download_that_no_one_else_keeps(serve: Callable[[Rows], Browser]) -> None:
    answer = serve(names).get("/list.csv")
    assert answer.content_type == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == "attachment; filename=people-2026-11-20.csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.data.decode("utf-8-sig") == '"Name"\r\n"Ada Okafor"\r\n'


def test_a_workbook_is_a_download_of_known_length_and_leaves_nothing_behind(
    serve: Callable[[Rows], Browser], disk: Path, database: Database
) -> None:
    answer = serve(names).get("/list.xlsx")
    assert answer.headers["Content-Disposition"] == "attachment; filename=people-2026-11-20.xlsx"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.content_length == len(answer.data)
    assert load_workbook(io.BytesIO(answer.data))["List"]["A2"].value == "Ada Okafor"
    answer.close()
    assert list(disk.iterdir()) == [] and in_use(database) == 0


def test_a_browser_that_goes_away_half_way_gives_the_database_back(
    serve: Callable[[Rows], Browser], database: Database
) -> None:
    browser = serve(lambda session: ((name[0],) for _ in range(5_000) for name in names(session)))
    answer = browser.client.get(f"{browser.visit}/list.csv", buffered=False)
    next(answer.iter_encoded())
    assert in_use(database) == 1
    answer.close()
    assert in_use(database) == 0


@pytest.mark.parametrize("file", ["/list.csv", "/list.xlsx"])
def test_a_database_that_fails_at_once_is_an_error_page(
    serve: Callable[[Rows], Browser], file: str, disk: Path, database: Database
) -> None:
    answer = serve(broken(0)).get(file)
    assert answer.status_code == 503 and "What to do next" in answer.text
    assert list(disk.iterdir()) == [] and in_use(database) == 0


def test_a_workbook_that_cannot_be_finished_is_an_error_page_and_not_a_shorter_list(
    serve: Callable[[Rows], Browser], disk: Path
) -> None:
    assert serve(broken(2_000)).get("/list.xlsx").status_code == 503
    assert list(disk.iterdir()) == []


def test_a_csv_file_that_cannot_be_finished_is_cut_off_and_not_ended(
    serve: Callable[[Rows], Browser], database: Database
) -> None:
    answer = serve(broken(2_000)).get("/list.csv")
    with pytest.raises(OperationalError):
        _ = answer.data
    assert in_use(database) == 0
