"""The managers' page of a course with very many staff: its first page, one of those not passed, and the last."""

from collections.abc import Callable

from flask import Flask

from bench.browser import Answer, Browser, Send, in_process, over_http
from bench.crowd import Crowd, link_of, module_of
from bench.people import Activity
from bench.plan import MODULES, Plan
from bench.queries import queries_of
from bench.row import Row, milliseconds
from bench.workshop import Workshop
from db import utcnow

REACH = "≤ 40 ms of server CPU, ≤ 12 queries"
MANAGED = Activity(link_of(3), module_of(3), "Instructor")
PER_PAGE = 50


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
    return {
        "first page": "/people",
        "not passed": "/people?standing=not-passed",
        "last page": f"/people?page={staff // PER_PAGE}",
    }


def _fill(workshop: Workshop, staff: int) -> None:
    with workshop.database() as database, database.transaction() as session:
        Crowd(session, workshop.lms, workshop.content(), utcnow()).fill(staff, MODULES)


def _manager(workshop: Workshop, send: Send) -> Browser:
    """Return the browser of a manager who has seen the page already."""
    manager = workshop.person(send)
    manager.launch(MANAGED)
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
