"""One line of packages: each imports only what stands to its left."""

import pytest

from tests.law.sources import ROOT, Source, imports_of, packaged, written

LINE = ("settings_checks", "config", "turns", "db", "core", "lti", "policies", "scenarios", "modules")
# What stands beside the packages (app, commands, error pages …) puts them together, and nothing may lean on it.
TOP = {path.stem for path in ROOT.glob("*.py")} - set(LINE) | {"app"}
OURS = {*LINE, *TOP, "bench", "tests", "migrations"}


def place_in_line(name: str) -> int:
    return LINE.index(name) if name in LINE else len(LINE)


def imports_against_the_line(source: Source) -> list[str]:
    own = place_in_line(source.package)
    return [
        f"{source.at(node)} imports {name}"
        for node, name in imports_of(source)
        if (target := name.split(".")[0]) in OURS and target != source.package
        if target not in LINE[:own] and not (source.package in TOP and target in TOP)
    ]


def imports_out_of_the_practice_lms(source: Source) -> list[str]:
    return [
        f"{source.at(node)} imports {name}"
        for node, name in imports_of(source)
        if name.split(".")[0] in OURS and not name.startswith("lti.practice")
    ]


def test_packages_import_only_what_stands_to_their_left():
    assert [problem for source in written() for problem in imports_against_the_line(source)] == []


def test_the_practice_lms_knows_nothing_of_the_tool():
    practice = [source for source in packaged() if source.place.startswith("lti/practice/")]
    assert [problem for source in practice for problem in imports_out_of_the_practice_lms(source)] == []


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("lti/launch.py", "from scenarios.domain import rating"),
        ("policies/reading.py", "import modules.models"),
        ("modules/views/play.py", "import app"),
        ("config.py", "def read():\n    import db"),
        ("lti/views/launching.py", "from tests.factories import person"),
        ("modules/attempt.py", "from bench.run import main"),
    ],
)
def test_an_import_against_the_line_is_noticed(place, text):
    assert imports_against_the_line(Source(place, text))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("db.py", "from config import Settings"),
        ("modules/attempt.py", "from scenarios.domain.rating import Rating\nimport flask"),
        ("app.py", "from modules.views.play import blueprint"),
        ("lti/views/launching.py", "from ..launch import check_launch"),
    ],
)
def test_an_import_along_the_line_is_fine(place, text):
    assert imports_against_the_line(Source(place, text)) == []


@pytest.mark.parametrize("text", ["from lti.models import Platform", "import config", "from ..keys import key_set"])
def test_a_practice_lms_that_leans_on_the_tool_is_noticed(text):
    assert imports_out_of_the_practice_lms(Source("lti/practice/lms.py", text))


def test_the_practice_lms_may_use_its_own_parts():
    assert imports_out_of_the_practice_lms(Source("lti/practice/lms.py", "from .keys import key_set")) == []
