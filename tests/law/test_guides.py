"""What the guides tell people to type, to set and to look for is there: they are read when something is at stake."""

import re
import shlex

import click
import pytest
from flask import Flask

import lti.errors
import lti.registration.errors
from config import FIELDS
from core.domain.trouble import Trouble
from tests.law.sources import ROOT

GUIDES = sorted([*(ROOT / "docs").glob("install*.md"), ROOT / "docs" / "floor.md", ROOT / "docs" / "managers.md"])
# What messages of ours these explain is said in prose, or not at all.
WITHOUT_MESSAGES = {"install-other.md", "floor.md", "managers.md"}
# Named by others than us: gunicorn's and systemd's, what a guide stands in for, and words in capitals.
FOREIGN = {"SETTINGS_FILE", "EXTRAS", "KEY", "NUMBER", "ID", "CFG"}
COMMAND = re.compile(r"\./run flask ((?:[^\n`#\\]|\\\n)+)")
QUOTED = re.compile(r"^\| “([^”]+)”(?:, “([^”]+)”)?", re.MULTILINE)


def headings() -> set[str]:
    modules = (lti.errors, lti.registration.errors)
    return {thing.heading for module in modules for thing in vars(module).values() if isinstance(thing, Trouble)}


def problems_of_command(app: Flask, words: list[str]) -> list[str]:
    command: click.Command | None = app.cli
    while isinstance(command, click.Group) and words:
        command = command.commands.get(words.pop(0))
    if not command or isinstance(command, click.Group):
        return ["there is no such command"]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    return [f"{option} is none of its options" for option in options if option not in {*known, "--help"}]


def commands_in(text: str) -> list[str]:
    return [" ".join(found.replace("\\\n", " ").split()) for found in COMMAND.findall(text)]


def unknown_settings(text: str) -> set[str]:
    named = set(re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)[=`/]", text)) | set(
        re.findall(r"^    ([A-Z_]+)=", text, re.M)
    )
    return named - set(FIELDS) - FOREIGN


def broken_links(text: str, headings_of: dict[str, set[str]], own: str) -> list[str]:
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text)
    return [
        f"{page}#{place}"
        for page, place in links
        if not (ROOT / "docs" / (page or own)).exists() or (place and place not in headings_of.get(page or own, set()))
    ]


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


PAGES = {guide.name: guide.read_text(encoding="utf-8") for guide in GUIDES}
ANCHORS = {name: anchors(text) for name, text in PAGES.items()}


def test_there_is_a_guide_for_each_kind_of_lms():
    assert set(PAGES) >= {"install.md", "install-moodle.md", "install-canvas.md", "install-other.md"}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_in_a_guide_can_be_given(tool, page):
    given = {command: problems_of_command(tool, shlex.split(command)) for command in commands_in(PAGES[page])}
    assert given
    assert {command: problems for command, problems in given.items() if problems} == {}


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_in_a_guide_is_one(page):
    assert unknown_settings(PAGES[page]) == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_in_a_guide_leads_somewhere(page):
    assert broken_links(PAGES[page], ANCHORS, page) == []


@pytest.mark.parametrize("page", sorted(PAGES.keys() - WITHOUT_MESSAGES))
def test_every_message_that_a_guide_explains_is_one_that_we_give(tool, page):
    quoted = {words for found in QUOTED.findall(PAGES[page]) for words in found if words}
    elsewhere = {"No training is set for this activity yet", "This training is not ready yet"}
    assert quoted - headings() - elsewhere == set()
    assert quoted & headings()


def test_a_command_that_there_is_not_is_noticed(tool):
    assert problems_of_command(tool, ["lti", "inivte"]) == ["there is no such command"]
    assert problems_of_command(tool, ["lti", "invite", "--dayz", "3"]) == ["--dayz is none of its options"]
    assert problems_of_command(tool, ["lti", "deployments", "3", "--no-new"]) == []


def test_a_setting_that_there_is_not_is_noticed():
    assert unknown_settings("set `PUBLIK_URL`, or\n\n    PRIVAT_HOSTS=x\n") == {"PUBLIK_URL", "PRIVAT_HOSTS"}


def test_a_link_that_leads_nowhere_is_noticed():
    assert broken_links(
        "[a](nowhere.md) [b](#nothing) [c](install.md#keys)", {"install.md": {"keys"}}, "install.md"
    ) == [
        "nowhere.md#",
        "#nothing",
    ]
