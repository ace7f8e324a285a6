"""The trust page of a large trust: counted a moment ago, counted now, and one module and one school of it."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import update

from bench.browser import Browser, Send, in_process, over_http
from bench.people import MODULE, Activity
from bench.plan import MODULES, Plan
from bench.queries import queries_of
from bench.row import Row, milliseconds
from bench.workforce import SCHOOLS, fill
from bench.workshop import Workshop
from core.audit.domain.event import by_command
from core.grants.domain.grant import GrantRole, Offer
from core.grants.grants import give
from db import utcnow
from lti.models import Platform
from managers.trust.jobs import count_all

REACH = "≤ 40 ms of server CPU, ≤ 12 queries"
LED = Activity(module=MODULE, role="Learner")
PAGES = {
    "all schools and modules": "/trust",
    "the same, counted now": "/trust?now=yes",
    "one module": f"/trust?module={MODULE}-3",
    "one school": "/trust?school=7",
}


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure the page as a trust lead sees it."""
    _fill(workshop, plan)
    with workshop.served() as served:
        browser = _lead(workshop, over_http(served.url))
        costs = [served.median_cpu(plan.rounds, _look(browser, path, plan.pages)) for path in PAGES.values()]
    with workshop.in_process() as app:
        seen = [_queries(workshop, app, path) for path in PAGES.values()]
    size = f"trust page, {plan.staff:,} staff x {MODULES} modules x {SCHOOLS} schools"
    return [
        Row(f"{size}: {name}", REACH, milliseconds(cost), str(queries), size=size_of_page)
        for name, cost, (queries, size_of_page) in zip(PAGES, costs, seen, strict=True)
    ]


def _fill(workshop: Workshop, plan: Plan) -> None:
    with workshop.database() as database:
        with database.transaction() as session:
            session.execute(update(Platform).values(family="moodle"))
            fill(session, workshop.content(), plan.staff, MODULES, utcnow())
        count_all(database, utcnow())


def _lead(workshop: Workshop, send: Send) -> Browser:
    """Return the browser of someone who leads the trust, and has opened an activity."""
    lead = workshop.person(send)
    offer = Offer(workshop.content().policy.key, GrantRole.TRUST_LEAD, f"{lead.subject}@school.example")
    with workshop.database() as database, database.transaction() as session:
        give(session, offer, by_command("bench", "bench"), utcnow())
    lead.launch(LED)
    return lead.browser


def _look(browser: Browser, path: str, times: int) -> Callable[[int], int]:
    def look(_round: int) -> int:
        for _ in range(times):
            browser.get(path)
        return times

    return look


def _queries(workshop: Workshop, app: Flask, path: str) -> tuple[int, str]:
    browser = _lead(workshop, in_process(app))
    with queries_of(app) as queries:
        page = browser.get(path)
    return len(queries), f"{page.zipped:,}"
