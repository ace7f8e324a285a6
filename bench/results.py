"""The results as text: the machine, and one table."""

from collections.abc import Iterable
from pathlib import Path

from bench.machine import machine
from bench.row import Row

FILE = Path(__file__).parent / "RESULTS.md"
HOW = (
    "Made by `./run bench`. Server CPU is user + system time of the gunicorn worker, read from the process, while "
    "people who exist only here use the tool over HTTP on kept-alive connections; of several rounds the median one "
    "counts. Queries are counted in process, without the beginning and end of transactions. Calls are those of Python "
    "functions inside the application, the median of several times. Bytes are those of the "
    "last page's HTML, gzipped (the largest of its kind); compressing is left to the proxy, and is not in the CPU. "
    "Throughput is what 16 connections get answered, in rounds with one and with two processes by turns. The client "
    "sends ready bytes; it and a database server of its own share the cores, so that twice as much is out of reach."
)
HEAD = ("work", "reach", "measured", "queries", "calls", "bytes")


def report(rows: Iterable[Row]) -> str:
    """Return the whole page of results."""
    about = [f"- {name}: {value}" for name, value in machine()]
    return "\n".join(["# Speed", "", HOW, "", *about, "", table(rows), ""])


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [HEAD, ("---",) * len(HEAD), *map(_cells, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    return row.work, row.reach, row.measured, row.queries or "–", row.calls or "–", row.size or "–"
