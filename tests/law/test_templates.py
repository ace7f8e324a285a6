"""A template is named after the endpoint that renders it: play.scene renders play/scene.html."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, render_template
from jinja2 import meta

from tests.law.sources import Source, served

SHARED = {"error.html"}


def misnamed_templates(app: Flask) -> list[str]:
    return [
        f"{endpoint} renders {template}"
        for endpoint, view in app.view_functions.items()
        for template in templates_of(view)
        if template not in SHARED | {f"{endpoint.replace('.', '/')}.html"}
    ]


def templates_of(view: Callable[..., Any]) -> Iterator[str]:
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(view)))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and name_called(node.func) == "render_template":
            yield ast.literal_eval(node.args[0]) if isinstance(node.args[0], ast.Constant) else "a computed name"


def name_called(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))


def test_templates_are_named_after_their_endpoints(tool):
    assert misnamed_templates(tool) == []


def test_every_template_is_rendered_or_used_by_another(tool):
    ours = [name for name in tool.jinja_env.list_templates(extensions=["html"]) if is_ours(name)]
    sources = {name: tool.jinja_env.loader.get_source(tool.jinja_env, name)[0] for name in ours}
    endpoints = {f"{endpoint.replace('.', '/')}.html" for endpoint in tool.view_functions}
    assert unused_templates(tool, sources) - endpoints - SHARED == set()


def test_every_letter_is_there_in_both_forms_and_someone_sends_it(tool):
    there = set(tool.jinja_env.list_templates(filter_func=lambda name: name.startswith("mail/"))) - {"mail/layout.html"}
    sent = {letter for source in served() for letter in letters_in(source)}
    assert there == {f"mail/{letter}.{form}" for letter in sent for form in ("txt", "html")}


def letters_in(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and name_called(node.func) == "letter":
            yield ast.literal_eval(node.args[1])


def is_ours(name: str) -> bool:
    """Tell the tool's pages from those of the practice LMS, the component library, and letters."""
    return name.split("/")[0] not in {"practice", "govuk_frontend_jinja", "mail"}


def unused_templates(app: Flask, sources: dict[str, str]) -> set[str]:
    trees = [app.jinja_env.parse(source) for source in sources.values()]
    return set(sources) - {name for tree in trees for name in meta.find_referenced_templates(tree)}


def app_with(view: Callable[..., Any], endpoint: str) -> Flask:
    app = Flask("one-view")
    app.view_functions[endpoint] = view
    return app


def scene():
    return render_template("play/scene.html")


def wayward():
    return render_template("misc.html")


def computed(kind):
    return render_template(f"play/{kind}.html")


def apologising():
    return render_template("error.html", heading="Not now")


def test_a_template_with_another_name_is_noticed():
    assert misnamed_templates(app_with(scene, "play.scene")) == []
    assert misnamed_templates(app_with(scene, "play.result")) == ["play.result renders play/scene.html"]
    assert misnamed_templates(app_with(wayward, "play.scene")) == ["play.scene renders misc.html"]


def test_a_computed_name_is_noticed():
    assert misnamed_templates(app_with(computed, "play.scene")) == ["play.scene renders a computed name"]


def test_the_error_page_is_everyones():
    assert misnamed_templates(app_with(apologising, "play.scene")) == []


def test_a_template_that_nothing_uses_is_noticed():
    sources = {"play/scene.html": "{% include 'play/ruling.html' %}", "play/ruling.html": "", "old.html": ""}
    assert unused_templates(Flask("some"), sources) == {"play/scene.html", "old.html"}
