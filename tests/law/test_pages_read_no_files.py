"""Pages ask the database for what is trained: the files of the shipped library are for commands alone."""

import pytest

from tests.law.circles import Imports, imports_between, reached_from
from tests.law.sources import Source, served

# What reads data files, and what puts into the database what is in them.
READERS = frozenset({
    *("core/data_files.py", "core/shelf.py"),
    *("policies/shipped.py", "scenarios/shipped.py", "modules/content/shipped.py"),
    *("policies/ship.py", "scenarios/ship.py", "modules/content/ship.py"),
})  # fmt: skip
# Besides views: what runs at every request, and what runs behind the pages.
BEHIND_PAGES = ("error_pages.py", "modules/site/header.py", "lti/jobs.py")


def serves_pages(place: str) -> bool:
    return "/views/" in place or place in BEHIND_PAGES


def readers_behind_pages(imports: Imports) -> list[str]:
    return [
        f"{place} leads to {reader}"
        for place in sorted(imports)
        if serves_pages(place) and not place.startswith("practice/")
        for reader in sorted(READERS & reached_from(place, imports))
    ]


def test_nothing_that_serves_a_page_leads_to_what_reads_data_files() -> None:
    imports = imports_between(served())
    assert imports.keys() >= {*READERS, *BEHIND_PAGES}
    assert readers_behind_pages(imports) == []


@pytest.mark.parametrize("place", ["modules/policy/views/policy.py", "error_pages.py"])
def test_a_page_that_leads_there_by_a_roundabout_way_is_noticed(place: str) -> None:
    library = Source("policies/shipped.py", "from core.data_files import read")
    between = Source("policies/profiles.py", "def profiles():\n    from policies.shipped import profiles")
    page = Source(place, "from policies.profiles import profiles")
    assert readers_behind_pages(imports_between([page, between, library])) == [f"{place} leads to policies/shipped.py"]
