"""The linter of contrast sets: each rule finds what it is there for, on its line, and the shipped sets break none."""

from dataclasses import replace
from pathlib import Path

import pytest
from click import Group
from click.testing import CliRunner

from core.domain.problem import Problem
from policies.domain.fact import PolicyFact
from policies.domain.policy import Clause, Doubt, Force, Policy, Position, Stance
from scenarios import contrast_check
from scenarios.commands import check_scenarios
from scenarios.domain.contrast_linter import notes_on, problems_of
from scenarios.domain.contrast_set import ContrastSet
from scenarios.shipped import CONTRAST_SETS, contrast_set_shelf

SOUND = """\
# Sets for a test.
- key: tags-again
  question: Your name is on a picture. What does your policy say?
  why: Others see it before you do.
  acts:
  - photo.remove-own-tag
  - photo.leave-tagged-picture
  - photo.ask-poster-to-remove-tag
- key: whom-to-ask-again
  why: A wrong address costs time.
  fact: doubt.ask
  about:
  - ask.at-school-first
"""
LONG = "What does your policy say " + "about this and that " * 6
HARD = "Organisational considerations necessitate institutional collaboration concerning responsibilities."


def check(*files: Path) -> tuple[list[str], int]:
    command = Group(commands={"check-scenarios": check_scenarios})
    answer = CliRunner().invoke(command, ["check-scenarios", *map(str, files)])
    return answer.output.splitlines(), answer.exit_code


def written(folder: Path, text: str, name: str = "draft.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_sets_have_no_problems() -> None:
    said, code = check(*sorted(CONTRAST_SETS.glob("*.yaml")))
    assert [line for line in said[:-1] if ": note: " not in line] == []
    assert (code, said[-1]) == (0, f"{sum(map(len, contrast_set_shelf().found.values()))} contrast sets, no problems")


def test_sound_sets_have_no_problems(tmp_path: Path) -> None:
    assert check(written(tmp_path, SOUND)) == (["2 contrast sets, no problems"], 0)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("  question: Your name is on a picture. What does your policy say?\n", "", 2, "tags-again has no question"),
        ("why: Others see it before you do.", "why: ' '", 4, "tags-again has no why"),
        ("why: A wrong address costs time.", "why: ''", 10, "whom-to-ask-again has no why"),
        ("Others see it", "TO WRITE", 4, "tags-again: its why is still to write"),
        ("Your name is", f"{LONG} Your name is", 3, "its question has 40 words; at most 25 are read to the end"),
        ("Others see it before you do.", HARD, 2, "at most 14: shorten its sentences"),
        ("  - photo.remove-own-tag\n", "", 5, "tags-again has 2 acts; a contrast set has 3 to 6"),
        ("  - photo.remove", "  - a.a\n  - a.b\n  - a.c\n  - a.d\n  - photo.remove", 5, "tags-again has 7 acts"),
        ("photo.leave-tagged-picture", "photo.remove-own-tag", 7, "tags-again names photo.remove-own-tag twice"),
        ("tagged-picture", "tagged-pictures", 7, "is not an act in the vocabulary; did you mean photo.leave-tagged-"),
        ("ask.at-school-first", "ask.at-home", 13, "whom-to-ask-again: ask.at-home is not an act in the vocabulary"),
        ("doubt.ask", "doubt.asks", 11, "doubt.asks is not a fact in the vocabulary; did you mean doubt.ask?"),
        ("  acts:", "  fact: doubt.ask\n  acts:", 5, "tags-again has acts and a fact; keep one of them"),
        ("  fact: doubt.ask\n", "", 9, "whom-to-ask-again has neither acts nor a fact"),
        ("  about:\n  - ask.at-school-first\n", "", 11, "say under “about” which acts this belongs to"),
        ("whom-to-ask-again", "tags-again", 9, "contrast set tags-again is listed twice"),
        ("tags-again", "tagged-at-the-party", 2, "is that of a contrast set in another file, photo.yaml"),
        ("  acts:", "  acts: [", 6, "expected the node content, but found '-'"),
    ],
)
def test_a_problem_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in SOUND
    file = written(tmp_path, SOUND.replace(old, new, 1))
    said, code = check(file)
    assert code == 1
    assert [each for each in said if each.startswith(f"{file}:{line}: ") and says in each], said


