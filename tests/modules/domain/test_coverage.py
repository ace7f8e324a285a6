"""What modules cover of a policy, and the command that tells."""

from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from modules.content import coverage_command as commands
from modules.domain.coverage import Coverage, coverage_of
from policies.domain.policy import Clause, Force, Policy, Position, Stance
from policies.shipped import policies
from tests.support.factories import CONTENT, POLICY


def coverage(**changes: object) -> Coverage:
    policy = replace(POLICY, **changes)
    return coverage_of(policy, [replace(CONTENT, policy=policy)])


def refs(clauses: tuple[Clause, ...]) -> list[str]:
    return [clause.ref for clause in clauses]


EXTRA = Clause("5", "Lock the door.", Force.MUST)


def test_a_clause_is_covered_where_a_choice_commits_an_act_whose_position_cites_it() -> None:
    assert refs(coverage().covered) == ["1", "2", "9"]
    assert coverage().uncovered == ()


def test_a_clause_that_no_act_of_the_training_touches_is_not_covered() -> None:
    found = coverage(
        clauses=(*POLICY.clauses, EXTRA), stances={**POLICY.stances, "a.b": Position(Stance.REQUIRED, ("5",))}
    )
    assert refs(found.uncovered) == ["5"]


def test_a_clause_that_cannot_be_trained_is_left_out() -> None:
    found = coverage(clauses=(*POLICY.clauses, replace(EXTRA, untrainable="It only states a purpose.")))
    assert refs(found.trainable) == ["1", "2", "9"]


def without(*acts: str) -> dict[str, Position]:
    return {act: position for act, position in POLICY.stances.items() if act not in acts}


def test_the_clause_on_doubt_is_covered_by_a_scene_of_doubt() -> None:
    assert "9" in refs(coverage(stances=without("photo.post", "ask.first")).covered)


def test_the_clause_on_doubt_is_not_covered_where_no_one_is_in_doubt() -> None:
    assert refs(coverage(stances=without("ask.first")).uncovered) == ["9"]


def test_coverage_knows_the_scenes_that_cover_a_clause() -> None:
    assert coverage().scenes["1"] == ("fork/first", "fork/second", "short/only")


def test_without_modules_nothing_is_covered() -> None:
    assert coverage_of(POLICY, []).covered == ()


def run(*words: str) -> Result:
    return CliRunner().invoke(commands.coverage, words)


@pytest.fixture
def gap(monkeypatch: pytest.MonkeyPatch) -> Policy:
    """Let one policy stand in the library, of which the training leaves a clause out."""
    policy = replace(POLICY, clauses=(*POLICY.clauses, EXTRA))
    monkeypatch.setattr(commands, "policies", lambda: {policy.key: policy})
    monkeypatch.setattr(commands, "contents", lambda: [replace(CONTENT, policy=policy)])
    return policy


def test_the_command_says_what_is_covered_and_what_is_not(gap: Policy) -> None:
    answer = run()
    assert answer.exit_code == 0
    assert answer.output.splitlines()[:5] == [
        "invictus: Oak Tree Trust, Social media policy (version 1)",
        "  4 clauses can be trained, 0 cannot",
        "  3 covered: 1, 2, 9",
        "  1 not covered: 5",
        "    5  Lock the door.",
    ]


def test_where_it_is_strict_a_clause_left_out_is_an_error(gap: Policy) -> None:
    assert run("--strict").exit_code == 1


def test_where_it_is_strict_and_nothing_is_left_out_all_is_well(gap: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "policies", lambda: {POLICY.key: POLICY})
    assert run("--strict").exit_code == 0


def test_the_command_looks_at_every_policy_or_at_one() -> None:
    assert [key for key in policies() if f"{key}: " in run().output] == list(policies())
    assert [key for key in policies() if f"{key}: " in run("--trust", "agora").output] == ["agora"]


def test_a_trust_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    answer = run("--trust", "agoraphobia")
    assert answer.exit_code == 2
    assert "there is no trust agoraphobia. Choose one of agora, chancery" in answer.output
