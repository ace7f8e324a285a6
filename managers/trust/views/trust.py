"""The trust page: who is trained, by school and module, for those who lead a trust or some of its schools."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from core.domain.days import day_of
from core.grants.domain.grant import GrantRole
from core.services import service
from db import reading, utcnow
from lti.domain.roles import Role
from lti.visits.permission import IN_COURSE, current_visit, permit
from managers.exports.views.download import asker, exported
from managers.scope import ScopeKind, StaffScope, scopes_here
from managers.trust.domain.choice import NamedModule, NamedSchool, RateSort, TrustChoice
from managers.trust.domain.tally import LAGS_BY
from managers.trust.export import rates_export, rates_rows
from managers.trust.matrix import Matrix, matrix_of, quick_matrix
from managers.trust.page import Rate, TrustPage, trust_page
from managers.trust.report import ReportFrame, governors_report
from modules.certificates.typesetting import Press
from modules.certificates.views.papers import to_keep
from policies.profiles import profile_of

blueprint = Blueprint("trust", __name__)
LEADS = frozenset({GrantRole.TRUST_LEAD, GrantRole.SCHOOL_LEAD})
NO_ROLE: frozenset[Role] = frozenset()


@blueprint.get("/trust")
@permit(NO_ROLE, IN_COURSE, LEADS)
def index() -> str:
    """Show how many have passed, in all schools and modules or in those that were chosen."""
    session, scope, now = reading(), _scope(), utcnow()
    is_now = request.args.get("now") == "yes"
    matrix = matrix_of(session, scope, day_of(now)) if is_now else quick_matrix(session, scope, now)
    page = trust_page(session, scope, matrix, _choice(matrix), now)
    people = PeopleLinks(url_for("people.index", scope=scope.kind.value))
    return render_template(
        "trust/index.html",
        page=page,
        is_whole=scope.kind is ScopeKind.TRUST,
        people=people,
        rows=matrix_rows(page, people) if page.by_school and page.by_module else [],
        lags_by=LAGS_BY,
    )


@blueprint.get("/trust.csv")
@permit(NO_ROLE, IN_COURSE, LEADS)
def csv() -> Response:
    """Answer with the same numbers as a CSV file."""
    return _file("csv")


@blueprint.get("/trust.xlsx")
@permit(NO_ROLE, IN_COURSE, LEADS)
def xlsx() -> Response:
    """Answer with the same numbers as a workbook."""
    return _file("xlsx")


def _file(ending: str) -> Response:
    session, scope, now = reading(), _scope(), utcnow()
    matrix = matrix_of(session, scope, day_of(now))
    page = trust_page(session, scope, matrix, _choice(matrix), now)
    visit = current_visit()
    return exported(ending, rates_export(page, visit.trust_name, asker(visit), now), lambda _session: rates_rows(page))


@blueprint.get("/trust/report.pdf")
@permit(NO_ROLE, IN_COURSE, LEADS)
def report() -> Answer:
    """Give the numbers as a report for governors, to print or to send."""
    session, scope, visit, now = reading(), _scope(), current_visit(), utcnow()
    matrix = matrix_of(session, scope, day_of(now))
    page = trust_page(session, scope, matrix, _choice(matrix), now)
    frame = ReportFrame(visit.trust_name, scope.kind is ScopeKind.TRUST, asker(visit), now)
    made = governors_report(service(Press), page, frame, profile_of(session, visit.trust))
    return to_keep(made, "application/pdf", f"report-for-governors-{matrix.day}.pdf")


def _scope() -> StaffScope:
    """Return the whole trust for those who lead it, and otherwise the schools that someone leads."""
    theirs = {scope.kind: scope for scope in scopes_here()}
    return theirs.get(ScopeKind.TRUST) or theirs[ScopeKind.SCHOOL]


def _choice(matrix: Matrix) -> TrustChoice:
    """Return what was chosen; NotFound for a module or a school that is not in the matrix."""
    sort = next((each for each in RateSort if each.value == request.args.get("sort")), RateSort.RATE)
    return TrustChoice(_module(matrix, request.args.get("module")), _school(matrix, request.args.get("school")), sort)


def _module(matrix: Matrix, key: str | None) -> NamedModule | None:
    found = next((module for module in matrix.modules if module.key == key), None)
    if key and not found:
        raise NotFound
    return found


def _school(matrix: Matrix, number: str | None) -> NamedSchool | None:
    found = next((school for school in matrix.schools if str(school.in_address) == number), None)
    if number and not found:
        raise NotFound
    return found


@dataclass(frozen=True)
class PeopleLinks:
    """Addresses of lists of people: hundreds on a page, so they are put together here and not one by one by Flask."""

    base: str

    def to(self, module: NamedModule | None, school: NamedSchool | None) -> Markup:
        """Return the address of the list of those who have to take a module in a school, ready for an attribute."""
        parts = [f"module={quote(module.key)}" if module else "", f"school={school.in_address}" if school else ""]
        return Markup("&amp;").join(Markup(part) for part in (self.base, *parts) if part)


@dataclass(frozen=True)
class MatrixRow:
    """A row of the matrix: a school or all together, and its rates with the addresses of the people behind them."""

    name: str
    cells: list[tuple[Rate, Markup]]


def matrix_rows(page: TrustPage, people: PeopleLinks) -> Iterator[MatrixRow]:
    """Give the rows of the matrix: all schools together, and then each in the order of the page."""
    for school in (None, *(rate.school for rate in page.by_school)):
        rates = [page.rates.of(module, school) for module in (None, *page.matrix.modules)]
        cells = [(rate, people.to(rate.module, school)) for rate in rates]
        yield MatrixRow(school.name if school else "", cells)
