"""Reading the address of a list: what it does not name, or names wrongly, leaves no one out; an unknown school does."""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from flask import request, url_for
from werkzeug.exceptions import NotFound

from core.domain.names import folded, legible
from core.domain.tolerant import storable
from managers.listing.choices import Options
from managers.listing.domain.query import LONGEST_SOUGHT, Due, ListQuery, ListStatus, Order

Word = TypeVar("Word", bound=Enum)
LONGEST_GROUP = 100


def asked_for(scope: str, module: str | None, schools: Options) -> ListQuery:
    """Return what the address of this request asks a list for; NotFound for a school that is not one of these."""
    return ListQuery(
        scope=scope,
        module=module,
        standing=_named(ListStatus, _word("standing")),
        due=_named(Due, _word("due")),
        needs_attention=_word("grade") == "attention",
        school=_school(_word("school"), schools),
        group=_word("group")[:LONGEST_GROUP] or None,
        manager=request.args.get("manager", type=_number),
        q=legible(_word("q"))[:LONGEST_SOUGHT],
        order=Order.named(_word("sort")),
        columns=tuple(request.args.getlist("column")),
        page=max(1, request.args.get("page", 1, type=_number)),
    )


def _word(name: str) -> str:
    return storable(request.args.get(name, "")).strip()


def _number(given: str) -> int:
    number = int(given)
    if abs(number) >= 2**31:
        raise ValueError(given)
    return number


def _named(kind: type[Word], word: str) -> Word | None:
    return next((each for each in kind if each.value == word), None)


def _school(given: str, schools: Options) -> int | None:
    """Return the number of a school that is given by its number or by its name."""
    if not given:
        return None
    same = (number for number, name in schools if given == str(number) or folded(name) == folded(given))
    found = next(same, None)
    if found is None:
        raise NotFound
    return found


def links(asked: ListQuery) -> Callable[..., str]:
    """Return what gives templates the address of the same list with changes."""
    return lambda **changes: url_for("people.index", **asked.but(**changes).query)
