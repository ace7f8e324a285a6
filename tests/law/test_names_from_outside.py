"""What people of other systems wrote never turns a page of ours round: names and titles are set apart wherever shown.

A name can hold characters that change the direction of the text after it, and a name in Arabic or Hebrew does so by
itself. So a template shows it with ``| outside``, and in titles and attributes with ``| isolated``.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from config import ROOT
from core.filters import isolated, outside

TEMPLATES = ROOT / "templates"
ALWAYS = {"person_name", "person_email", "email", "subject", "course_title", "holder_name", "holder", "activity"}
ALWAYS |= {"issuer", "account", "lms_name", "said"}
# What bears these names is ours unless it belongs to one of these; and a name is somebody's unless it is one of these.
TITLED = {"course", "activity", "message"}
OWN_NAMES = {"allowance", "compared", "family", "field"}
SETS_APART = {"outside", "isolated", "length"}
SAYS_NO_NAME = (nodes.Compare, nodes.Test, nodes.Not, nodes.Const, nodes.TemplateData)


def bare_names(source: str) -> list[str]:
    """Return the lines of a template that show something from outside as it came."""
    tree = Environment(autoescape=True, extensions=["jinja2.ext.do"]).parse(source)
    tainted = set(_names_set_to(tree))
    shown = (piece for output in tree.find_all(nodes.Output) for piece in output.nodes)
    return [f"line {piece.lineno}" for piece in shown if _is_bare(piece, tainted)]


def _names_set_to(tree: nodes.Template) -> Iterator[str]:
    """Give the names that a template gives to what came from outside, itself or as a part of a list."""
    for given in tree.find_all((nodes.Assign, nodes.For)):
        if _is_bare(given.node if isinstance(given, nodes.Assign) else given.iter, set()):
            target = given.target
            yield from (
                name.name for name in ([target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name))
            )


def _is_bare(node: nodes.Node, tainted: set[str]) -> bool:
    if isinstance(node, SAYS_NO_NAME) or _is_set_apart(node):
        return False
    if isinstance(node, nodes.CondExpr):
        return any(_is_bare(each, tainted) for each in (node.expr1, node.expr2) if each)
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "url_for":
        return False
    if isinstance(node, nodes.Name):
        return node.name in tainted
    return _is_from_outside(node) or any(_is_bare(each, tainted) for each in node.iter_child_nodes())


def _is_set_apart(node: nodes.Node) -> bool:
    if not isinstance(node, nodes.Filter):
        return False
    mapped = node.name == "map" and any(getattr(given, "value", None) in SETS_APART for given in node.args)
    joined = node.name == "join" and node.node is not None and _is_set_apart(node.node)
    return node.name in SETS_APART or mapped or joined


def _is_from_outside(node: nodes.Node) -> bool:
    if not isinstance(node, nodes.Getattr):
        return False
    owner = getattr(node.node, "name", "")
    if node.attr == "title":
        return owner in TITLED
    return node.attr in ALWAYS or (node.attr == "name" and owner not in OWN_NAMES)


PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if path.relative_to(TEMPLATES).parts[0] != "practice")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_name_from_outside_is_set_apart(path: Path) -> None:
    assert bare_names(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "{{ row.name }}",
        "{{ row.name or row.email }}",
        '{{ "Of " ~ row.name }}',
        "{{ [visit.trust_name, visit.course_title] | join }}",
        "{% set who = person.name %}<b>{{ who }}</b>",
        '{% for term, words in [("Holder", found.holder)] %}{{ words }}{% endfor %}',
        "{{ story(course.title) }}",
        '{{ "You" if own else row.name }}',
        "{{ row.name | upper }}",
    ],
)
def test_a_bare_name_is_noticed(source: str) -> None:
    assert bare_names(source) == ["line 1"]


@pytest.mark.parametrize(
    "source",
    [
        "{{ row.name | outside }}",
        '{{ (row.name or row.email) | outside or "Not shared" }}',
        "{% set who = person.name %}{{ who | isolated }}",
        '{{ "yes" if row.name else "no" }}',
        '{{ [visit.course_title] | select | map("outside") | join(" · ") }}',
        "{{ module.title }}{{ allowance.name }}",
        '{% if row.name == "x" %}x{% endif %}',
    ],
)
def test_what_is_set_apart_or_ours_is_in_order(source: str) -> None:
    assert bare_names(source) == []


def test_words_from_outside_cannot_become_markup() -> None:
    assert outside("<b>Ada</b>") == "<bdi>&lt;b&gt;Ada&lt;/b&gt;</bdi>"


def test_a_name_that_turns_text_round_does_so_within_itself_alone() -> None:
    assert isolated("\u202eAda") == "\u2068\u202eAda\u2069"
    assert (outside(None), isolated("")) == ("", "")
