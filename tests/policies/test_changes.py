"""What a later version of a policy changes, for those who have read an earlier one."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from policies.domain.changes import Change, Changes, changes_between
from policies.domain.policy import Clause, Force, Policy, Position, Stance
from policies.shipped import policies
from tests.support.factories import POLICY


def clause(ref: str, says: str, **others: object) -> Clause:
    return replace(Clause(ref, says, Force.MUST), **others)


def policy(*clauses: Clause) -> Policy:
    return replace(POLICY, clauses=clauses)


ASK, POST, LIKE = clause("1", "Ask first."), clause("2", "Never post."), clause("3", "Do not like.")


def test_a_clause_that_is_new_is_added_and_one_that_is_gone_is_removed() -> None:
    assert changes_between(policy(ASK, POST), policy(ASK, LIKE)) == Changes(added=(LIKE,), removed=(POST,))


def test_a_clause_with_other_words_is_shown_before_and_after() -> None:
    anew = clause("2", "Never post pictures.")
    assert changes_between(policy(ASK, POST), policy(ASK, anew)) == Changes(reworded=(Change(POST, anew),))


def test_a_clause_that_binds_others_has_changed() -> None:
    anew = replace(POST, covers="school staff")
    assert changes_between(policy(POST), policy(anew)).reworded == (Change(POST, anew),)


def test_a_clause_that_moved_is_told_as_such_and_not_as_new_and_gone() -> None:
    moved = replace(POST, ref="7")
    assert changes_between(policy(ASK, POST), policy(ASK, moved)) == Changes(renumbered=(Change(POST, moved),))


def test_of_two_clauses_with_the_same_words_each_is_paired_once() -> None:
    first, second, moved = clause("2", "Same."), clause("3", "Same."), clause("7", "Same.")
    changes = changes_between(policy(first, second), policy(moved))
    assert (changes.renumbered, changes.removed) == ((Change(first, moved),), (second,))


def test_what_readers_are_not_shown_does_not_count() -> None:
    after = replace(
        policy(replace(POST, force=Force.SHOULD, says="Never  post."), ASK),
        stances={"photo.post": Position(Stance.PROHIBITED, ("2",))},
    )
    assert changes_between(policy(ASK, POST), after).count == 0


SHUFFLED = st.lists(st.sampled_from(policies()["agora"].clauses), unique=True, max_size=12)


@given(SHUFFLED, SHUFFLED)
def test_every_clause_of_both_versions_is_told_of_once_or_unchanged(before: list[Clause], after: list[Clause]) -> None:
    changes = changes_between(policy(*before), policy(*after))
    kept = set(before) & set(after)
    told_before = [*changes.removed, *(change.before for change in (*changes.reworded, *changes.renumbered)), *kept]
    told_after = [*changes.added, *(change.after for change in (*changes.reworded, *changes.renumbered)), *kept]
    assert sorted(map(str, told_before)) == sorted(map(str, before))
    assert sorted(map(str, told_after)) == sorted(map(str, after))


@given(SHUFFLED)
def test_a_policy_differs_in_nothing_from_itself(clauses: list[Clause]) -> None:
    assert changes_between(policy(*clauses), policy(*clauses)) == Changes()
