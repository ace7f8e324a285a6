"""The lock files hold what pyproject.toml and package.json ask for, with hashes, and name no registry."""

import json
import re
import tomllib

from tests.law.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ADDRESS = re.compile(r"://|--(index|extra-index|find-links)|\"resolved\"")


def wanted(*requirements: str) -> set[str]:
    return {plain(requirement) for requirement in requirements}


def plain(requirement: str) -> str:
    """Write a requirement as the lock does: no extras, dots and underscores as dashes."""
    name, _, version = re.sub(r"\[.*?\]", "", requirement).partition("==")
    return f"{re.sub(r'[._]+', '-', name).lower()}=={version}"


def locked(text: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+(?:\[[a-z,]+\])?==[^ \\]+)", re.sub(r"\[[a-z,]+\]", "", text), re.MULTILINE))


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def test_the_locks_hold_what_pyproject_asks_for():
    assert wanted(*PROJECT["dependencies"]) - locked(lock("app")) == set()
    for extra, requirements in PROJECT["optional-dependencies"].items():
        assert wanted(*PROJECT["dependencies"], *requirements) - locked(lock(extra)) == set(), extra


def test_every_lock_agrees_with_the_apps():
    for extra in PROJECT["optional-dependencies"]:
        assert locked(lock("app")) - locked(lock(extra)) == set(), extra


def test_the_locks_name_no_registry():
    locks = (ROOT / "requirements").glob("*.txt")
    assert [path.name for path in locks if ADDRESS.search(path.read_text(encoding="utf-8"))] == []
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_the_front_end_is_pinned_and_locked():
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked


def test_a_requirement_that_is_not_locked_is_noticed():
    text = "flask==3.1.3 \\\n    --hash=sha256:00\nruamel-yaml==0.19.1 \\\n"
    assert wanted("flask==3.1.3", "ruamel.yaml==0.19.1") - locked(text) == set()
    assert wanted("flask==3.1.4") - locked(text) == {"flask==3.1.4"}


def test_an_address_is_noticed():
    assert ADDRESS.search("--index-url https://registry.example/simple")
    assert not ADDRESS.search(lock("app"))
