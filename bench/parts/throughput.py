"""How much one and two processes serve: a page that reads, and a login, which writes.

The client sends ready bytes, and its share of the cores is shown. With one process, a second core is idle but for it.
Rounds with one and with two alternate, so that a neighbour on the machine disturbs both alike.
"""

from statistics import median

from bench.browser import Headers, over_http
from bench.load import Load, load, request_of
from bench.people import Activity, start
from bench.plan import Plan
from bench.row import Row
from bench.served import Served
from bench.workshop import Workshop
from tests.support.postgres_server import NoServer, OwnServer

REACH = "with 2 processes on 2 cores ≥ 1.8 times as many"
PROCESSES = (1, 2)
CONNECTIONS = 16
KINDS = ("a scene (reads)", "a login (writes)")
# Data that has to reach the disk, as with a server in use.
DURABLE = {"listen_addresses": ""}

Measured = tuple[Load, float]


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure on SQLite, and on PostgreSQL if it is installed."""
    rows = _rows("SQLite", workshop, plan)
    try:
        server = OwnServer(DURABLE)
    except NoServer:
        return rows
    try:
        with workshop.on(server.url):
            return rows + _rows("PostgreSQL", workshop, plan)
    finally:
        server.stop()


def _rows(database: str, workshop: Workshop, plan: Plan) -> list[Row]:
    rounds = [{number: _round(workshop, plan, number) for number in PROCESSES} for _ in range(plan.rounds)]
    return [_row(f"{kind} on {database}", [{n: each[n][kind] for n in PROCESSES} for each in rounds]) for kind in KINDS]


def _row(work: str, rounds: list[dict[int, Measured]]) -> Row:
    one, two = (median(each[number][0].answers / each[number][0].seconds for each in rounds) for number in PROCESSES)
    costs = [median(each[number][1] / each[number][0].answers for each in rounds) for number in PROCESSES]
    client = median(each[2][0].our_cpu / each[2][0].answers for each in rounds)
    told = f"{one:.0f}/s with 1, {two:.0f}/s with 2: {two / one:.2f} times"
    of_cpu = f"CPU each: server {costs[0] * 1000:.2f} and {costs[1] * 1000:.2f} ms, client {client * 1000:.2f} ms"
    return Row(f"throughput: {work}", REACH, f"{told}; {of_cpu}")


def _round(workshop: Workshop, plan: Plan, processes: int) -> dict[str, Measured]:
    with workshop.served(processes=processes) as served:
        requests = _requests(workshop, served)
        return {kind: _loaded(served, requests[kind], plan.load_seconds) for kind in KINDS}


def _loaded(served: Served, request: bytes, seconds: float) -> Measured:
    load(served.url, request, CONNECTIONS, seconds / 4)
    before = served.cpu()
    loaded = load(served.url, request, CONNECTIONS, seconds)
    return loaded, served.cpu() - before


def _requests(workshop: Workshop, served: Served) -> dict[str, bytes]:
    """Let someone begin an attempt, and return what their browser sent to log in and to see the scene."""
    sent: list[bytes] = []
    whole = over_http(served.url)

    def send(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Headers, bytes]:
        sent.append(request_of(method, path, headers, body))
        return whole(method, path, headers, body)

    person = workshop.person(send)
    start(person, person.launch(Activity()))
    return dict(zip(KINDS, (sent[-1], sent[0]), strict=True))
