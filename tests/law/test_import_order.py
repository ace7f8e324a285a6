"""One line of packages: each imports only what is to its left, and the line names everything on disk."""

import ast

import pytest

from tests.law.circles import circles_of_files, circles_of_folders, imports_between
from tests.law.sources import WORKSHOP, Source, everything, served

# Those in one place of the line know nothing of each other. The files at its end put the tool together: no package
# may import them, while they may use each other.
LINE = (
    ("config", "db", "settings_checks", "turns"),
    ("core",),
    ("lti",),
    ("policies",),
    ("scenarios",),
    ("modules",),
    ("managers", "studio"),
    ("app", "demo", "error_pages", "gunicorn.conf"),
)
AT_THE_BEGINNING, AT_THE_END = 0, len(LINE) - 1
PLACES = {name: place for place, names in enumerate(LINE) for name in names}
# The practice LMS is another system, which only the demo runs beside the tool.
PRACTICE, MEET_PRACTICE = "practice", ("practice", "demo", *WORKSHOP)


def unknown_to_the_line(sources: list[Source]) -> list[str]:
    """Name the packages and top files that have no place in the line yet."""
    return sorted({source.package for source in sources} - {*PLACES, PRACTICE, *WORKSHOP})


def imports_against_the_line(source: Source, ours: set[str]) -> list[str]:
    """Name the imports of what is not to the left; what the line does not know has nothing to its right or left."""
    return [
        f"{source.at(node)} imports {name}"
        for node, name in source.imports
        if (target := name.split(".")[0]) in ours and not _may_import(source.package, target)
    ]


def imports_by_name(source: Source) -> list[str]:
    """Name the calls that import what is only known when they run, past every law about imports."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    names = [(call, getattr(call.func, "id", getattr(call.func, "attr", ""))) for call in calls]
    return [f"{source.at(call)} calls {name}" for call, name in names if name in {"import_module", "__import__"}]


def _may_import(package: str, target: str) -> bool:
    if PRACTICE in (package, target):
        return package == target or (target == PRACTICE and package in MEET_PRACTICE)
    if package == target or package in WORKSHOP:
        return True
    own, other = PLACES.get(package), PLACES.get(target)
    if own is None or other is None:
        return False
    return other < own or own == other in (AT_THE_BEGINNING, AT_THE_END)


OURS = {source.package for source in everything()} | {*PLACES, PRACTICE, *WORKSHOP}


def test_everything_on_disk_has_a_place_in_the_line():
    unknown = unknown_to_the_line(everything())
    assert unknown == [], "give it a place in the line"


def test_packages_import_only_what_is_to_their_left():
    assert [problem for source in everything() for problem in imports_against_the_line(source, OURS)] == []


def test_nothing_that_is_served_is_imported_by_a_computed_name():
    assert [problem for source in served() for problem in imports_by_name(source)] == []


def test_no_imports_go_in_a_circle_between_files():
    assert circles_of_files(imports_between(everything())) == []


def test_no_imports_go_in_a_circle_between_neighbours_in_a_folder():
    assert circles_of_folders(imports_between(everything())) == []


def test_the_tool_is_found_on_disk():
    assert {"lti", "policies", "scenarios", "modules", "app"} <= {source.package for source in served()}


def test_a_package_without_a_place_is_noticed():
    assert unknown_to_the_line([Source("leaflets/printing.py", ""), Source("lti/keys.py", "")]) == ["leaflets"]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("core/mail.py", "import lti.models"),
        ("lti/launch/accept.py", "from scenarios.domain import rating"),
        ("policies/documents.py", "import modules.models"),
        ("scenarios/domain/graph.py", "from modules.domain.score import share"),
        ("modules/play/views/play.py", "import app"),
        ("config.py", "def read():\n    import core.sealing"),
        ("managers/people/list.py", "from studio.drafts import draft"),
        ("studio/drafts.py", "from managers.people import list"),
        ("lti/launch/views/launch.py", "from tests.support.factories import person"),
        ("modules/attempt.py", "from bench.run import main"),
        ("modules/attempt.py", "from practice.courses import COURSES"),
        ("leaflets/printing.py", "import app"),
        ("app.py", "import leaflets.printing"),
        ("practice/lms.py", "import config"),
        ("practice/lms.py", "from lti.models import Platform"),
    ],
)
def test_an_import_against_the_line_is_noticed(place, text):
    assert imports_against_the_line(Source(place, text), {*OURS, "leaflets"})


@pytest.mark.parametrize("text", ["importlib.import_module('app')", "import_module(name)", "__import__('app')"])
def test_an_import_by_a_computed_name_is_noticed(text):
    assert imports_by_name(Source("core/doors.py", text))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("db.py", "from config import Settings"),
        ("modules/attempt.py", "from scenarios.domain.rating import Rating\nimport flask"),
        ("app.py", "from modules.play.views.play import blueprint\nimport error_pages"),
        ("lti/launch/views/launch.py", "from ..accept import accept"),
        ("demo.py", "from practice.registration import practice_registrations"),
        ("bench/lms.py", "import app, lti.keys, practice.lms"),
        ("practice/lms.py", "from .keys import key_set\nfrom practice.courses import COURSES"),
    ],
)
def test_an_import_along_the_line_is_fine(place, text):
    assert imports_against_the_line(Source(place, text), OURS) == []


def test_a_circle_of_files_is_noticed():
    imports = {
        "lti/a.py": {"lti/b.py"},
        "lti/b.py": {"lti/c/d.py"},
        "lti/c/d.py": {"lti/a.py"},
        "lti/e.py": {"lti/a.py"},
    }
    assert circles_of_files(imports) == [("lti/a.py", "lti/b.py", "lti/c/d.py")]


def test_a_circle_of_folders_is_noticed_though_no_files_form_one():
    imports = {"lti/a/one.py": {"lti/b/one.py"}, "lti/b/two.py": {"lti/a/two.py"}, "lti/c.py": {"lti/a/one.py"}}
    assert circles_of_files(imports) == []
    assert circles_of_folders(imports) == [("lti/a", "lti/b")]


def test_a_name_in_an_import_leads_to_the_file_that_defines_it():
    sources = [
        Source("lti/__init__.py", ""),
        Source("lti/models.py", "import lti, flask"),
        Source("lti/a/b.py", "from ..models import Platform"),
    ]
    assert imports_between(sources) == {
        "lti/__init__.py": set(),
        "lti/models.py": {"lti/__init__.py"},
        "lti/a/b.py": {"lti/models.py"},
    }
