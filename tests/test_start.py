"""A broken data file stops the start, with a message that names the file, the line and what is wrong."""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

import modules.library
import policies.library
import scenarios.library
from app import create_app
from config import ROOT, Settings

LIBRARIES = (policies.library, scenarios.library, modules.library)
KEPT = (
    policies.library.acts,
    policies.library.policies,
    policies.library.profiles,
    scenarios.library.scenarios,
    modules.library.modules,
)

ACTS = "policies/acts.yaml"
AGORA = "policies/trusts/agora.yaml"
STANCES = "policies/stances/agora.yaml"
PROFILE = "policies/profiles/agora.yaml"
TAGGED = "scenarios/tagged-photos.yaml"
ESSENTIALS = "modules/essentials.yaml"

# Started in a process of its own, with the libraries looking for their data in the folder given.
START = """
import sys
from pathlib import Path
import modules.library, policies.library, scenarios.library
for library in (policies.library, scenarios.library, modules.library):
    library.DATA = Path(sys.argv[1], library.__package__)
from app import create_app
create_app()
"""


def forget() -> None:
    for library in KEPT:
        library.cache_clear()


@cache
def stories_of_essentials() -> tuple[str, ...]:
    return modules.library.modules()["essentials"].scenarios


def keep_only(folder: Path, keys: Iterable[str]) -> None:
    for file in folder.glob("*.yaml"):
        if file.stem not in keys:
            file.unlink()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the libraries read copies of their files, which a test may break; of one module alone, to be quick."""
    kept = stories_of_essentials()
    for library in LIBRARIES:
        copy = tmp_path / library.__package__
        shutil.copytree(library.DATA, copy)
        monkeypatch.setattr(library, "DATA", copy)
    keep_only(tmp_path / "modules", ["essentials"])
    keep_only(tmp_path / "scenarios", kept)
    forget()
    yield tmp_path
    forget()


def change(file: Path, old: str, new: str) -> int:
    """Replace the first such words of a file; the line, from 1, on which the new ones begin."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def message_of_the_start() -> str:
    with pytest.raises(SystemExit) as caught:
        create_app(Settings(secret_key="only for tests"))
    return str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (ACTS, "key: contact.block-current-pupil", "key: contact.accept-current-pupil", "stands twice"),
        (STANCES, "ask.at-school-first:", "ask.nobody:", "ask.nobody is no act of the vocabulary"),
        (STANCES, "stance: permitted,", "stance: allowed,", "stance: Input should be"),
        (AGORA, "key: agora", "key: agoraphobia", "the key is agoraphobia, but the file is called agora.yaml"),
        (PROFILE, "accent: ", 'accent: "#ffffff" #', "too pale"),
        (PROFILE, "shows: name", "shows: all", "verification_shows: Input should be 'name' or 'initials'"),
        (TAGGED, "leads_to: ", "leads_to: nowhere-", "which is no scene"),
        (TAGGED, "acts: [", "acts: [dance.on-table, ", "dance.on-table is no act of the vocabulary"),
        (TAGGED, "topic: ", "mood: merry\ntopic: ", "mood: Unexpected keyword argument"),
        (TAGGED, "topic: ", "title: Again\ntopic: ", 'found duplicate key "title"'),
        (TAGGED, "summary: ", "summary: once: ", "mapping values are not allowed here"),
        (ESSENTIALS, "pass_mark: 80", "pass_mark: 800", "the pass mark must be a percentage from 1 to 100"),
        (ESSENTIALS, "- privacy-settings/picture", "- privacy-settings/video", "is no scene of this module"),
        (ESSENTIALS, "[privacy-settings,", "[privacy-setings,", "privacy-setings is no scenario"),
    ],
)
def test_a_mistake_stops_the_start_and_is_named_with_file_and_line(
    data: Path, file: str, old: str, new: str, says: str
) -> None:
    line = change(data / file, old, new)
    start, first, *_ = message_of_the_start().splitlines()
    assert start == "Fit to Post cannot start."
    assert first.startswith(f"{data / file}:{line}: ")
    assert says in first


@pytest.mark.parametrize("file", [ACTS, AGORA, STANCES, PROFILE, TAGGED, ESSENTIALS])
def test_an_empty_file_stops_the_start(data: Path, file: str) -> None:
    (data / file).write_text("", encoding="utf-8")
    assert message_of_the_start() == f"Fit to Post cannot start.\n{data / file}:1: the file is empty"


@pytest.mark.parametrize("file", [AGORA, TAGGED, ESSENTIALS])
def test_a_list_in_place_of_a_mapping_stops_the_start(data: Path, file: str) -> None:
    (data / file).write_text("- key: a\n- key: b\n", encoding="utf-8")
    assert f"{data / file}:1: the file: a mapping is wanted here" in message_of_the_start()


@pytest.mark.parametrize("file", [AGORA, TAGGED, ESSENTIALS])
@pytest.mark.parametrize("name", ["a-copy", "z-copy"])
def test_a_second_file_with_the_same_key_stops_the_start_and_is_named(data: Path, file: str, name: str) -> None:
    first = data / file
    second = Path(shutil.copy(first, first.with_stem(name)))
    assert f"{second}:1: the key {first.stem} is that of another file, {first.name}" in message_of_the_start()


def test_a_scenario_without_scenes_stops_the_start(data: Path) -> None:
    file = data / TAGGED
    file.write_text("key: tagged-photos\ntitle: T\ntopic: T\nsummary: S\nscenes: []\n", encoding="utf-8")
    assert message_of_the_start() == f"Fit to Post cannot start.\n{file}:5: a scenario needs scenes"


def test_a_start_from_the_command_line_ends_with_the_message_and_no_traceback(data: Path) -> None:
    line = change(data / TAGGED, "acts: [", "acts: [dance.on-table, ")
    command = [sys.executable, "-c", START, str(data)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 1
    start, message = ended.stderr.splitlines()
    assert start == "Fit to Post cannot start."
    assert message.startswith(f"{data / TAGGED}:{line}: ")
    assert message.endswith("dance.on-table is no act of the vocabulary")
