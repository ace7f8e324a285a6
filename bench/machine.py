"""What the figures were measured on: without it they mean nothing."""

import os
import platform
import re
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

# Files of the system, and what in them says it.
CPU = ("/proc/cpuinfo", r"model name\s*:\s*(.+)")
MEMORY = ("/proc/meminfo", r"MemTotal:\s*(\d+)")
SYSTEM = ("/etc/os-release", r'PRETTY_NAME="?([^"\n]+)')


def machine() -> Iterator[tuple[str, str]]:
    """Give what a reader must know of the machine, as names and values."""
    yield "Date", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    yield "CPU", f"{_found(*CPU)}, {os.cpu_count()} cores"
    yield "Memory", f"{int(_found(*MEMORY) or 0) / 1024**2:.1f} GiB"
    yield "System", f"{_found(*SYSTEM)}, Linux {platform.release()}"
    yield "Python", f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    yield "Yardstick", f"a million additions take {_yardstick():.0f} ms of CPU; memory and neighbours are not in it"


def _yardstick() -> float:
    """Return what a fixed piece of work takes in milliseconds, the median of some rounds: machines differ twofold."""
    rounds = []
    for _ in range(9):
        began = time.process_time()
        sum(number * number for number in range(1_000_000))
        rounds.append(1000 * (time.process_time() - began))
    return median(rounds)


def _found(file: str, pattern: str) -> str:
    """Return what a pattern finds in a file of the system, or nothing."""
    match = re.search(pattern, Path(file).read_text(encoding="utf-8"))
    return match[1].strip() if match else ""
