"""The record of reminders as a page: who was reminded when, about what, and what became of each message."""

from enum import Enum
from typing import Any, TypeVar

from flask import Blueprint, render_template, request

from core.domain.names import folded, legible
from core.domain.tolerant import storable
from core.grants.domain.grant import GrantRole, roles_in, schools_led
from db import reading
from lti.visits.permission import IN_COURSE, current_grants, current_visit, permit
from managers.reminders.domain.words import ReminderKind
from managers.reminders.models import Fate
from managers.reminders.record import FATE_WORDS, IN_TROUBLE, KIND_WORDS, Sought, recorded
from managers.reminders.settings import titles_of
from managers.reminders.views.reminders import NO_ROLE, REMINDS

blueprint = Blueprint("reminder_record", __name__)
LOOKS = REMINDS | {GrantRole.SCHOOL_LEAD}
PAGE = 50
LONGEST_SOUGHT = 100
Kind = TypeVar("Kind", bound=Enum)


@blueprint.get("/reminders/record")
@permit(NO_ROLE, IN_COURSE, LOOKS)
def index() -> str:
    """Show the latest reminders that someone looks for; school leads see those to their own staff."""
    session, trust, held, sought = reading(), current_visit().trust, current_grants(), _sought()
    schools = None if roles_in(held) & REMINDS else schools_led(held)
    rows = recorded(session, trust, schools, sought, PAGE + 1)
    return render_template(
        "reminder_record/index.html",
        rows=rows[:PAGE],
        older=_address(sought, rows[PAGE - 1].number) if len(rows) > PAGE else None,
        sought=sought,
        titles=titles_of(session, trust),
        may_set=schools is None,
        kind_words=KIND_WORDS,
        fate_words=FATE_WORDS,
        in_trouble=IN_TROUBLE,
    )


def _sought() -> Sought:
    words = folded(legible(storable(request.args.get("q", ""))))[:LONGEST_SOUGHT]
    before = request.args.get("before", type=int)
    kind, fate = _named(ReminderKind, "kind"), _named(Fate, "fate")
    return Sought(kind, fate, words, before if before and 0 < before < 2**31 else None)


def _named(kind: type[Kind], name: str) -> Kind | None:
    return next((each for each in kind if each.value == request.args.get(name)), None)


def _address(sought: Sought, before: int) -> dict[str, Any]:
    """Return what the address of the next page asks for."""
    parts = {"kind": sought.kind and sought.kind.value, "fate": sought.fate and sought.fate.value, "q": sought.q}
    return {name: value for name, value in (parts | {"before": before}).items() if value}
