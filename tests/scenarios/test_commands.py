"""The commands for authors of scenarios: check, schema and new."""

import json
import shutil
from pathlib import Path

import pytest
from click import Group
from click.testing import CliRunner, Result
from flask import Flask

from scenarios import commands
from scenarios.schemas import FOLDER, SCHEMAS, schema
from scenarios.shipped import DATA, contrast_sets, scenario_from, scenarios

TAGGED = DATA / "tagged-photos.yaml"


def run(*words: str) -> Result:
    return CliRunner().invoke(Group(commands={command.name: command for command in commands.COMMANDS}), words)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copy(TAGGED, tmp_path))


def change(file: Path, old: str, new: str) -> int:
    """Replace the first such words of a file; the line, from 1, on which they begin."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_library_is_checked_in_one_line_where_it_has_no_problems(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["policies", "check-scenarios"])
    said = f"{len(scenarios())} scenarios and {len(contrast_sets())} contrast sets, no problems\n"
    assert (answer.output, answer.exit_code) == (said, 0)


def test_one_file_can_be_checked() -> None:
    answer = run("check-scenarios", str(TAGGED))
    assert (answer.output.splitlines()[0], answer.exit_code) == ("1 scenario, no problems", 0)


def test_for_each_scene_the_author_sees_what_someone_gets_who_knows_no_policy() -> None:
    _, heading, scenes, *ways = run("check-scenarios", str(TAGGED)).output.splitlines()
    assert heading == "tagged-photos: the share of the marks that someone gets without knowing any policy"
    decisions = [scene.key for scene in scenarios()["tagged-photos"].scenes if scene.choices]
    assert scenes.split() == decisions
    assert "always asks" in ways[0] and all(line.count("%") == len(decisions) for line in ways)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("leads_to: stage", "leads_to: tagged", "the story can go round in a loop"),
        ("leads_to: stage", "leads_to: nowhere", "which is not a scene"),
        ("acts: [photo", "acts: [] # [photo", "scene tagged, choice leave-it commits no act"),
        ("acts: [photo", "acts: [dance", "is not an act in the vocabulary"),
        ("key: tagged-photos", "key: tagged", "the key is tagged, but the file is called tagged-photos.yaml"),
        ("says: Leave it there.", "says: Leave it there." + " Go on." * 20, "at most 30 fit a phone"),
        ("title: The leaving do", "title: TO WRITE", "the title is still to write"),
        ("title: The leaving do", "titel: The leaving do", "titel: there is no field of this name here"),
        ("title: The leaving do", "title: The: do", "mapping values are not allowed here"),
    ],
)
def test_a_problem_is_named_with_file_and_line(copy: Path, old: str, new: str, says: str) -> None:
    line = change(copy, old, new)
    answer = run("check-scenarios", str(copy))
    assert answer.exit_code == 1
    assert any(said.startswith(f"{copy}:{line}: ") and says in said for said in answer.output.splitlines())
    assert "no problems" not in answer.output


def test_problems_come_from_the_top_of_a_file_down_and_files_in_their_order(copy: Path, tmp_path: Path) -> None:
    change(copy, "title: The leaving do", "title: TO WRITE")
    change(copy, "says: Leave it there.", "says: Leave it there. TO WRITE")
    lines = run("check-scenarios", str(copy), str(tmp_path / "gone.yaml"), str(TAGGED)).output.splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == [
        "the title is still to write",
        "scene tagged, choice leave-it is still to write",
        "No such file or directory",
    ]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schemas_are_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == schema(name), (
        "write it anew: ./run flask policies write-scenario-schema"
    )


def test_the_schemas_are_written_where_editors_look_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "FOLDER", tmp_path)
    said = run("write-scenario-schema").output
    assert said == f"{tmp_path}/schema.json is written.\n{tmp_path}/contrast-sets-schema.json is written.\n"
    assert {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()} == {
        name: schema(name) for name in SCHEMAS
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_describe_every_field(name: str) -> None:
    described = json.loads(schema(name))
    shapes = {"Scenario": described, **described["$defs"]} if "properties" in described else described["$defs"]
    bare = [
        f"{shape}.{field}"
        for shape, facts in shapes.items()
        for field, said in facts["properties"].items()
        if not said.get("description")
    ]
    assert set(shapes) >= ({"Scenario", "Scene", "Choice", "Message"} if name == "schema.json" else {"ContrastSet"})
    assert bare == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(commands, "DATA", tmp_path)
    return tmp_path


def test_a_new_scenario_can_be_played_and_has_only_its_words_to_write(folder: Path) -> None:
    answer = run("add-scenario", "staff-room-selfie")
    assert answer.exit_code == 0
    file = folder / "staff-room-selfie.yaml"
    assert scenario_from(file).key == "staff-room-selfie"
    lines = run("check-scenarios", str(file)).output.splitlines()
    assert lines
    assert [line for line in lines if not line.endswith("is still to write")] == []
    file.write_text(file.read_text(encoding="utf-8").replace("TO WRITE", "To tell"), encoding="utf-8")
    assert run("check-scenarios", str(file)).output.startswith("1 scenario, no problems\n")


def test_a_new_scenario_never_takes_the_place_of_another(folder: Path) -> None:
    (folder / "taken.yaml").write_text("mine", encoding="utf-8")
    answer = run("add-scenario", "taken")
    assert answer.exit_code == 1
    assert "taken.yaml is there already: choose another key" in answer.output
    assert (folder / "taken.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("key", ["Selfie", "staff room", "../app", "selfie.yaml", "-selfie", "a--b", ""])
def test_a_key_that_will_not_do_is_refused(folder: Path, key: str) -> None:
    answer = run("add-scenario", "--", key)
    assert answer.exit_code == 1
    assert "use lower-case letters, digits and hyphens" in answer.output
    assert list(folder.iterdir()) == []
