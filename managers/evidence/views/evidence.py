"""Evidence of a past date: who was certified on a day, as a page and as files to download."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from config import Settings
from core.domain.days import day_of
from core.services import service
from db import reading, utcnow
from lti.visits.permission import IN_COURSE, LEADERS, current_grants, current_visit, permit
from managers.evidence.certified import first_issued, page_of, totals
from managers.evidence.files import STATES, evidence_export, evidence_rows
from managers.evidence.views.asked import SEES_SOME, Question, choices_of, modules_of, question_in
from managers.exports.views.download import asker, exported
from modules.domain.check_code import in_groups

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/evidence")
@permit(LEADERS, IN_COURSE, SEES_SOME)
def index() -> str | Response | tuple[str, int]:
    """Show who was certified on a day, by name; a date that was typed leads to an address that can be kept."""
    question = _with_module(_question())
    if not question.problem and "on_day" in request.args:
        return redirect(url_for("evidence.index", **_address(question)), code=303)
    return _page(question), question.problem.status if question.problem else 200


def _with_module(question: Question) -> Question:
    """Let a page without a module be about that of the visit's activity, or else about the first."""
    here, known = current_visit().module, question.modules
    module = question.asked.module or (here if here in known else next(iter(known), None))
    return replace(question, asked=replace(question.asked, module=module))


def _page(question: Question) -> str:
    session, asked, now = reading(), question.asked, utcnow()
    asked_after = request.args.get("after", 0, type=int)
    after = asked_after if 0 < asked_after < 2**31 else None
    shown, more = page_of(session, asked, after, service(Settings).people_per_page, now)
    return render_template(
        "evidence/index.html",
        question=question,
        address=_address(question),
        totals=totals(session, asked),
        certified=shown,
        more=more,
        is_first=not after,
        first_issued=first_issued(session, asked.holders.trust, asked.module),
        today=day_of(now),
        states=STATES,
        in_groups=in_groups,
        public_url=service(Settings).public_url,
    )


@blueprint.get("/evidence.csv", defaults={"ending": "csv"})
@blueprint.get("/evidence.xlsx", defaults={"ending": "xlsx"})
@permit(LEADERS, IN_COURSE, SEES_SOME)
def file(ending: str) -> Response:
    """Give who was certified on a day as a file; if that cannot be asked for, redirect to the page that says why."""
    question, visit, now = _question(), current_visit(), utcnow()
    if question.problem:
        return redirect(f"{url_for('evidence.index')}?{request.query_string.decode()}", code=303)
    asked = question.asked
    filters = (("Training", question.modules[asked.module]),) if asked.module else ()
    export = evidence_export(asked, question.choice.name, filters, asker(visit), now)
    return exported(ending, export, lambda session: evidence_rows(session, asked, question.modules, now))


def _question() -> Question:
    session, visit = reading(), current_visit()
    choices = choices_of(session, visit, current_grants())
    return question_in(request.args, choices, modules_of(session, visit.trust), day_of(utcnow()))


def _address(question: Question) -> dict[str, Any]:
    asked = question.asked
    address = {"on": asked.on.isoformat(), "module": asked.module, "school": question.choice.value}
    return {name: value for name, value in address.items() if value}
