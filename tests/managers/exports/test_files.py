"""Lists as files, read back as a spreadsheet program or another program reads them."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook

from managers.exports import workbook
from managers.exports.csv_file import csv_parts
from managers.exports.domain.export import CellKind, Cells, Column, Export
from managers.exports.workbook import write_workbook

NOW = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
EXPORT = Export(
    title="People: Zoë’s list / Oak Tree",
    about="Oak Tree Trust",
    columns=(
        Column("Name"),
        Column("Passed on", CellKind.DATE),
        Column("Seen at", CellKind.TIME),
        Column("Attempts", CellKind.NUMBER),
        Column("Best score", CellKind.SHARE),
    ),
    filters=(("School", "Oak Tree Primary"), ("Status", "=overdue")),
    asked_by="Mo Aziz",
    asked_at=NOW,
    notes=("Everyone who has to take the module.",),
)
ADA = ("Ada Okafor", date(2026, 11, 20), NOW, 3, 0.7999)
NAMES = (
    '=HYPERLINK("https://evil.example","Ada")',
    "-Smith",
    "@SUM(A1)",
    "Zoë 😀 Fairweather",
    "لينا الحسن",
    "Ada\nOkafor",
    'O"Hara; Jo',
    "<r><t>Ada</t></r>",
    "_x0041_",
    "\x07bell",
    "0123",
    "https://school.example/ada",
    "{=1+1}",
)


def as_csv(rows: Iterable[Cells], export: Export = EXPORT) -> list[list[str]]:
    written = b"".join(csv_parts(export, rows))
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def as_workbook(rows: Iterable[Cells], export: Export = EXPORT) -> Workbook:
    file = io.BytesIO()
    write_workbook(export, rows, file)
    return load_workbook(file)


def named(names: Iterable[str]) -> Iterator[Cells]:
    return ((name, None, None, None, None) for name in names)


def test_csv_says_in_its_first_bytes_that_it_is_utf_8() -> None:
    assert b"".join(csv_parts(EXPORT, [])).startswith(b'\xef\xbb\xbf"Name","Passed on"')


def test_csv_has_headings_and_plain_values() -> None:
    headings, ada = as_csv([ADA])
    assert headings == ["Name", "Passed on", "Seen at", "Attempts", "Best score"]
    assert ada == ["Ada Okafor", "2026-11-20", "2026-07-01 00:30:00", "3", "79.9%"]


def test_what_is_not_known_is_an_empty_cell() -> None:
    assert as_csv(named(["Ada"]))[1:] == [["Ada", "", "", "", ""]]
    assert [cell.value for cell in as_workbook(named(["Ada"]))["List"][2]] == ["Ada", None, None, None, None]


def test_csv_keeps_every_name_readable() -> None:
    _, *rows = as_csv(named(NAMES))
    assert [name.replace("'", "") for name, *_ in rows] == list(NAMES)
    assert not any(name.startswith(tuple("=+-@")) for name, *_ in rows)


def test_csv_is_handed_on_while_it_is_written() -> None:
    taken: list[int] = []

    def rows() -> Iterator[Cells]:
        for number in range(5_000):
            taken.append(number)
            yield ADA

    parts = csv_parts(EXPORT, rows())
    next(parts), next(parts)
    assert 0 < len(taken) < 1_000


def test_a_row_with_too_few_cells_is_a_fault_and_never_a_shifted_line() -> None:
    with pytest.raises(ValueError):
        as_csv([("Ada",)])
    with pytest.raises(ValueError):
        as_workbook([("Ada",)])


def test_the_first_sheet_says_what_was_filtered_by_whom_and_when_and_how_many_rows_there_are() -> None:
    book = as_workbook([ADA, ADA])
    assert book.sheetnames == ["About this list", "List"] and book.active.title == "About this list"
    said = [(term.value, words.value) for term, words in book["About this list"].iter_rows()]
    assert said == [
        ("List", "People: Zoë’s list / Oak Tree"),
        ("About", "Oak Tree Trust"),
        ("Filtered by school", "Oak Tree Primary"),
        ("Filtered by status", "=overdue"),
        ("Rows", 2),
        ("Made by", "Mo Aziz"),
        ("Made on", "1 July 2026 at 12.30am"),
        ("How to read it", "Everyone who has to take the module."),
        ("How to read it", "Dates and times are in UK time."),
    ]


def test_a_list_that_is_complete_says_so() -> None:
    sheet = as_workbook([], replace(EXPORT, filters=()))["About this list"]
    assert ("Filtered by", "Nothing: the list is complete") in list(sheet.iter_rows(values_only=True))


def test_a_workbook_has_real_dates_and_numbers() -> None:
    row = as_workbook([ADA])["List"][2]
    assert [cell.value for cell in row] == [
        "Ada Okafor",
        datetime(2026, 11, 20),
        datetime(2026, 7, 1, 0, 30),
        3,
        pytest.approx(0.799),
    ]
    assert [cell.is_date for cell in row] == [False, True, True, False, False]
    assert row[4].number_format == "0.0%"


def test_the_headings_stay_in_sight_and_columns_can_be_filtered() -> None:
    sheet = as_workbook([ADA, ADA])["List"]
    assert [cell.value for cell in sheet[1]] == [column.heading for column in EXPORT.columns]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:E3", "$1:$1")


def test_no_name_is_a_formula_a_link_or_markup_in_a_workbook() -> None:
    sheet = as_workbook(named(NAMES))["List"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [unescape(cell.value).rstrip() for cell in cells] == list(NAMES)
    assert {(cell.data_type, cell.hyperlink) for cell in cells} <= {("s", None), ("inlineStr", None)}


@settings(max_examples=25)
@given(st.lists(st.text(max_size=20), max_size=5))
def test_any_text_comes_back_as_it_was(names: list[str]) -> None:
    _, *rows = as_csv(named(names))
    assert [name.replace("'", "") for name, *_ in rows] == [name.replace("'", "") for name in names]
    read = [row[0] for row in as_workbook(named(names))["List"].iter_rows(min_row=2, values_only=True)]
    assert [unescape(name or "") for name in read] == names


def test_a_text_that_is_too_long_for_a_cell_is_cut_and_shows_it() -> None:
    (cell,) = [row[0] for row in as_workbook(named(["a" * 40_000]))["List"].iter_rows(min_row=2, values_only=True)]
    assert len(cell) == 32_767 and cell.endswith("…")


def test_a_list_that_is_too_long_for_a_sheet_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    book = as_workbook(named("abcde"))
    assert book.sheetnames == ["About this list", "List", "List 2"]
    assert [cell.value for cell in book["List 2"]["A"]] == ["Name", "d", "e"]
    assert ("Rows", 5) in list(book["About this list"].iter_rows(values_only=True))


def test_nothing_stays_on_the_disk_even_if_the_rows_break_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterator[Cells]:
        yield ADA
        assert list(tmp_path.iterdir())
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="gone"):
        write_workbook(EXPORT, rows(), io.BytesIO())
    assert list(tmp_path.iterdir()) == []


def test_fifty_thousand_rows_come_back_whole() -> None:
    narrow = replace(EXPORT, columns=EXPORT.columns[:2])
    rows = [(f"Person {number}", date(2026, 1, 1)) for number in range(50_000)]
    assert len(as_csv(rows, narrow)) == 50_001
    file = io.BytesIO()
    write_workbook(narrow, rows, file)
    read = list(load_workbook(file, read_only=True)["List"].iter_rows(min_row=2, values_only=True))
    assert read == [(f"Person {number}", datetime(2026, 1, 1)) for number in range(50_000)]


def test_a_workbook_never_holds_a_formula_element() -> None:
    file = io.BytesIO()
    write_workbook(EXPORT, named(NAMES), file)
    with ZipFile(file) as parts:
        assert all(b"<f>" not in parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize(
    ("title", "file"),
    [
        ("People: Zoë / Oak", "people-zoe-oak"),
        ("لينا", "list"),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 300, "a" * 100),
    ],
)
def test_the_files_name_is_plain_and_has_the_day(title: str, file: str) -> None:
    assert replace(EXPORT, title=title).file_name == f"{file}-2026-07-01"
