"""Pages of people with roles, measured alike: server CPU over HTTP, and queries and bytes in process."""

from collections.abc import Callable, Mapping

from flask import Flask

from bench.browser import Browser, Send, in_process, over_http
from bench.plan import Plan
from bench.queries import queries_of
from bench.row import Row, milliseconds
from bench.workshop import Workshop

REACH = "≤ 40 ms of server CPU, ≤ 12 queries"


def page_rows(
    workshop: Workshop, plan: Plan, come: Callable[[Send], Browser], work: str, paths: Mapping[str, str]
) -> list[Row]:
    """Return a row for each page, by its name; ``come`` gives the browser of someone who may see them."""
    with workshop.served() as served:
        browser = come(over_http(served.url))
        costs = [served.median_cpu(plan.rounds, look(browser, path, plan.pages)) for path in paths.values()]
    with workshop.in_process() as app:
        seen = [_queries(app, come(in_process(app)), path) for path in paths.values()]
    return [
        Row(f"{work}: {name}", REACH, milliseconds(cost), queries, size=size)
        for name, cost, (queries, size) in zip(paths, costs, seen, strict=True)
    ]


def _queries(app: Flask, browser: Browser, path: str) -> tuple[str, str]:
    with queries_of(app) as queries:
        page = browser.get(path)
    return str(len(queries)), f"{page.zipped:,}"


def look(browser: Browser, path: str, times: int) -> Callable[[int], int]:
    """Return what opens a page so many times, and says how often it did."""

    def open_it(_round: int) -> int:
        for _ in range(times):
            browser.get(path)
        return times

    return open_it
