"""A whole launch: login, launch, the front door, and the first page."""

from flask import Flask

from bench.browser import Answer, Send, in_process, over_http
from bench.calls import calls_of
from bench.people import Activity
from bench.plan import Plan
from bench.queries import queries_of
from bench.row import Row, median_of, milliseconds, number_of
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
        queries, calls, page = _queries(workshop, app)
    work = "one whole launch: login + launch + first page"
    measured = f"{milliseconds(cost)}; keys fetched {_times(fetched)}"
    return [Row(work, REACH, measured, number_of(queries), median_of(calls), f"{page.zipped:,}")]


def _launch(workshop: Workshop, send: Send, times: int) -> int:
    for _ in range(times):
        workshop.person(send).launch(Activity())
    return times


def _queries(workshop: Workshop, app: Flask) -> tuple[list[int], list[int], Answer]:
    """Count the queries and calls of newcomers' launches, after a first one that fills what is kept."""
    send, queried, called = in_process(app), [], []
    page = workshop.person(send).launch(Activity())
    for _ in range(3):
        with queries_of(app) as queries, calls_of(app) as calls:
            page = workshop.person(send).launch(Activity())
        queried.append(len(queries))
        called.append(sum(calls))
    return queried, called, page


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
