"""A list of staff is read as people write it: any order, separator and encoding, and every mistake by its line."""

import csv
import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from managers.staff_list.domain.columns import ListColumn, WrongList, column_of
from managers.staff_list.domain.rows import TOO_WIDE, Sheet, day_in, sheet_from
from managers.staff_list.domain.table import table_in

TODAY = date(2026, 11, 28)


def read(content: str | bytes) -> Sheet:
    return sheet_from(table_in(content.encode() if isinstance(content, str) else content), TODAY)


def says(content: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.says) for problem in read(content).problems]


WORDS = st.text(st.sampled_from("abcdeé ÆO'\";,\t\n=+-@"), max_size=12).filter(
    # An apostrophe before such a sign is what keeps a cell from being a formula.
    lambda words: not re.match(r"\s*'[=+\-@]", words)
)
CELLS = st.fixed_dictionaries(
    {
        ListColumn.NUMBER: st.integers(1, 10**6).map(lambda number: f"S{number}"),
        ListColumn.SCHOOL: WORDS,
        ListColumn.MANAGER: st.sampled_from(["", "-", "Head@Oak.example", "S77"]),
        ListColumn.JOB_GROUP: WORDS,
        ListColumn.STARTS_ON: st.one_of(st.just(""), st.just("-"), st.dates(date(1950, 1, 1), TODAY)),
    }
)


@given(
    st.lists(CELLS, min_size=1, max_size=6),
    st.permutations(list(ListColumn)),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.booleans(),
)
def test_a_list_is_read_as_it_was_written_whatever_the_spreadsheet(
    people: list[dict],
    order: list[ListColumn],
    separator: str,
    encoding: str,
    ends: str,
    quoting: int,
    is_british: bool,
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator=ends, quoting=quoting)
    writer.writerow([column.value.upper() for column in order])
    for place, person in enumerate(people):
        day = person[ListColumn.STARTS_ON]
        as_text = day if isinstance(day, str) else day.strftime("%d/%m/%Y") if is_british else day.isoformat()
        cells = {**person, ListColumn.EMAIL: f"P{place}@Oak.example", ListColumn.STARTS_ON: as_text}
        cells[ListColumn.NUMBER] = f"{place}{person[ListColumn.NUMBER]}"
        writer.writerow([cells[column] for column in order])
    sheet = read(file.getvalue().encode(encoding))
    assert sheet.problems == ()
    assert Sheet.from_json(sheet.as_json()) == sheet
    for place, (row, person) in enumerate(zip(sheet.rows, people, strict=True)):
        assert row.email == f"p{place}@oak.example"
        assert row.number == f"{place}{person[ListColumn.NUMBER]}"
        for column, found in ((ListColumn.SCHOOL, row.school), (ListColumn.JOB_GROUP, row.job_group)):
            assert (found or "").split() == person[column].split()
        assert (row.manager or "").lower() == person[ListColumn.MANAGER].lower()
        assert row.starts_on == (str(person[ListColumn.STARTS_ON]) or None)


@given(st.binary(max_size=200))
def test_whatever_is_uploaded_is_read_or_refused_in_words(content: bytes) -> None:
    try:
        read(content)
    except WrongList as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("E-mail", ListColumn.EMAIL),
        ("EMAIL_ADDRESS", ListColumn.EMAIL),
        (" Work e-mail: ", ListColumn.EMAIL),
        ("Payroll No.", ListColumn.NUMBER),
        ("Academy", ListColumn.SCHOOL),
        ("Line manager’s shoe size", None),
        ("Reports to", ListColumn.MANAGER),
        ("Job title", ListColumn.JOB_GROUP),
        ("Date started", ListColumn.STARTS_ON),
        ("", None),
    ],
)
def test_headings_are_known_by_several_names(heading: str, column: ListColumn | None) -> None:
    assert column_of(heading) is column


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("03/04/2020", date(2020, 4, 3)),
        ("3/4/2020", date(2020, 4, 3)),
        ("2020-04-03", date(2020, 4, 3)),
        ("13/14/2020", None),
        ("04-03-2020", None),
        ("3/4/20", None),
        ("29/02/2023", None),
        ("٣/٤/2020", None),
        ("43924", None),
    ],
)
def test_days_are_read_in_the_british_order_and_never_guessed(written: str, day: date | None) -> None:
    assert day_in(written) == day


def test_the_encoding_and_the_separator_are_told() -> None:
    sheet = read("E-mail;School\r\nzoë@oak.example;x\r\nann@oak.example;Müller\r\n".encode("cp1252"))
    assert (sheet.encoding, sheet.separator) == ("Windows-1252", "semicolons")
    assert sheet.rows[0].school == "Müller"
    assert read("\ufeffE-mail\tSchool\r\na@b.example\tOak").separator == "tabs"
    assert read("sep=;\r\nE-mail;School\r\na@b.example;Oak, Elm").rows[0].school == "Oak, Elm"


def test_a_quoted_cell_may_have_several_lines_and_mistakes_after_it_are_counted_rightly() -> None:
    sheet = read('E-mail,Job group\r\na@b.example,"Teacher\r\nand coach"\r\nnot one,\r\n')
    assert sheet.rows[0].job_group == "Teacher and coach"
    assert [problem.line for problem in sheet.problems] == [4]


def test_columns_that_mean_nothing_to_us_are_named_and_not_kept() -> None:
    sheet = read("Surname,E-mail,Salary\r\nOkafor,a@b.example,30000")
    assert sheet.unused == ("Surname", "Salary")
    assert "Okafor" not in str(sheet.as_json()) and "30000" not in str(sheet.as_json())


def test_what_is_wrong_with_a_cell_is_said_by_its_line() -> None:
    assert says(
        "E-mail,Staff number,Start date\n,,\n,S1,1949-12-31\n,-,01/01/2020\n,S2,29/11/2026\na@b.example,,,x"
    ) == [
        (3, "The start date 1949-12-31 is before 1950. Correct it, or leave it blank."),
        (4, "This line does not say who it is about. Enter an e-mail address or a staff number, or delete the line."),
        (5, "The start date 29/11/2026 is in the future. Correct it, or leave it blank until the person has started."),
        (6, TOO_WIDE),
    ]


def test_someone_who_is_in_the_list_twice_is_found_by_address_or_by_number() -> None:
    assert says("E-mail,Staff number\na@b.example,S1\nA@B.example,S2\n,S1") == [
        (3, "a@b.example is also in line 2. Delete one of the two lines."),
        (4, "S1 is also in line 2. Delete one of the two lines."),
    ]


def test_a_cell_that_our_own_downloads_keep_from_being_a_formula_is_read_without_that() -> None:
    assert read("E-mail,Job group\na@b.example,'=1+1").rows[0].job_group == "=1+1"
