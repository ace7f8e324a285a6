"""Two parsers read our data files, a quick one and one that knows lines: what comes of a file must not tell which."""

from pathlib import Path
from typing import Any

import pytest

import modules.content.shipped
import policies.shipped
import scenarios.shipped
from core.data_files import BrokenFile, read, read_quickly
from core.shapes import shape_of
from modules.domain.content import TrainingModule
from policies.domain.act import Act
from policies.domain.fact import Fact
from policies.domain.policy import Policy, Position
from policies.domain.profile import Profile
from scenarios.domain.scenario import Scenario

OF_POLICIES = policies.shipped.DATA
SHAPES: dict[Path, Any] = {
    OF_POLICIES / "trusts": Policy,
    OF_POLICIES / "stances": dict[str, Position],
    OF_POLICIES / "profiles": Profile,
    scenarios.shipped.DATA: Scenario,
    modules.content.shipped.DATA: TrainingModule,
}
VOCABULARIES: dict[Path, Any] = {
    OF_POLICIES / "acts.yaml": tuple[Act, ...],
    OF_POLICIES / "facts.yaml": tuple[Fact, ...],
}
SHIPPED = VOCABULARIES | {path: shape for folder, shape in SHAPES.items() for path in sorted(folder.glob("*.yaml"))}
WRONG = {
    "a key twice": "key: a\nkey: b\n",
    "a tab": "key: a\nsays:\n\t- b\n",
    "an open bracket": "key: [a\nsays: b\n",
    "an unknown tag": "key: !odd a\n",
    "a tag of another program": "key: !!python/object:os.system a\n",
    "a 30 February": "key: 2026-02-30\n",
    "an alias of nothing": "key: *nothing\n",
    "two documents": "key: a\n---\nkey: b\n",
    "an odd character": "key: a\x07\n",
    "a list for a key": "key: a\n? [b]\n: c\n",
    "a file inside itself": "key: &all {says: *all}\n",
    "nothing": "",
    "a misfit": "key: a\n\nsize: large\n",
    "another shape": "- key: a\n",
}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_both_parsers_make_the_same_of_every_file_of_the_library(path: Path) -> None:
    quick, careful = (way(path, SHIPPED[path]).value for way in (read_quickly, read))
    assert quick == careful
    # As it is published: a text or a number of a parser's own kind would be another version of a module.
    shape = shape_of(SHIPPED[path])
    assert shape.dump_json(quick) == shape.dump_json(careful)


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_both_parsers_say_the_same_of_a_broken_file(text: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    said = []
    for way in (read_quickly, read):
        with pytest.raises(BrokenFile) as caught:
            way(file, TrainingModule)
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_words_that_look_like_something_else_stay_words(tmp_path: Path) -> None:
    """YAML 1.1 took a yes for true, and a time of day for a number."""
    file = tmp_path / "words.yaml"
    file.write_text("[yes, no, on, off, y, 12:30, 017, 1_000]\n", encoding="utf-8")
    assert read_quickly(file, list[Any]).value == read(file, list[Any]).value
    assert read_quickly(file, list[Any]).value[:6] == ["yes", "no", "on", "off", "y", "12:30"]
