"""Every route says who may use it, and has a plain address; no blueprint on disk is overlooked."""

import ast
import re

import pytest
from flask import Flask

from core.grants.domain.grant import GrantRole
from lti.domain.roles import Role
from tests.law.sources import Source, served
from tests.managers.permissions_table import REVIEWED, name_of, routes, routes_in

ROLES = {role.value for role in Role} | {f"grant: {role.value}" for role in GrantRole}
ANYONE = frozenset({"anyone"})
# Words in kebab-case, with a suffix where a program asks for a form (/lti/canvas.json), and typed parts in between.
STEP = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*|<[^<>]+>)(\.[a-z]+)?")


def routes_without_a_role(app: Flask) -> list[str]:
    return [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        if not declares_a_role(app.view_functions[rule.endpoint])
    ]


def declares_a_role(view: object) -> bool:
    permitted = getattr(view, "permitted_to", None)
    return isinstance(permitted, frozenset) and (permitted == ANYONE or (bool(permitted) and permitted <= ROLES))


def unplain_addresses(app: Flask) -> list[str]:
    return [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static" and not is_plain(rule.rule)]


def is_plain(address: str) -> bool:
    steps = address.strip("/").split("/")
    return address == "/" or all(STEP.fullmatch(step) for step in steps)


def blueprints_in(source: Source) -> list[str]:
    """Name the blueprints that a file makes."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return [
        call.args[0].value
        for call in calls
        if getattr(call.func, "id", getattr(call.func, "attr", "")) == "Blueprint"
        if isinstance(call.args[0], ast.Constant)
    ]


def test_every_blueprint_on_disk_is_part_of_the_tool(tool):
    on_disk = {name for source in served() if not is_practice(source) for name in blueprints_in(source)}
    assert on_disk
    assert on_disk - set(tool.blueprints) == set()


def is_practice(source: Source) -> bool:
    """Tell the practice LMS, an application of its own where anyone may be anyone."""
    return source.package == "practice"


def test_every_route_declares_who_may_use_it(tool):
    assert routes_without_a_role(tool) == []


def test_every_route_has_a_line_in_the_table_of_who_gets_in(tool):
    known = routes_in(REVIEWED.read_text(encoding="utf-8"))
    assert [name_of(*each) for each in routes(tool)] == known, "python -m tests.managers.permissions_table"


def test_every_address_is_in_kebab_case(tool):
    assert unplain_addresses(tool) == []


def test_a_route_without_a_role_is_noticed():
    app = Flask("bad")
    app.add_url_rule("/open", "open", lambda: "")
    app.add_url_rule("/notes", "notes.static", lambda: "")
    assert routes_without_a_role(app) == ["/open (open)", "/notes (notes.static)"]


def test_a_blueprint_is_found_in_a_file():
    text = "from flask import Blueprint\nleaflets = Blueprint('leaflets', __name__)\nother = flask.Blueprint('other')"
    assert blueprints_in(Source("leaflets/views.py", text)) == ["leaflets", "other"]


@pytest.mark.parametrize("permitted", [None, {"anyone"}, frozenset(), frozenset({"janitor"}), "anyone"])
def test_a_role_that_says_nothing_is_noticed(permitted):
    def view() -> None: ...

    view.permitted_to = permitted
    assert not declares_a_role(view)


@pytest.mark.parametrize("permitted", [ANYONE, frozenset(ROLES), frozenset(list(ROLES)[:1])])
def test_a_declared_role_is_seen(permitted):
    def view() -> None: ...

    view.permitted_to = permitted
    assert declares_a_role(view)


@pytest.mark.parametrize("address", ["/lti/canvas_json", "/Play", "/play/nextScene", "/play//scene", "/a--b"])
def test_an_address_that_is_not_plain_is_noticed(address):
    assert not is_plain(address)


@pytest.mark.parametrize("address", ["/", "/lti/canvas.json", "/verify/<code>.json", "/business-use/<int:number>"])
def test_a_plain_address_is_let_through(address):
    assert is_plain(address)
