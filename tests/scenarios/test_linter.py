"""The linter: each rule finds what it is there to find, and the shipped library breaks none."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.problem import Problem
from policies.domain.act import Act, Nature
from policies.domain.policy import Clause, Doubt, Force, Policy, Position, Stance
from policies.shipped import policies
from scenarios.check import check_file, check_library
from scenarios.domain.linter import problems_of
from scenarios.domain.rated import Rated, rate
from scenarios.domain.scenario import Choice, Message, Picture, Scenario, Scene
from scenarios.domain.spread import problems_across
from scenarios.shipped import DATA

ACTS = {
    act.key: act
    for act in (
        Act("photo.keep", Nature.PROTECTIVE, "Keep it."),
        Act("photo.post", Nature.RISKY, "Post it."),
        Act("photo.sell", Nature.RISKY, "Sell it."),
    )
}


def policy(trust: str, **stances: Stance) -> Policy:
    positions = {f"photo.{key}": Position(stance, ("1",)) for key, stance in stances.items()}
    clause = Clause("1", "What it says.", Force.MUST)
    return Policy(trust.lower(), trust, "Policy", "1", Doubt("Ask.", ("1",), "the Head"), (clause,), positions)


OAK = policy("Oak", post=Stance.PROHIBITED, sell=Stance.PROHIBITED)
ELM = policy("Elm", post=Stance.ADVISED_AGAINST, sell=Stance.PROHIBITED)
ASH = policy("Ash", keep=Stance.REQUIRED, post=Stance.PERMITTED, sell=Stance.PROHIBITED_CRITICAL)
TRUSTS = [OAK, ELM, ASH]
WORST = policy("Yew", keep=Stance.PROHIBITED, post=Stance.PROHIBITED, sell=Stance.PROHIBITED)


def choice(act: str, leads_to: str, says: str = "Do it now.") -> Choice:
    return Choice(act, says, (f"photo.{act}",), "It happens.", "It matters.", leads_to)


def scene(key: str, leads_to: str, *acts: str, longest: str = "sell") -> Scene:
    choices = tuple(choice(act, leads_to, "Do it." + " Now." * (act == longest)) for act in acts)
    return Scene(key, "Heading", "You sit.", question="What now?", choices=choices)


FIRST = scene("first", "second", "keep", "post", "sell")
SECOND = scene("second", "end", "post", "sell", "keep")
END = Scene("end", "Heading", "You stand.")
SOUND = Scenario("s", "Title", "Topic", "Summary", (FIRST, SECOND, END))


def with_scenes(*scenes: Scene) -> Scenario:
    return replace(SOUND, scenes=scenes)


def with_first(**changes: object) -> Scenario:
    return with_scenes(replace(FIRST, **changes), SECOND, END)


def with_first_choice(**changes: object) -> Scenario:
    return with_first(choices=(replace(FIRST.choices[0], **changes), *FIRST.choices[1:]))


def lint(scenario: Scenario, policies: list[Policy] = TRUSTS, acts: Mapping[str, Act] = ACTS) -> list[Problem]:
    return problems_of(scenario, policies, acts)


def words_of(scenario: Scenario, policies: list[Policy] = TRUSTS) -> list[str]:
    return [problem.says for problem in lint(scenario, policies)]


def test_the_shipped_library_has_no_problems() -> None:
    assert check_library() == []


def test_a_sound_scenario_has_no_problems() -> None:
    assert lint(SOUND) == []


def test_a_scenario_that_cannot_be_played_is_told_so_and_its_words_are_still_read() -> None:
    broken = with_scenes(replace(FIRST, heading="TO WRITE"), scene("second", "first", "post", "sell", "keep"), END)
    found = [problem.says for problem in lint(broken)]
    assert "the story can go round in a loop" in found
    assert "no choice leads to scene end" in found
    assert "scene first: its heading is still to write" in found


def test_acts_that_are_missing_or_unknown_are_found() -> None:
    assert words_of(with_first_choice(acts=())) == ["scene first, choice keep commits no act"]
    assert words_of(with_first_choice(acts=("photo.eat",))) == [
        "scene first, choice keep: photo.eat is not an act in the vocabulary"
    ]


def test_a_scene_without_a_best_choice_is_found_and_so_is_the_scenario_without_a_passing_route() -> None:
    assert words_of(SOUND, [*TRUSTS, OAK, WORST]) == [
        "scene first has no best choice under the policy of Yew",
        "scene second has no best choice under the policy of Yew",
        "no route reaches 80% of the marks under the policy of Yew; the best reaches 0%",
    ]


def test_a_way_round_a_scene_without_a_best_choice_can_still_pass() -> None:
    around = replace(FIRST, choices=(choice("keep", "end"), *FIRST.choices[1:]))
    trap = scene("second", "end", "post", "sell", "post2")
    trap = replace(trap, choices=(*trap.choices[:2], replace(trap.choices[2], acts=("photo.sell",))))
    assert words_of(with_scenes(around, trap, END)) == ["scene second has no best choice under the policy of Oak, Elm"]


def test_a_scene_in_which_every_choice_is_best_is_found() -> None:
    same = replace(FIRST, choices=tuple(replace(choice("keep", "second"), key=key) for key in "abc"))
    assert words_of(with_scenes(same, SECOND, END))[0].startswith(
        "in scene first every choice is best under every policy"
    )


def test_a_scenario_that_no_policy_tells_apart_is_found() -> None:
    assert lint(SOUND, [OAK, replace(OAK, trust="Fir")]) == [
        Problem(("scenes",), "no policy can be told from another here: all rate every choice the same")
    ]


def test_a_scenario_whose_longest_choice_is_always_the_best_is_found() -> None:
    telling = with_scenes(
        scene("first", "second", "keep", "post", "sell", longest="keep"),
        scene("second", "end", "post", "sell", "keep", longest="keep"),
        END,
    )
    assert words_of(telling) == ["the longest choice is a best one in every scene under every policy"]


def test_a_scenario_whose_best_choice_always_stands_in_one_place_is_found() -> None:
    second = scene("second", "end", "keep", "sell", "post")
    assert words_of(with_scenes(FIRST, second, END)) == [
        "choice 1 is a best one in every scene under every policy: change the order"
    ]


def test_one_decision_alone_is_no_pattern() -> None:
    alone = scene("first", "end", "keep", "post", "sell", longest="keep")
    assert lint(with_scenes(alone, END)) == []


def test_a_pattern_under_few_policies_is_none() -> None:
    second = scene("second", "end", "sell", "post", "keep", longest="post")
    first = scene("first", "second", "keep", "post", "sell", longest="post")
    assert lint(with_scenes(first, second, END)) == []


@pytest.mark.parametrize(
    ("scenario", "place", "says"),
    [
        (with_first(says="Go. " * 91), ("scenes", 0, "says"), "scene first has 91 words; at most 90 fit a phone"),
        (
            with_first(says="Go. " * 80, message=Message("Al", "Hi. " * 11)),
            ("scenes", 0, "says"),
            "scene first has 91 words; at most 90 fit a phone",
        ),
        (
            with_first_choice(consequence="Go. " * 61),
            ("scenes", 0, "choices", 0, "consequence"),
            "scene first, choice keep: its consequence has 61 words; at most 60 fit a phone",
        ),
        (
            with_first_choice(because="Go. " * 46),
            ("scenes", 0, "choices", 0, "because"),
            "scene first, choice keep: its because has 46 words; at most 45 fit a phone",
        ),
        (replace(SOUND, title="TO WRITE (a title)"), ("title",), "the title is still to write"),
        (
            with_first(question="TO WRITE"),
            ("scenes", 0, "question"),
            "scene first: its question is still to write",
        ),
    ],
)
def test_words_that_are_too_many_or_still_to_write_are_found(
    scenario: Scenario, place: tuple[str | int, ...], says: str
) -> None:
    assert lint(scenario) == [Problem(place, says)]


def test_a_choice_of_more_than_thirty_words_is_found() -> None:
    sell = replace(FIRST.choices[2], says="Go. " * 31)
    found = words_of(with_first(choices=(*FIRST.choices[:2], sell)))
    assert found == ["scene first, choice sell has 31 words; at most 30 fit a phone"]


HARD = (
    "Notwithstanding organisational responsibilities, educational professionals contravening aforementioned regulatory "
    "expectations may necessitate proportionate disciplinary investigation, irrespective of individual circumstances."
)


def test_a_picture_without_alternative_text_is_found() -> None:
    silent = with_first(picture=Picture("pool.jpg", " "))
    assert Problem(("scenes", 0, "picture"), "scene first: its picture has no alternative text") in lint(silent)
    assert lint(with_first(picture=Picture("pool.jpg", "You by a pool."))) == []


def test_a_picture_that_is_not_there_is_found(tmp_path: Path) -> None:
    file = tmp_path / "privacy-settings.yaml"
    shipped = (DATA / "privacy-settings.yaml").read_text()
    file.write_text(shipped.replace("  question:", "  picture: {file: gone.jpg, alternative: A pool.}\n  question:", 1))
    [problem] = check_file(file)
    assert problem.endswith("there is no picture gone.jpg in static/scenarios")


def test_a_scene_that_is_hard_to_read_is_found() -> None:
    (problem,) = lint(with_first(says=HARD))
    assert problem.place == ("scenes", 0)
    assert "scene first has a reading age of" in problem.says


def rated(scenario: Scenario, count: int) -> list[Rated]:
    return [rate(scenario, TRUSTS, ACTS)] * count


def test_a_library_without_a_favourite_place_or_length_has_no_problems() -> None:
    assert problems_across(rated(SOUND, 3)) == []


def test_a_favourite_place_of_the_library_is_found() -> None:
    always_first = with_scenes(FIRST, scene("second", "end", "keep", "sell", "post"), END)
    assert "choice 1 is a best one in 75% of decisions under the policy of Oak" in problems_across(
        rated(always_first, 1) + rated(SOUND, 1)
    )


def test_a_favourite_length_of_the_library_is_found() -> None:
    first = scene("first", "second", "keep", "post", "sell", longest="keep")
    second = scene("second", "end", "post", "sell", "keep", longest="keep")
    found = problems_across(rated(with_scenes(first, second, END), 1))
    assert found == [
        f"the longest choice is a best one in 100% of decisions under the policy of {trust}"
        for trust in ("Oak", "Elm", "Ash")
    ]


def test_every_trust_of_the_library_has_a_name_of_its_own() -> None:
    assert len({each.trust for each in policies().values()}) == len(policies())
