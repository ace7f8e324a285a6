"""What staff know about their policy, question by question and clause by clause, for those who look after it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.domain.tolerant import storable
from core.filters import at_time
from core.grants.domain.grant import SEES_INSIGHT, GrantRole, roles_in, schools_led
from core.services import service
from db import reading, utcnow
from lti.visits.permission import IN_COURSE, current_grants, current_visit, permit
from managers.exports.domain.export import Export
from managers.exports.views.download import asker, exported
from managers.insight.calculations import AT_MOST_EVERY
from managers.insight.domain.report import ENOUGH
from managers.insight.domain.statistics import FEWEST
from managers.insight.export import COLUMNS, NOTES, export_rows
from managers.insight.jobs import InsightJobs
from managers.insight.page import InsightChoice, InsightPage, Viewer, counting_modules, insight_page
from modules.content.publish import NotPublished
from modules.play.views.check_form import BINS

blueprint = Blueprint("insight", __name__)
LONGEST_CHOICE = 100
MOST_MISSED = 10
BIN_WORDS = {each.value: words for each, words in BINS.items()}


@blueprint.get("/insight")
@permit(frozenset(), IN_COURSE, SEES_INSIGHT)
def index() -> tuple[str, int]:
    """Show the figures of a module for the school and the term chosen, or say that there is no such choice."""
    page = _page()
    shown = render_template(
        "insight/index.html",
        page=page,
        chosen=_address_of(page),
        bins=BIN_WORDS,
        most_missed=MOST_MISSED,
        fewest=FEWEST,
        enough=ENOUGH,
        pause=AT_MOST_EVERY,
        sees_all=_viewer().schools is None,
        may_ask=page.may_ask_at(utcnow()),
        asked=request.args.get("asked"),
        form=FlaskForm(),
    )
    return shown, 404 if page.filters.wrong else 200


@blueprint.get("/insight.csv")
@permit(frozenset(), IN_COURSE, SEES_INSIGHT)
def csv() -> Response:
    """Give the same figures as CSV."""
    return _exported("csv")


@blueprint.get("/insight.xlsx")
@permit(frozenset(), IN_COURSE, SEES_INSIGHT)
def xlsx() -> Response:
    """Give the same figures as a workbook."""
    return _exported("xlsx")


def _exported(ending: str) -> Response:
    """Give the figures as a file; a choice that there is not is NotFound, since a file cannot ask for another."""
    page, visit = _page(), current_visit()
    if page.filters.wrong:
        raise NotFound
    rows = list(export_rows(page.report, BIN_WORDS)) if page.report else []
    about = Export(
        title=f"Insight: {page.module.title}",
        about=visit.trust_name,
        columns=COLUMNS,
        filters=_filters(page),
        asked_by=asker(visit),
        asked_at=utcnow(),
        notes=NOTES,
    )
    return exported(ending, about, lambda _session: rows)


def _filters(page: InsightPage) -> tuple[tuple[str, str], ...]:
    chosen = page.filters
    return (
        ("Training", page.module.title),
        ("School", chosen.school.name if chosen.school else "All schools"),
        ("Term", chosen.term.says if chosen.term else "All terms"),
        ("Worked out", at_time(page.worked_out_at) if page.worked_out_at else "Not yet"),
    )


@blueprint.post("/insight")
@permit(frozenset(), IN_COURSE, SEES_INSIGHT)
def work_out() -> Response:
    """Ask for the figures of a module to be worked out, unless that was done a moment ago."""
    visit, choice = current_visit(), _choice()
    if not choice.module or choice.module not in counting_modules(reading(), visit.trust):
        raise NotPublished(choice.module)
    asked = "yes" if service(InsightJobs).ask(visit.trust, choice.module) else "before"
    school, term = choice.school or None, choice.term or None
    return redirect(url_for("insight.index", module=choice.module, school=school, term=term, asked=asked), code=303)


def _page() -> InsightPage:
    return insight_page(reading(), _viewer(), _choice())


def _viewer() -> Viewer:
    """Return who looks: someone who only leads schools sees these alone."""
    visit, held = current_visit(), current_grants()
    sees_all = bool(roles_in(held) & SEES_INSIGHT - {GrantRole.SCHOOL_LEAD})
    return Viewer(visit.trust, visit.module, None if sees_all else schools_led(held))


def _choice() -> InsightChoice:
    given = {name: storable(request.args.get(name, ""))[:LONGEST_CHOICE] for name in ("module", "school", "term")}
    return InsightChoice(given["module"] or None, given["school"], given["term"])


def _address_of(page: InsightPage) -> dict[str, str | int | None]:
    """Return what an address of this page says, for links that lead to the same choice."""
    chosen = page.filters.slice
    return {"module": page.module.key, "school": chosen.school, "term": chosen.term}
