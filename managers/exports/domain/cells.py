"""How the cells of a list are written: as words in a CSV file, or as values in a workbook."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from core.domain.days import BRITAIN, day_of
from managers.exports.domain.export import CellKind

# What spreadsheet programs take for the beginning of a formula (OWASP, CSV Injection). Space, quotes and invisible
# characters before it do not help; and where a program expects another separator, a cell can begin inside of ours.
_UNSEEN = r"['\"\s\x00-\x1f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
_FORMULA = rf"{_UNSEEN}[=+\-@＝＋－＠]"
_BEGINS = re.compile(rf"^(?={_FORMULA}|'*[\t\r\n])|(?<=[;\t\r\n])(?={_FORMULA})")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula: an apostrophe is put before what could be one.

    A text that needs none stays as it is. Where one is taken away again at the same places, the text is as it was.
    """
    return _BEGINS.sub("'", text)


def in_britain(moment: datetime) -> datetime:
    """Return a moment as clocks in Britain show it, without its zone: spreadsheets know none."""
    return moment.astimezone(BRITAIN).replace(tzinfo=None)


def the_day(day: date | datetime) -> date:
    """Return a day as it is, and of a moment the day in Britain on which it falls."""
    return day_of(day) if isinstance(day, datetime) else day


def tenths(share: float) -> float:
    """Return a share in per cent with one decimal, never rounded up: 79.96 % does not look like a pass at 80 %."""
    return int(share * 1000 + 1e-9) / 10


def _day(day: date | datetime) -> str:
    return the_day(day).isoformat()


def _time(moment: datetime) -> str:
    return in_britain(moment).isoformat(" ", "seconds")


def _share(share: float) -> str:
    return f"{tenths(share):.1f}%"


def _text(text: object) -> str:
    return harmless(str(text))


AS_WORDS: dict[CellKind, Callable[[Any], str]] = {
    CellKind.TEXT: _text,
    CellKind.DATE: _day,
    CellKind.TIME: _time,
    CellKind.NUMBER: str,
    CellKind.SHARE: _share,
}
