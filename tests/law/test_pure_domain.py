"""A domain folder computes: standard library only, and neither clock nor chance nor disk."""

import ast
import sys
from collections.abc import Iterator

import pytest

from tests.law.sources import Source, everything

IMPURE_MODULES = {
    *("glob", "importlib", "io", "os", "pathlib", "shutil", "sqlite3", "tempfile"),
    *("http", "smtplib", "socket", "subprocess", "urllib.request"),
    *("asyncio", "concurrent", "logging", "multiprocessing", "random", "secrets", "threading", "time", "uuid"),
}
CLOCKS = {"now", "today", "utcnow"}
DOORS = {"input", "open", "print"}
OURS = {source.package for source in everything()}


def is_domain(source: Source) -> bool:
    return "domain" in source.folder.split("/") and source.package != "tests"


def impurities_of(source: Source) -> list[str]:
    return [*foreign_imports(source), *impure_imports(source), *impure_calls(source)]


def foreign_imports(source: Source) -> Iterator[str]:
    """Name what is imported from beyond the standard library and the domains of our packages."""
    for node, name in source.imports:
        package, *rest = name.split(".")
        if package not in sys.stdlib_module_names and not (package in OURS and "domain" in rest):
            yield f"{source.at(node)} imports {name}"


def impure_imports(source: Source) -> Iterator[str]:
    for node, name in source.imports:
        if any(f"{name}.".startswith(f"{module}.") for module in IMPURE_MODULES):
            yield f"{source.at(node)} imports {name}"


def impure_calls(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and name_called(node) in DOORS:
            yield f"{source.at(node)} calls {name_called(node)}"
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield f"{source.at(node)} reads a clock"


def name_called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def test_domain_folders_are_pure():
    domains = [source for source in everything() if is_domain(source)]
    assert domains
    assert [problem for source in domains for problem in impurities_of(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "import flask",
        "from sqlalchemy import select",
        "from policies.shipped import policies",
        "from ..reading import read",
        "import random",
        "from os import environ",
        "from pathlib import Path",
        "from importlib import import_module",
        "from time import time",
        "from datetime import datetime\nstart = datetime.now()",
        "from datetime import date\nclock = date.today",
        "words = open('words.txt')",
    ],
)
def test_an_impurity_is_noticed(text):
    assert impurities_of(Source("scenarios/domain/graph.py", text))


@pytest.mark.parametrize("place", ["lti/domain/roles.py", "policies/domain/outline/lines.py", "lti/grades/domain/a.py"])
def test_every_domain_folder_is_found(place):
    assert is_domain(Source(place, ""))
    assert not is_domain(Source(place.replace("domain", "models"), ""))


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime, timedelta",
        "from policies.domain.act import Act",
        "from .scenario import Scene",
        "from scenarios.domain import rating",
    ],
)
def test_what_a_domain_may_use_is_let_through(text):
    assert impurities_of(Source("scenarios/domain/graph.py", text)) == []
