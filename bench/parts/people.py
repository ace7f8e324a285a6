"""Lists of very many people, of a course and of a trust: first and last pages, filters, and orders."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import update

from bench.browser import Answer, Browser, Send, in_process, over_http
from bench.crowd import Crowd, link_of, module_of
from bench.people import Activity
from bench.plan import MODULES, Plan
from bench.queries import queries_of
from bench.row import Row, milliseconds
from bench.workshop import Workshop
from core.audit.domain.event import by_command
from core.grants.domain.grant import GrantRole, Offer
from core.grants.grants import give
from db import utcnow
from lti.models import Person, Platform

REACH = "≤ 40 ms of server CPU, ≤ 12 queries"
MANAGED = Activity(link_of(3), module_of(3), "Instructor")
PER_PAGE = 50
SCHOOLS = 40


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure with a tenth of the staff too, to see whether the page grows with them."""
    rows = _measure(workshop, plan, plan.staff)
    workshop.begin()
    return rows + _measure(workshop, plan, plan.staff // 10)[:1]


def _measure(workshop: Workshop, plan: Plan, staff: int) -> list[Row]:
    _fill(workshop, staff)
    pages = _pages(staff)
    with workshop.served() as served:
        browser = _manager(workshop, over_http(served.url))
        costs = [served.median_cpu(plan.rounds, _look(browser, path, plan.pages)) for path in pages.values()]
    with workshop.in_process() as app:
        seen = [_queries(workshop, app, path) for path in pages.values()]
    return [
        Row(
            f"managers' page, {staff:,} staff x {MODULES} modules: {name}",
            REACH,
            milliseconds(cost),
            str(queries),
            size=size,
        )
        for name, cost, (queries, size) in zip(pages, costs, seen, strict=True)
    ]


def _pages(staff: int) -> dict[str, str]:
    """Return the paths of the pages that are measured, by what they show."""
    last, of_module = staff // PER_PAGE, f"/people?scope=trust&module={module_of(3)}"
    return {
        "first page": "/people",
        "not passed": "/people?standing=not-passed",
        "last page": f"/people?page={last}",
        "trust, first page": "/people?scope=trust",
        "trust, last page": f"/people?scope=trust&page={last}",
        "trust, overdue, by school": "/people?scope=trust&due=overdue&sort=school&page=2",
        "trust, part of a name": "/people?scope=trust&q=chloe",
        "trust, one module": of_module,
        "trust, one module, middle page by due date": f"{of_module}&sort=due&page={last // 2}",
        "trust, one module, passed, last page": f"{of_module}&standing=passed&page={last}",
        "trust, one module, one school, not passed": f"{of_module}&school=7&standing=not-passed",
        "trust, one module, by status": f"{of_module}&sort=status&page={last // 2}",
    }


def _fill(workshop: Workshop, staff: int) -> None:
    with workshop.database() as database, database.transaction() as session:
        crowd = Crowd(session, workshop.lms, workshop.content(), utcnow())
        crowd.fill(staff, MODULES)
        crowd.fill_trust(staff, SCHOOLS)


def _manager(workshop: Workshop, send: Send) -> Browser:
    """Return the browser of a manager of the course, who leads the trust too."""
    manager = workshop.person(send)
    manager.launch(MANAGED)
    address, trust = f"{manager.subject}@school.example", workshop.content().policy.key
    with workshop.database() as database, database.transaction() as session:
        session.execute(update(Platform).values(family="moodle"))
        session.execute(update(Person).where(Person.subject == manager.subject).values(email=address))
        give(session, Offer(trust, GrantRole.TRUST_LEAD, address), by_command("bench", "grants give"), utcnow())
    return manager.browser


def _look(browser: Browser, path: str, times: int) -> Callable[[int], int]:
    def look(_round: int) -> int:
        for _ in range(times):
            browser.get(path)
        return times

    return look


def _queries(workshop: Workshop, app: Flask, path: str) -> tuple[int, str]:
    browser = _manager(workshop, in_process(app))
    with queries_of(app) as queries:
        page: Answer = browser.get(path)
    return len(queries), f"{page.zipped:,}"
