"""The chance of each strategy, against playing every way there is, and the command that tells it."""

import json
from dataclasses import replace
from itertools import product
from math import isclose
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from modules.content import validity_command
from modules.domain.check_step import CheckAnswer, asked_in
from modules.domain.content import Content
from modules.domain.progress import Answer, CheckPoint, progress_from
from modules.domain.result import result_of
from modules.domain.strategies import FLOOR_BREAKER, GOOD_KNOWER, KNOWER, Strategy, at_random, at_random_everywhere
from modules.domain.validity import chance_of
from policies.domain.floor import Floor
from policies.domain.policy import Position, Stance
from scenarios.domain.rating import Marking
from scenarios.domain.rule_check import Bin, RuleCheck
from tests.support.factories import CONTENT

CHECKED = replace(
    CONTENT,
    marking=Marking.SECOND,
    draws=((RuleCheck("photos", "fork", "What about these?", "It matters.", ("photo.decline", "photo.post")),),),
)
AT_RANDOM = Strategy("at random", at_random, at_random_everywhere)


def every_way(content: Content, answers: list[Answer | CheckAnswer], chance: float) -> float:
    """Return the chance of passing at random by playing each way to the end through the rules of an attempt."""
    progress = progress_from(content, answers)
    place = progress.place
    if not place:
        return chance * result_of(content, progress).passed
    if isinstance(place, CheckPoint):
        keys = asked_in(place.check)
        ways = [dict(zip(keys, bins, strict=True)) for bins in product([each.value for each in Bin], repeat=len(keys))]
        given = [CheckAnswer(place.check.key, way) for way in ways]
    else:
        given = [Answer(place.scenario.key, place.scene.key, choice.key) for choice in place.scene.choices]
    return sum(every_way(content, [*answers, each], chance / len(given)) for each in given)


@pytest.mark.parametrize("pass_mark", [50, 65, 80, 100])
def test_the_chance_is_that_of_playing_every_way_there_is(pass_mark: int) -> None:
    content = replace(CHECKED, module=replace(CHECKED.module, pass_mark=pass_mark))
    assert isclose(chance_of(content, AT_RANDOM).passes, every_way(content, [], 1.0))


def test_who_knows_the_policy_passes_with_every_mark() -> None:
    chance = chance_of(CHECKED, KNOWER)
    assert (chance.passes, chance.share) == (1.0, 1.0)


def test_who_knows_it_well_passes_with_fewer_marks() -> None:
    assert chance_of(CHECKED, GOOD_KNOWER).passes == 1.0


def test_who_does_what_is_forbidden_everywhere_does_not_pass_however_much_they_know() -> None:
    floor = Floor("2026", (), (), {"photo.post": Position(Stance.PROHIBITED_CRITICAL, ("N1",))})
    easy = replace(CHECKED, floor=floor, module=replace(CHECKED.module, pass_mark=1, critical=()))
    assert chance_of(easy, FLOOR_BREAKER).passes == 0
    assert chance_of(easy, KNOWER).passes == 1


def test_who_looks_for_what_is_forbidden_everywhere_finds_it_off_the_usual_route() -> None:
    floor = Floor("2026", (), (), {"photo.joke": Position(Stance.PROHIBITED_CRITICAL, ("N1",))})
    fork, short = CHECKED.scenarios
    first, second, end = fork.scenes
    aside = replace(second, key="aside", choices=tuple(replace(each, acts=("photo.joke",)) for each in second.choices))
    to_it = tuple(replace(each, leads_to="aside") if each.key == "ask" else each for each in first.choices)
    told = replace(fork, scenes=(replace(first, choices=to_it), second, aside, end))
    easy = replace(CHECKED.module, pass_mark=1, critical=())
    content = replace(CHECKED, floor=floor, scenarios=(told, short), module=easy)
    assert chance_of(content, FLOOR_BREAKER).passes == 0
    assert chance_of(content, KNOWER).passes == 1


def test_of_several_draws_the_one_in_which_a_strategy_does_best_counts() -> None:
    hard = RuleCheck("hard", "fork", "What about these?", "It matters.", ("photo.joke", "photo.joke"))
    all_allowed = Strategy("all allowed", KNOWER.choose, lambda *_: {"allows": 1.0})
    two = replace(CHECKED, draws=((hard,), *CHECKED.draws), module=replace(CHECKED.module, pass_mark=85))
    assert chance_of(replace(two, draws=two.draws[:1]), all_allowed).passes == 0
    assert chance_of(two, all_allowed).passes == 1


def run(*options: str) -> Result:
    return CliRunner().invoke(validity_command.validity, options)


def test_the_command_has_a_line_for_each_strategy_and_a_column_for_each_trust() -> None:
    told = run("--module", "essentials").output
    assert told.splitlines()[0].split() == ["essentials", "agora", "chancery", "invictus", "societas", "unnamed"]
    knower = next(line for line in told.splitlines() if line.startswith("  knows the policy"))
    assert knower.split()[3:] == ["100", "/", "100"] * 5


def test_for_programs_there_is_a_row_for_each_module_trust_and_strategy() -> None:
    rows = json.loads(run("--module", "essentials", "--trust", "agora", "--json").output)
    assert rows[0] == {
        "module": "essentials",
        "trust": "agora",
        "strategy": "knows the policy",
        "blind": False,
        "passes": 1.0,
        "share": 1.0,
    }
    assert {"key of invictus", "common sense", "at random"} <= {row["strategy"] for row in rows}


@pytest.mark.parametrize("options", [("--module", "esentials"), ("--trust", "invictis"), ("--draft", "gone.yaml")])
def test_what_does_not_exist_is_said(options: tuple[str, str]) -> None:
    told = run(*options)
    assert told.exit_code == 2 and options[1] in told.output


def test_a_draft_of_a_scenario_is_looked_at_under_every_policy(tmp_path: Path) -> None:
    draft = tmp_path / "a-good-word-again.yaml"
    shipped = Path("scenarios/data/a-good-word.yaml").read_text(encoding="utf-8")
    draft.write_text(shipped.replace("key: a-good-word", "key: a-good-word-again", 1), encoding="utf-8")
    rows = json.loads(run("--draft", str(draft), "--json").output)
    assert {row["trust"] for row in rows} == {"agora", "chancery", "invictus", "societas", "unnamed"}
    assert {row["module"] for row in rows} == {"draft"}


def test_a_draft_of_a_module_is_looked_at_under_every_policy(tmp_path: Path) -> None:
    draft = tmp_path / "short.yaml"
    essentials = Path("modules/content/data/essentials.yaml").read_text(encoding="utf-8")
    draft.write_text(essentials.replace("key: essentials", "key: short", 1), encoding="utf-8")
    assert {row["module"] for row in json.loads(run("--draft", str(draft), "--json").output)} == {"short"}


def test_a_module_that_claims_fewer_minutes_than_it_takes_is_told_so(tmp_path: Path) -> None:
    draft = tmp_path / "short.yaml"
    essentials = Path("modules/content/data/essentials.yaml").read_text(encoding="utf-8")
    draft.write_text(essentials.replace("key: essentials", "key: short\nminutes: 3", 1), encoding="utf-8")
    assert "short, under the policy of agora: claims 3 minutes but takes" in run("--draft", str(draft)).stderr


def test_a_mistake_in_a_draft_is_told_with_its_line(tmp_path: Path) -> None:
    draft = tmp_path / "wrong.yaml"
    draft.write_text("key: wrong\ntitle: Wrong\nscenes: none\n", encoding="utf-8")
    told = run("--draft", str(draft))
    assert told.exit_code == 1 and f"{draft}:3:" in told.output
