"""What the linter says about guessing: asking everywhere, nothing needless, and marks to be had without any policy."""

from dataclasses import replace

from policies.domain.act import Act, Nature
from policies.domain.policy import Clause, Doubt, Force, Policy, Position, Stance
from scenarios.domain.blind import longest
from scenarios.domain.guess_rules import problems_of, share_of_marks
from scenarios.domain.rated import rate
from scenarios.domain.scenario import Choice, Scenario, Scene

ACTS = {
    act.key: act
    for act in (
        Act("photo.keep", Nature.PROTECTIVE, "Keep it."),
        Act("photo.post", Nature.RISKY, "Post it."),
        Act("photo.burn", Nature.NEEDLESS, "Burn it."),
        Act("ask.first", Nature.PROTECTIVE, "Ask.", asks=True),
    )
}


def policy(trust: str, **stances: Stance) -> Policy:
    positions = {f"photo.{key}": Position(stance, ("1",)) for key, stance in stances.items()}
    clause = Clause("1", "What it says.", Force.MUST)
    return Policy(trust.lower(), trust, "Policy", "1", Doubt("Ask.", ("1",), "the Head"), (clause,), positions)


STRICT = policy("Oak", keep=Stance.REQUIRED, post=Stance.PROHIBITED)
LENIENT = policy("Elm", keep=Stance.PROHIBITED, post=Stance.REQUIRED)


def scene(key: str, leads_to: str, *acts: str, urgent: str | None = None) -> Scene:
    choices = tuple(Choice(act, "Do it now.", (act,), "It happens.", "It matters.", leads_to) for act in acts)
    return Scene(key, "Heading", "You sit.", question="What now?", choices=choices, urgent=urgent)


def story(*scenes: tuple[str, ...]) -> Scenario:
    """Build a story that offers these acts in each scene, one scene after the other."""
    keys = [f"s{number}" for number in range(len(scenes))]
    told = [scene(key, after, *acts) for key, after, acts in zip(keys, [*keys[1:], "end"], scenes, strict=True)]
    return Scenario("s", "Title", "Topic", "Summary", (*told, Scene("end", "Heading", "You stand.")))


def words(scenario: Scenario, *policies: Policy) -> list[str]:
    return [problem.says for problem in problems_of(rate(scenario, policies or [STRICT, LENIENT], ACTS), ACTS)]


PLAIN = ("photo.keep", "photo.post", "photo.burn")
ASKING = (*PLAIN, "ask.first")


def test_a_story_that_only_those_can_do_well_in_who_know_the_policy_has_no_problems() -> None:
    assert words(story(PLAIN, PLAIN, PLAIN)) == []


def test_asking_may_be_offered_in_two_scenes_of_five() -> None:
    assert words(story(ASKING, PLAIN, PLAIN, ASKING, PLAIN)) == []
    assert words(story(ASKING, PLAIN, ASKING, ASKING, PLAIN)) == [
        "3 of 5 scenes offer to ask someone: at most two in five may"
    ]


def test_a_single_scene_may_ask_however_short_the_story_is() -> None:
    assert words(story(ASKING, PLAIN)) == []


def test_something_needless_tempts_in_at_least_a_third_of_the_scenes() -> None:
    bare = ("photo.keep", "photo.post", "photo.post")
    assert words(story(PLAIN, bare, bare)) == []
    assert words(story(PLAIN, bare, bare, bare)) == [
        "1 of 4 scenes tempt with something needless: at least a third have to"
    ]


def test_a_story_in_which_common_sense_does_well_under_the_policies_is_found() -> None:
    found = words(story(PLAIN, PLAIN), STRICT)
    assert "“common sense” gets 100% of the marks without any policy: at most 90% may be had so" in found


def test_where_a_child_is_in_danger_what_is_right_may_be_plain() -> None:
    one, other, end = story(PLAIN, PLAIN).scenes
    urgent = replace(story(PLAIN, PLAIN), scenes=(replace(one, urgent="A child may be in danger."), other, end))
    assert words(urgent, STRICT) == []


def test_the_share_of_a_way_that_cannot_decide_is_that_of_all_its_choices() -> None:
    assert round(share_of_marks(rate(story(PLAIN), [STRICT], ACTS), "Oak", longest, ACTS), 2) == 0.43
