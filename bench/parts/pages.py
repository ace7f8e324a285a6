"""Bytes of the learner's pages: with all that a first visit loads, and alone."""

import gzip
import re
from collections import defaultdict

from flask import Flask

from bench.browser import Answer, Browser, Send, in_process
from bench.people import Activity, longest_route, start
from bench.plan import Plan
from bench.queries import queries_of
from bench.row import Row
from bench.workshop import Workshop

REACH = "≤ 40 kB gz first visit, ≤ 6 kB gz after"
ASSET = re.compile(r'<(?:link|script|img)[^>]*?\b(?:href|src)="(/static/[^"]+)"')

# What asks and what explains, by where an answer is sent to.
KINDS = {
    "answers": ("a scene", "what comes of an answer"),
    "check": ("a rule check", "a rule check explained"),
}
Seen = tuple[Answer, int]


def measure(workshop: Workshop, _plan: Plan) -> list[Row]:
    """Weigh the largest page of each kind on a longest way through the module."""
    with workshop.in_process() as app:
        pages = _play(workshop, app)
        return [_row(name, pages[name], Browser(in_process(app))) for name in pages]


def _row(name: str, seen: list[Seen], browser: Browser) -> Row:
    page, queries = max(seen, key=lambda each: each[0].zipped)
    assets = sum(len(gzip.compress(browser.get(path).body, 6)) for path in _assets_of(page))
    measured = f"{_kilobytes(page.zipped + assets)} first visit, {_kilobytes(page.zipped)} after"
    return Row(f"learner page: {name}", REACH, measured, str(queries), size=f"{page.zipped:,}")


def _assets_of(page: Answer) -> set[str]:
    return set(ASSET.findall(page.body.decode()))


def _kilobytes(size: int) -> str:
    return f"{size / 1000:.1f} kB"


def _play(workshop: Workshop, app: Flask) -> dict[str, list[Seen]]:
    """Go through the module twice, so that the second time nothing has to be worked out; the pages by kind."""
    _play_once(workshop, app, in_process(app))
    return _play_once(workshop, app, in_process(app))


def _play_once(workshop: Workshop, app: Flask, send: Send) -> dict[str, list[Seen]]:
    person = workshop.person(send)
    first_page = person.launch(Activity())
    player, _ = start(person, first_page)
    pages = defaultdict[str, list[Seen]](list)
    for question in longest_route(workshop.content()):
        asked, explained = KINDS[question.to]
        path = player.attempt if question.to == "answers" else f"{player.attempt}/check"
        pages[asked].append(_see(app, player.browser, path))
        sent = {**question.fields, "csrf_token": player.form_secret}
        answered = player.browser.post(f"{player.attempt}/{question.to}", sent)
        pages[explained].append(_see(app, player.browser, answered.location))
    pages["the result"].append(_see(app, player.browser, f"{player.attempt}/result"))
    pages["the module"].append(_see(app, player.browser, "/module"))
    return pages


def _see(app: Flask, browser: Browser, path: str) -> Seen:
    with queries_of(app) as queries:
        page = browser.get(path)
    return page, len(queries)
