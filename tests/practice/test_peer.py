"""The practice LMS is a peer of the tool: it shares no code with it."""

import ast
from pathlib import Path

from practice import app

FOLDER = Path(app.__file__).parent
TOOL = {"config", "db", "app", "lti", "policies", "scenarios", "modules"}


def test_practice_lms_imports_nothing_of_the_tool():
    imported = {name for file in FOLDER.rglob("*.py") for name in modules_in(file)}
    assert not {name for name in imported if name.split(".")[0] in TOOL and not name.startswith("practice")}


def modules_in(file):
    tree = ast.walk(ast.parse(file.read_text()))
    for node in tree:
        if isinstance(node, ast.ImportFrom):
            yield f"{node.module}.{node.names[0].name}" if node.module == "lti" else node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
