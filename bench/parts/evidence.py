"""Evidence of a past date in a course with very many staff: its first page, one further on, and all of it as CSV."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, select

from bench.browser import Browser, Send, in_process, over_http
from bench.crowd import Crowd, link_of, module_of
from bench.paged import look
from bench.people import Activity
from bench.plan import MODULES, Plan
from bench.queries import queries_of
from bench.row import Row, milliseconds
from bench.workshop import Workshop
from core.domain.days import day_of
from db import utcnow
from lti.models import Person
from modules.models import Certificate

PAGE, FILE = "≤ 40 ms of server CPU, ≤ 12 queries", "≥ 5,000 rows/s"
MANAGED = Activity(link_of(3), module_of(3), "Instructor")
DAYS_AGO = 100
AT_ONCE = 5_000


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure what someone who leads the course gets of a day some months ago."""
    certificates = _fill(workshop, plan.staff)
    on = f"on={day_of(utcnow() - timedelta(days=DAYS_AGO))}"
    paths = {
        "first page": f"/evidence?{on}&module={module_of(3)}",
        "a late page": f"/evidence?{on}&module={module_of(3)}&after={plan.staff * 9 // 10}",
    }
    with workshop.served() as served:
        browser = _manager(workshop, over_http(served.url))
        costs = [served.median_cpu(plan.rounds, look(browser, path, plan.pages)) for path in paths.values()]
        file = served.median_cpu(plan.rounds, look(browser, f"/evidence.csv?{on}", 1))
        rows = browser.get(f"/evidence.csv?{on}").body.count(b"\n") - 1
    with workshop.in_process() as app:
        browser = _manager(workshop, in_process(app))
        pages = []
        for path in paths.values():
            with queries_of(app) as queries:
                page = browser.get(path)
            pages.append((str(len(queries)), f"{page.zipped:,}"))
    work = f"evidence of a past date, {certificates:,} certificates of {plan.staff:,} staff"
    named = zip(paths, costs, pages, strict=True)
    return [
        *(
            Row(f"{work}: {name}", PAGE, milliseconds(cost), queries, size=size)
            for name, cost, (queries, size) in named
        ),
        Row(f"{work}: CSV of all {rows:,} in force", FILE, f"{rows / file:,.0f} rows a second of CPU"),
    ]


def _manager(workshop: Workshop, send: Send) -> Browser:
    manager = workshop.person(send)
    manager.launch(MANAGED)
    return manager.browser


def _fill(workshop: Workshop, staff: int) -> int:
    """Let everyone have a certificate of each module, issued on one of 500 days; return how many there are."""
    content = workshop.content()
    with workshop.database() as database, database.transaction() as session:
        Crowd(session, workshop.lms, content, utcnow()).fill(staff, MODULES)
        people = session.execute(select(Person.id, Person.name)).all()
        numbers = count(1)
        rows = [
            _certificate(next(numbers), person_id, name, module, content.policy.key)
            for module in range(1, MODULES + 1)
            for person_id, name in people
        ]
        for piece in _in_parts(rows):
            session.execute(insert(Certificate), piece)
    return len(rows)


def _in_parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))


def _certificate(number: int, person_id: int, name: str | None, module: int, trust: str) -> dict[str, Any]:
    issued_at = utcnow() - timedelta(days=(person_id * 7 + module * 13) % 500)
    return {
        "number": number,
        "code": f"{number:016}",
        "attempt_id": number,
        "person_id": person_id,
        "holder_name": name,
        "trust": trust,
        "trust_name": "Oak Tree Trust",
        "module": module_of(module),
        "module_title": f"Module {module}",
        "module_version": 1,
        "module_says": "About this module.",
        "policy_title": "Social media policy",
        "policy_version": "1",
        "pass_mark": 80,
        "score": 0.9,
        "passed_at": issued_at,
        "issued_at": issued_at,
        "valid_from": day_of(issued_at),
        "valid_until": day_of(issued_at + timedelta(days=365)),
    }
