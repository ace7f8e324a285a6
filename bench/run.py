"""Measures speed: ``./run bench``, or some parts of it, as in ``./run bench launch answer --quick``.

A whole run is written to ``bench/RESULTS.md``; a partial or quick one is only shown.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from bench.parts import (
    answer,
    evidence,
    exports,
    insight,
    launch,
    module,
    outage,
    pages,
    passback,
    people,
    throughput,
    trust,
)
from bench.plan import QUICK, WHOLE, Plan
from bench.results import FILE, report
from bench.row import Row
from bench.workshop import Workshop, workshop

PARTS: dict[str, Callable[[Workshop, Plan], list[Row]]] = {
    "launch": launch.measure,
    "answer": answer.measure,
    "module": module.measure,
    "people": people.measure,
    "trust": trust.measure,
    "exports": exports.measure,
    "evidence": evidence.measure,
    "insight": insight.measure,
    "passback": passback.measure,
    "outage": outage.measure,
    "pages": pages.measure,
    "throughput": throughput.measure,
}


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for, show it, and keep it if it is everything."""
    asked = _read(arguments)
    text = report(_measure(asked.parts or list(PARTS), QUICK if asked.quick else WHOLE))
    print(text)
    if not asked.parts and not asked.quick:
        FILE.write_text(text, encoding="utf-8")


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure speed.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one or more of {', '.join(PARTS)}; all, if none")
    parser.add_argument("--quick", action="store_true", help="a short run, for a first impression")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return asked


def _measure(parts: Sequence[str], plan: Plan) -> list[Row]:
    rows = []
    with workshop() as place:
        for part in parts:
            print(f"Measuring: {part} …", file=sys.stderr)
            place.begin()
            rows += PARTS[part](place, plan)
    return rows


if __name__ == "__main__":
    main(sys.argv[1:])
