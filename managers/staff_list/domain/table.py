"""A file as a table: its encoding and separator are worked out and shown to people, and each record knows its line."""

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass

from managers.staff_list.domain.columns import WrongList, column_of

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
LONGEST_CELL = 2_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_WORKBOOKS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
AS_CSV = "In Excel, choose “Save as” and “CSV UTF-8”, and upload that file."


@dataclass(frozen=True)
class ListRecord:
    """A record of a table, and the line of the file on which it begins."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A table as it was read: in which encoding, parted by what, its headings and its records."""

    encoding: str
    separator: str
    headings: list[str]
    records: list[ListRecord]


def table_in(content: bytes) -> Table:
    """Read a file; WrongList where it is no table."""
    encoding, text = _decoded(content)
    marked, text = _marked_separator(text)
    separator = marked or _separator_of(text)
    records = _records(text, separator, 1 + bool(marked))
    first = next(records, None)
    if first is None:
        raise WrongList("The file is empty. Choose a file that has a first line with the names of the columns.")
    return Table(encoding, SEPARATORS[separator], first.cells, list(records))


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the encoding in words, and the text."""
    if content.startswith(_WORKBOOKS):
        raise WrongList(f"This is a workbook, not a CSV file. {AS_CSV}")
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        tries = [("UTF-16", "utf-16")]
    else:
        tries = [("UTF-8", "utf-8"), ("Windows-1252", "cp1252")]
    for said, codec in tries:
        try:
            text = content.removeprefix(BOM_UTF8).decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return said, text
    raise WrongList(f"The file is not plain text in an encoding that we can read. {AS_CSV}")


def _marked_separator(text: str) -> tuple[str, str]:
    """Return the separator that Excel's line “sep=;” names, and the text without that line."""
    head, _, rest = text.partition("\n")
    mark = head.strip("\r\"'")
    if len(mark) == 5 and mark.lower().startswith("sep=") and mark[-1] in SEPARATORS:
        return mark[-1], rest
    return "", text


def _separator_of(text: str) -> str:
    """Return what parts the headings: with the right separator, most of them are ours."""
    first = text.lstrip("\r\n")[:10_000]

    def known(separator: str) -> tuple[int, int]:
        try:
            headings = next(_records(first, separator, 1)).cells
        except (StopIteration, WrongList):
            return 0, 0
        return sum(column_of(heading) is not None for heading in headings), len(headings)

    return max(SEPARATORS, key=known)


def _lines(text: str) -> Iterator[str]:
    """Give the lines with their ends, whichever system wrote them."""
    return (line[0] for line in _LINE.finditer(text) if line[0])


def _records(text: str, separator: str, first_line: int) -> Iterator[ListRecord]:
    """Give the records that are not blank; a quoted cell may have several lines."""
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    line = first_line
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if max(map(len, cells)) > LONGEST_CELL:
                    raise WrongList(
                        f"Line {line} has a cell with more than {LONGEST_CELL} characters. A quotation mark may be "
                        "missing there. Correct it, and upload the list again."
                    )
                yield ListRecord(line, cells)
            line = first_line + reader.line_num
    except csv.Error as error:
        raise WrongList(
            f"The quotation marks from line {line} on do not match. Correct that line, and upload the list again."
        ) from error
