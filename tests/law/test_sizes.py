"""Files and functions stay small enough to be read in one go; a package's __init__ holds a docstring alone."""

import ast

from tests.law.sources import Source, packaged, written

LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def excesses_of(source: Source) -> list[str]:
    lines = len(source.text.splitlines())
    return [f"{source.place} has {lines} lines"] * (lines > LONGEST_FILE) + [
        f"{source.at(node)} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]


def is_docstring_alone(source: Source) -> bool:
    return bool(ast.get_docstring(source.tree)) and len(source.tree.body) == 1


def test_files_and_functions_stay_small():
    assert [excess for source in written() for excess in excesses_of(source)] == []


def test_packages_begin_with_a_docstring_and_nothing_else():
    beginnings = [source for source in packaged() if source.place.endswith("/__init__.py")]
    assert [source.place for source in beginnings if not is_docstring_alone(source)] == []


def test_a_long_file_is_noticed():
    assert excesses_of(Source("lti/long.py", "x = 1\n" * 301))
    assert excesses_of(Source("lti/short.py", "x = 1\n" * 300)) == []


def test_a_long_function_is_noticed():
    assert excesses_of(Source("lti/long.py", "def long():\n" + "    x = 1\n" * 40))
    assert excesses_of(Source("lti/short.py", "def short():\n" + "    x = 1\n" * 39)) == []


def test_code_in_a_packages_beginning_is_noticed():
    assert not is_docstring_alone(Source("lti/__init__.py", '"""Words."""\nimport flask\n'))
    assert not is_docstring_alone(Source("lti/__init__.py", ""))
    assert is_docstring_alone(Source("lti/__init__.py", '"""Words."""\n'))
