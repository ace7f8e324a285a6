"""Pages ask the database for what is trained: the files of the shipped library are for commands alone."""

import pytest

from tests.law.circles import imports_between, reached_from
from tests.law.sources import Source, served

# What reads data files, and what puts into the database what is in them.
READERS = frozenset({
    *("core/data_files.py", "core/shelf.py"),
    *("policies/shipped.py", "scenarios/shipped.py", "modules/content/shipped.py"),
    *("policies/ship.py", "scenarios/ship.py", "modules/content/ship.py"),
})  # fmt: skip


def behind_pages(sources: list[Source]) -> set[str]:
    """Return what serves a page or works behind one: every view, and all that app.py puts together but commands."""
    commands = {source.place for source in sources if any(name.startswith("click") for _, name in source.imports)}
    views = {source.place for source in sources if "views" in source.folder.split("/") and source.package != "practice"}
    return views | (imports_between(sources).get("app.py", set()) - commands)


def readers_behind_pages(sources: list[Source]) -> list[str]:
    imports = imports_between(sources)
    return [
        f"{place} leads to {reader}"
        for place in sorted(behind_pages(sources))
        for reader in sorted(READERS & reached_from(place, imports))
    ]


def test_nothing_that_serves_a_page_leads_to_what_reads_data_files() -> None:
    assert {source.place for source in served()} >= READERS
    assert behind_pages(served()) >= {"error_pages.py", "modules/site/header.py", "lti/jobs.py", "core/mail/jobs.py"}
    assert readers_behind_pages(served()) == []


@pytest.mark.parametrize("place", ["modules/policy/views/policy.py", "error_pages.py", "leaflets/pages.py"])
def test_a_page_that_leads_there_by_a_roundabout_way_is_noticed(place: str) -> None:
    library = Source("policies/shipped.py", "from core.data_files import read")
    between = Source("policies/profiles.py", "def profiles():\n    from policies.shipped import profiles")
    page = Source(place, "from policies.profiles import profiles")
    app = Source("app.py", "import error_pages, leaflets.pages")
    assert readers_behind_pages([app, page, between, library]) == [f"{place} leads to policies/shipped.py"]


def test_a_command_may_read_them() -> None:
    library = Source("policies/shipped.py", "")
    command = Source("policies/commands.py", "import click\nfrom policies.shipped import policies")
    assert readers_behind_pages([Source("app.py", "import policies.commands"), command, library]) == []
