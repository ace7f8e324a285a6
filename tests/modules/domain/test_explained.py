"""How rule checks are explained: in the order asked, each clause once, and each act with its nearest neighbour."""

from dataclasses import replace

from modules.domain.check_step import ActOutcome, CheckAnswer, check_step
from modules.domain.explained import Explained, explained, key_to
from policies.domain.policy import Position, Stance
from tests.support.checked import ACTS_ASKED, CHECKED, FACT_ASKED, KNOWING, RIGHT

STEP = check_step(CHECKED, ACTS_ASKED, CheckAnswer(ACTS_ASKED.key, RIGHT), number=3)


def acts_in(found: list[Explained]) -> list[str]:
    return [each.outcome.act.key for each in found if isinstance(each.outcome, ActOutcome)]


def test_acts_are_explained_in_the_order_in_which_they_were_asked() -> None:
    order = ("photo.joke", "photo.decline", "photo.post")
    assert acts_in(list(explained(STEP, CHECKED, order))) == list(order)


def test_a_clause_on_which_two_acts_rest_is_shown_at_the_first_that_is_explained() -> None:
    shared = replace(KNOWING, stances=KNOWING.stances | {"photo.joke": Position(Stance.PROHIBITED, ("2",))})
    content = replace(CHECKED, policy=shared)
    step = check_step(content, ACTS_ASKED, CheckAnswer(ACTS_ASKED.key, RIGHT), number=3)
    first, second, _ = explained(step, content, ("photo.joke", "photo.post", "photo.decline"))
    assert ([clause.ref for clause in first.clauses], first.above) == (["2"], ())
    assert (second.clauses, [clause.ref for clause in second.above]) == ((), ["2"])


def test_the_neighbour_is_the_nearest_act_of_the_set_in_another_bin_whatever_the_order() -> None:
    forbidden = replace(KNOWING, stances=KNOWING.stances | {"photo.joke": Position(Stance.PROHIBITED, ("2",))})
    content = replace(CHECKED, policy=forbidden)
    step = check_step(content, ACTS_ASKED, CheckAnswer(ACTS_ASKED.key, RIGHT), number=3)
    for order in ((), ("photo.joke", "photo.decline", "photo.post")):
        found = {each.outcome.act.key: each.neighbour for each in explained(step, content, order)}
        assert {act: other and other.act.key for act, other in found.items()} == {
            "photo.decline": "photo.post",
            "photo.post": "photo.decline",
            "photo.joke": "photo.decline",
        }


def test_where_all_acts_belong_in_one_bin_none_has_a_neighbour() -> None:
    content = replace(CHECKED, policy=replace(KNOWING, stances={}))
    step = check_step(content, ACTS_ASKED, CheckAnswer(ACTS_ASKED.key, RIGHT), number=3)
    assert [each.neighbour for each in explained(step, content)] == [None] * 3


def test_the_key_has_every_act_and_fact_right() -> None:
    for check in (ACTS_ASKED, FACT_ASKED):
        assert [each.outcome.is_right for each in key_to(check, CHECKED)] == [True] * (len(check.acts) or 1)
