"""A whole launch: login, launch, the front door, and the first page."""

from flask import Flask

from bench.browser import Answer, Send, in_process, over_http
from bench.people import Activity
from bench.plan import Plan
from bench.queries import queries_of
from bench.row import Row, milliseconds, number_of
from bench.workshop import Workshop

REACH = "≤ 5 ms of server CPU; keys cached"


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure launches of people who were never here before."""
    with workshop.served() as served:
        send = over_http(served.url)
        _launch(workshop, send, plan.warm_up)
        cost = served.median_cpu(plan.rounds, lambda _: _launch(workshop, send, plan.launches))
        fetched = workshop.lms.asked["/jwks"]
    with workshop.in_process() as app:
        queries, page = _queries(workshop, app)
    work = "one whole launch: login + launch + first page"
    measured = f"{milliseconds(cost)}; keys fetched {_times(fetched)}"
    return [Row(work, REACH, measured, number_of(queries), f"{page.zipped:,}")]


def _launch(workshop: Workshop, send: Send, times: int) -> int:
    for _ in range(times):
        workshop.person(send).launch(Activity())
    return times


def _queries(workshop: Workshop, app: Flask) -> tuple[list[int], Answer]:
    """Count the queries of newcomers' launches, after a first one that fills what is kept."""
    send, counts = in_process(app), []
    page = workshop.person(send).launch(Activity())
    for _ in range(3):
        with queries_of(app) as queries:
            page = workshop.person(send).launch(Activity())
        counts.append(len(queries))
    return counts, page


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
