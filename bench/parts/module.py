"""A whole module: start, every answer with what comes of it and the next scene, the result, and the grade queued."""

from flask import Flask
from sqlalchemy import func, select

from bench.browser import Answer, Send, in_process, over_http
from bench.people import Activity, Person, longest_route, start
from bench.plan import Plan
from bench.queries import queries_of
from bench.row import Row, milliseconds
from bench.workshop import Workshop
from lti.models import Delivery

REACH = "≤ 70 ms of server CPU"

Launched = tuple[Person, Answer]


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure a longest way through the shipped module, from the first page to the result."""
    decisions = sum(question.to == "answers" for question in longest_route(workshop.content()))
    with workshop.served() as served:
        send = over_http(served.url)
        groups = [[_launched(workshop, send) for _ in range(plan.players)] for _ in range(plan.rounds + 1)]
        _play(workshop, groups[-1])
        cost = served.median_cpu(plan.rounds, lambda number: _play(workshop, groups[number]))
    _check_grades(workshop, plan.players * (plan.rounds + 1))
    with workshop.in_process() as app:
        queries, page = _queries(workshop, app)
    work = f"a module of {decisions} decisions and their rule checks, start to grade queued"
    return [Row(work, REACH, milliseconds(cost), str(queries), size=f"{page.zipped:,}")]


def _launched(workshop: Workshop, send: Send) -> Launched:
    person = workshop.person(send)
    return person, person.launch(Activity())


def _play(workshop: Workshop, people: list[Launched]) -> int:
    for person, first_page in people:
        _play_one(workshop, person, first_page)
    return len(people)


def _play_one(workshop: Workshop, person: Person, first_page: Answer) -> Answer:
    player, _ = start(person, first_page)
    *others, last = longest_route(workshop.content())
    for question in others:
        player.next_after(player.answer(question))
    player.answer(last)
    return player.result()


def _check_grades(workshop: Workshop, expected: int) -> None:
    """Make sure that what we measured has ended in grades that are owed."""
    with workshop.database() as database, database.reading() as session:
        owed = session.scalar(select(func.count()).select_from(Delivery))
    if owed != expected:
        raise RuntimeError(f"{owed} grades are owed after {expected} modules")


def _queries(workshop: Workshop, app: Flask) -> tuple[int, Answer]:
    send = in_process(app)
    _play(workshop, [_launched(workshop, send)])
    launched = _launched(workshop, send)
    with queries_of(app) as queries:
        page = _play_one(workshop, *launched)
    return len(queries), page