def test_a_set_of_the_library_is_not_taken_for_a_second_one_of_its_key() -> None:
    assert check(CONTRAST_SETS / "photo.yaml")[1] == 0


def test_a_file_that_is_not_there_is_told() -> None:
    gone = CONTRAST_SETS / "no-such-family.yaml"
    assert check(gone) == ([f"{gone}:1: the file cannot be read: No such file or directory"], 1)


def test_a_mapping_among_contrast_sets_is_told_that_a_list_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contrast_check, "CONTRAST_SETS", tmp_path)
    said, code = check(written(tmp_path, "key: tags-again\n"))
    assert code == 1
    assert "a list is wanted here" in said[0]


def test_scenarios_and_contrast_sets_can_be_checked_together(tmp_path: Path) -> None:
    story = CONTRAST_SETS.parent / "data" / "tagged-photos.yaml"
    said, code = check(story, written(tmp_path, SOUND))
    assert (said[0], code) == ("1 scenario and 2 contrast sets, no problems", 0)


def policy(trust: str, fact: bool = False, **stances: Stance) -> Policy:
    positions = {f"photo.{key}": Position(stance, ("1",)) for key, stance in stances.items()}
    facts = {"doubt.ask": PolicyFact("headteacher", ("1",))} if fact else {}
    clause = Clause("1", "What it says.", Force.MUST)
    return Policy(trust, trust, "Policy", "1", Doubt("Ask.", ("1",)), (clause,), positions, facts=facts)


ACTS = {"photo.keep", "photo.post", "photo.sell"}
PICTURES = ContrastSet("pictures", "It matters.", "What does it say?", tuple(sorted(ACTS)))
DOUBT = ContrastSet("doubt", "It matters.", fact="doubt.ask", about=("photo.post",))
FORBIDS = policy("Oak", keep=Stance.PROHIBITED, post=Stance.ADVISED_AGAINST, sell=Stance.PROHIBITED_CRITICAL)
ASKS = policy("Elm", fact=True, keep=Stance.REQUIRED, post=Stance.PERMITTED, sell=Stance.PERMITTED)


def lint(each: ContrastSet, *policies: Policy) -> list[Problem]:
    return problems_of([each], policies, ACTS, {"doubt.ask"}, {})


def test_acts_that_every_policy_puts_into_one_bin_are_found_though_the_bins_differ() -> None:
    says = "no policy tells the acts of pictures apart: under each of them, all belong in one bin"
    assert lint(PICTURES, FORBIDS, ASKS, policy("Ash")) == [Problem((0, "acts"), says)]


def test_one_policy_that_tells_them_apart_is_enough() -> None:
    assert lint(PICTURES, FORBIDS, policy("Ash", keep=Stance.REQUIRED)) == []


def test_a_fact_that_no_policy_has_is_found() -> None:
    assert lint(DOUBT, FORBIDS) == [Problem((0, "fact"), "doubt: no policy has the fact doubt.ask")]


def test_a_fact_that_some_policies_lack_is_noted_with_their_names_and_is_no_problem() -> None:
    assert lint(DOUBT, FORBIDS, ASKS, policy("Ash")) == []
    says = "Oak, Ash: no fact doubt.ask, so that modules draw another set there"
    assert notes_on([DOUBT, PICTURES], [FORBIDS, ASKS, policy("Ash")]) == [Problem((0, "fact"), says)]
    assert notes_on([replace(DOUBT, fact="worktime.limit")], [FORBIDS, ASKS]) == []


def test_an_author_sees_the_note_and_the_check_succeeds(tmp_path: Path) -> None:
    file = written(tmp_path, SOUND.replace("doubt.ask", "photo.colleague"))
    assert check(file) == (
        [
            f"{file}:11: note: The Societas Trust: no fact photo.colleague, so that modules draw another set there",
            "2 contrast sets, no problems",
        ],
        0,
    )
