"""Lists to take along, read from the database in pieces and written as a file: rows a second, and memory."""

import os
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.crowd import Crowd
from bench.plan import MODULES, Plan
from bench.row import Row
from bench.workshop import Workshop
from db import Database, utcnow
from lti.models import Person
from managers.exports.csv_file import csv_parts
from managers.exports.domain.export import CellKind, Cells, Column, Export
from managers.exports.pieces import in_pieces
from managers.exports.workbook import write_workbook
from modules.models import Attempt, ResultRow

REACH = "≥ 5,000 rows/s, flat memory"
COLUMNS = (
    Column("Name"),
    Column("E-mail address"),
    Column("LMS id"),
    Column("Module"),
    Column("Started at", CellKind.TIME),
    Column("Finished on", CellKind.DATE),
    Column("Marks", CellKind.NUMBER),
    Column("Score", CellKind.SHARE),
)
RESULTS = (
    select(Person.name, Person.email, Person.subject, Attempt.module, Attempt.started_at, Attempt.finished_at)
    .add_columns(ResultRow.marks, ResultRow.score)
    .join(Attempt, Attempt.person_id == Person.id)
    .outerjoin(ResultRow, ResultRow.attempt_id == Attempt.id)
)
KEYS = (Attempt.id,)


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Write every attempt of a large trust, and a tenth of them to see whether memory grows with the list."""
    with workshop.database() as database:
        with database.transaction() as session:
            Crowd(session, workshop.lms, workshop.content(), utcnow()).fill(plan.staff, MODULES)
        return [_row(database, kind, write, plan) for kind, write in WRITERS.items()]


def _row(database: Database, kind: str, write: "Writer", plan: Plan) -> Row:
    timed = [_seconds(database, write) for _ in range(plan.rounds)]
    count, speed = timed[0][0], median(rows / seconds for rows, seconds in timed)
    few, many = (_megabytes(database, write, most) for most in (count // 10, count))
    memory = f"{few:.1f} MB with {count // 10:,} rows, {many:.1f} MB with all"
    return Row(
        f"export of {count:,} rows x {len(COLUMNS)} columns: {kind}", REACH, f"{speed:,.0f} rows/s of CPU; {memory}"
    )


def _seconds(database: Database, write: "Writer") -> tuple[int, float]:
    """Return how many rows were written, and the CPU that it took, reading included."""
    began = time.process_time()
    count = _write(database, write, None)
    return count, time.process_time() - began


def _megabytes(database: Database, write: "Writer", most: int) -> float:
    """Return the most memory that Python had in use beyond what it had before."""
    tracemalloc.start()
    _write(database, write, most)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1_000_000


def _write(database: Database, write: "Writer", most: int | None) -> int:
    export = Export("Results", "The bench", COLUMNS, (), "The bench", utcnow())
    with database.snapshot() as session:
        counted = _Counted(islice(_rows(session), most))
        write(export, counted)
    return counted.number


class _Counted:
    """Rows that are counted as they are taken."""

    def __init__(self, rows: Iterable[Cells]) -> None:
        self._rows, self.number = rows, 0

    def __iter__(self) -> Iterator[Cells]:
        for row in self._rows:
            self.number += 1
            yield row


def _rows(session: Session) -> Iterator[Cells]:
    for piece in in_pieces(session, RESULTS, KEYS):
        yield from (row[: len(COLUMNS)] for row in piece)


def _as_csv(export: Export, rows: Iterable[Cells]) -> None:
    with Path(os.devnull).open("wb") as nowhere:
        nowhere.writelines(csv_parts(export, rows))


def _as_workbook(export: Export, rows: Iterable[Cells]) -> None:
    with TemporaryFile() as file:
        write_workbook(export, rows, file)


Writer = Callable[[Export, Iterable[Cells]], None]
WRITERS: dict[str, Writer] = {"CSV": _as_csv, "XLSX": _as_workbook}
