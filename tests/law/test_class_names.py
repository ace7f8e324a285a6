"""A class name means one thing in the tool: a reader who searches for it finds one class."""

import ast
from collections import defaultdict

from tests.law.sources import Source, served


def repeated_names(sources: list[Source]) -> dict[str, list[str]]:
    """Return the names that several classes share, each with the files of those classes."""
    found: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(source.place)
    return {name: places for name, places in found.items() if len(places) > 1}


def of_the_tool() -> list[Source]:
    """Return the tool's own sources: the practice LMS is another system, with names of its own."""
    return [source for source in served() if source.package != "practice"]


def test_each_class_has_a_name_of_its_own():
    assert repeated_names(of_the_tool()) == {}


def test_two_classes_of_one_name_are_noticed():
    sources = [Source("lti/places.py", "class Place: ..."), Source("modules/domain/places.py", "class Place: ...")]
    assert repeated_names(sources) == {"Place": ["lti/places.py", "modules/domain/places.py"]}
    assert repeated_names([*sources[:1], Source("lti/spots.py", "class Spot: ...")]) == {}
