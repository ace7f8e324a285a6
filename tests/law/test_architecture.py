"""The way in names files that are there, and gives a place to every package and folder on disk."""

import re

from tests.law.sources import ROOT, served

WAY_IN = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
# What is in code marks and looks like a place: it has a folder, or the ending of a file of ours.
PLACE = re.compile(r"`([a-z_][\w.-]*/[\w./-]*|[a-z_]+\.(?:py|md|toml|scss|js))`")
# Inside a package, the same names come again.
EVERYWHERE = {"views/", "domain/", "models.py", "jobs.py", "__init__.py"}


def missing_places(text: str) -> list[str]:
    return [place for place in PLACE.findall(text) if place not in EVERYWHERE and not (ROOT / place).exists()]


def unnamed_folders(text: str) -> list[str]:
    """Name the folders of the tool that the map leaves out; domains and pages are said of all packages at once."""
    folders = {source.folder for source in served() if source.folder}
    told = {folder for folder in folders if not {"domain", "views"} & set(folder.split("/"))}
    return sorted(folder for folder in told if f"`{folder}/" not in text)


def test_every_place_that_the_way_in_names_is_there():
    assert missing_places(WAY_IN) == []


def test_the_map_has_a_place_for_every_folder_of_the_tool():
    assert unnamed_folders(WAY_IN) == []


def test_a_place_that_is_not_there_is_noticed():
    assert missing_places("see `lti/nowhere.py`, `nowhere.py` and `lti/models.py`") == ["lti/nowhere.py", "nowhere.py"]


def test_a_folder_without_a_place_is_noticed():
    assert "lti/grades" in unnamed_folders("| `lti/` | what only an LMS knows |")
