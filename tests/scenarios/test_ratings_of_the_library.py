"""What each policy makes of each choice in the library: the table as reviewed, and the sentences that matter most."""

import difflib

import pytest

from policies.shipped import acts, floor, policies
from scenarios.domain.rating import Rating, Ruling, rate_scene
from scenarios.shipped import scenarios
from tests.scenarios.ratings_table import REVIEWED, TRUSTS, lines

REGENERATE = "python -m tests.scenarios.ratings_table"
SILENT_ON_EX_PUPILS = ("agora", "unnamed")


def test_every_choice_is_rated_under_every_policy_as_reviewed():
    reviewed = REVIEWED.read_text(encoding="utf-8").splitlines()
    change = list(difflib.unified_diff(reviewed, list(lines())[:-1], "reviewed", "computed", lineterm="", n=50))
    assert not change, "\n".join(["ratings have changed; review them, then", REGENERATE, *change])


def test_the_table_has_a_column_for_every_trust():
    assert set(TRUSTS) == set(policies())


def test_in_nearly_every_scene_some_two_trusts_disagree():
    decisions = [scene for scenario in scenarios().values() for scene in scenario.scenes if scene.choices]
    alike = []
    for scene in decisions:
        rated = [rate_scene(scene, policies()[trust], acts(), floor()) for trust in TRUSTS]
        if len({tuple(ruling.rating for ruling in rulings.values()) for rulings in rated}) == 1:
            alike.append(scene.key)
    assert len(alike) <= len(decisions) / 20, alike


def ruling(trust: str, scene: str, choice: str, story: str = "ex-pupil-gets-in-touch") -> Ruling:
    found = scenarios()[story].scene(scene)
    return rate_scene(found, policies()[trust], acts(), floor())[choice]


@pytest.mark.parametrize(
    ("trust", "clause"),
    [("invictus", "10.3(c)"), ("societas", "5.6"), ("chancery", "Social media in a personal capacity (c)")],
)
@pytest.mark.parametrize("choice", ["accept", "messages-only"])
def test_contact_with_a_leaver_of_17_is_a_serious_breach_where_the_policy_forbids_it(trust, clause, choice):
    found = ruling(trust, "leaver-17", choice)
    assert found.rating is Rating.SERIOUS_BREACH
    assert clause in found.findings[0].position.clauses


@pytest.mark.parametrize("trust", ["invictus", "societas", "chancery"])
def test_declining_a_leaver_of_17_is_best_where_the_policy_forbids_contact(trust):
    assert ruling(trust, "leaver-17", "decline").rating is Rating.BEST


@pytest.mark.parametrize("trust", SILENT_ON_EX_PUPILS)
@pytest.mark.parametrize("scene", ["leaver-17", "leaver-24"])
def test_a_policy_silent_on_former_pupils_says_ask_first_whatever_their_age(trust, scene):
    found = ruling(trust, scene, "accept")
    assert found.rating is Rating.ASK_FIRST
    assert found.findings[0].position.clauses == ()


@pytest.mark.parametrize("trust", SILENT_ON_EX_PUPILS)
def test_under_a_silent_policy_asking_is_best(trust):
    assert ruling(trust, "leaver-17", "ask").rating is Rating.BEST


@pytest.mark.parametrize("trust", SILENT_ON_EX_PUPILS)
def test_under_a_silent_policy_that_names_who_to_ask_declining_is_acceptable(trust):
    assert ruling(trust, "leaver-17", "decline").rating is Rating.ACCEPTABLE


def test_under_a_silent_policy_that_leaves_staff_to_judge_declining_is_best_too():
    # Under agora, which names who to ask, the same is acceptable.
    assert ruling("chancery", "request", "decline", "friends-of-friends").rating is Rating.BEST
    assert ruling("agora", "request", "decline", "friends-of-friends").rating is Rating.ACCEPTABLE


@pytest.mark.parametrize("trust", ["invictus", "chancery"])
def test_what_is_said_of_former_pupils_under_18_leaves_out_those_who_are_grown_up(trust):
    assert ruling(trust, "leaver-24", "accept").rating is Rating.ASK_FIRST


def test_societas_rules_out_keeping_up_with_pupils_one_has_worked_with_at_any_age():
    found = ruling("societas", "leaver-24", "accept")
    assert found.rating is Rating.BREACH
    assert found.findings[0].position.clauses == ("5.6",)
    assert ruling("societas", "leaver-24", "careers-evening").rating is Rating.BEST
