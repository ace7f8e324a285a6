"""One answer: POST, 303, and the page to which it leads; and the same with the next scene's page."""

from flask import Flask

from bench.browser import Send, in_process, over_http
from bench.calls import calls_of
from bench.people import Activity, Player, longest_route, start
from bench.plan import Plan
from bench.queries import queries_of
from bench.row import Row, median_of, milliseconds, number_of
from bench.served import Served
from bench.workshop import Workshop

REACH = "≤ 4 ms of server CPU; a constant number of queries"


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure answers, from the first to the last but one, without and with the scene that comes next."""
    with workshop.served() as served:
        send = over_http(served.url)
        costs = [_cost(workshop, served, send, plan, with_scene) for with_scene in (False, True)]
    with workshop.in_process() as app:
        queries = [_queries(workshop, app, with_scene) for with_scene in (False, True)]
    works = ("one answer: POST + 303 + what comes of it", "the same + next scene")
    return [
        Row(work, REACH, milliseconds(cost), number_of(queried), median_of(called), f"{size:,}")
        for work, cost, (queried, called, size) in zip(works, costs, queries, strict=True)
    ]


def _cost(workshop: Workshop, served: Served, send: Send, plan: Plan, with_scene: bool) -> float:
    """Return the CPU of an answer; people are launched before the clock starts."""
    groups = [[_player(workshop, send) for _ in range(plan.players)] for _ in range(plan.rounds + 1)]
    _play(workshop, groups[-1], with_scene)
    return served.median_cpu(plan.rounds, lambda number: _play(workshop, groups[number], with_scene))


def _player(workshop: Workshop, send: Send) -> Player:
    person = workshop.person(send)
    return start(person, person.launch(Activity()))[0]


def _play(workshop: Workshop, players: list[Player], with_scene: bool) -> int:
    """Let people give all their answers but the last; the number of answers."""
    route = longest_route(workshop.content())[:-1]
    for player in players:
        for question in route:
            explained = player.answer(question)
            if with_scene:
                player.next_after(explained)
    return len(players) * len(route)


def _queries(workshop: Workshop, app: Flask, with_scene: bool) -> tuple[list[int], list[int], int]:
    """Count the queries and calls of each answer, and the bytes of the largest page that the last of them leads to."""
    send = in_process(app)
    _play(workshop, [_player(workshop, send)], with_scene)
    player, queried, called, sizes = _player(workshop, send), [], [], []
    for question in longest_route(workshop.content())[:-1]:
        with queries_of(app) as queries, calls_of(app) as calls:
            page = player.answer(question)
            page = player.next_after(page) if with_scene else page
        queried.append(len(queries))
        called.append(sum(calls))
        sizes.append(page.zipped)
    return queried, called, max(sizes)
