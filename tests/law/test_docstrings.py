"""Every module, public class and public function says in a docstring what it is, and an __init__ says nothing more."""

import ast

import pytest

from tests.law.docstrings import undescribed_in
from tests.law.sources import Source, everything, outside_tests


def is_docstring_alone(source: Source) -> bool:
    return bool(ast.get_docstring(source.tree)) and len(source.tree.body) == 1


def test_everything_that_others_may_use_has_a_docstring():
    assert [name for source in outside_tests() for name in undescribed_in(source)] == []


def test_every_file_of_tests_and_every_migration_has_a_docstring():
    assert [source.place for source in everything() if not ast.get_docstring(source.tree)] == []


def test_packages_begin_with_a_docstring_and_nothing_else():
    beginnings = [source for source in everything() if source.place.endswith("__init__.py")]
    assert [source.place for source in beginnings if not is_docstring_alone(source)] == []


def test_every_folder_of_a_package_says_what_it_is_for():
    folders = {source.folder for source in outside_tests() if source.folder}
    beginnings = {source.folder for source in everything() if source.place.endswith("/__init__.py")}
    assert folders - beginnings == set()


@pytest.mark.parametrize(
    ("text", "undescribed"),
    [
        ("x = 1", ["lti/keys.py"]),
        ('"""Keys."""\ndef key(): ...', ["lti/keys.py:2 key"]),
        ('"""Keys."""\nasync def key(): ...', ["lti/keys.py:2 key"]),
        ('"""Keys."""\nclass Key: ...', ["lti/keys.py:2 Key"]),
        ('"""Keys."""\nclass Key:\n    """One."""\n    def seal(self): ...', ["lti/keys.py:4 Key.seal"]),
    ],
)
def test_a_missing_docstring_is_noticed(text, undescribed):
    assert undescribed_in(Source("lti/keys.py", text)) == undescribed


@pytest.mark.parametrize(
    "text",
    [
        '"""Keys."""\ndef _key(): ...',
        '"""Keys."""\nclass _Key:\n    def seal(self): ...',
        '"""Keys."""\ndef key():\n    """Return a key."""\n    def inner(): ...',
    ],
)
def test_what_others_cannot_use_needs_no_docstring(text):
    assert undescribed_in(Source("lti/keys.py", text)) == []


def test_code_in_a_packages_beginning_is_noticed():
    assert not is_docstring_alone(Source("lti/__init__.py", '"""Words."""\nimport flask\n'))
    assert not is_docstring_alone(Source("lti/__init__.py", ""))
    assert is_docstring_alone(Source("lti/__init__.py", '"""Words."""\n'))
