"""Drawing rule checks: what is asked under which policy, and that all draws are out of the same marks."""

from collections import Counter
from dataclasses import replace

import pytest

from modules.content.shipped import contents, shipped_library
from modules.domain.content import Content
from modules.domain.draw import DRAWS, MOST_IN_A_BIN, Syllabus, common_sense_on, draws_from
from policies.domain.act import Act, Nature
from policies.domain.fact import Fact, FactAnswer, PolicyFact
from policies.domain.floor import Floor
from policies.domain.policy import Position, Stance
from scenarios.domain.contrast_set import FEWEST_ACTS, MOST_ACTS, ContrastSet
from scenarios.domain.rule_check import Bin, bin_of
from scenarios.domain.scenario import Scenario
from tests.support.factories import FORK, POLICY, SHORT

LIBRARY = contents()
NAMED = [pytest.param(content, id=f"{content.policy.key}-{content.module.key}") for content in LIBRARY]
ACTS = {
    act.key: act
    for act in (
        Act("photo.decline", Nature.PROTECTIVE, "Decline to post the photo."),
        Act("photo.post", Nature.RISKY, "Post the photo."),
        Act("photo.joke", Nature.RISKY, "Joke about the photo."),
        Act("photo.crop", Nature.PROTECTIVE, "Crop the photo."),
        Act("ask.first", Nature.PROTECTIVE, "Ask before acting.", asks=True),
    )
}
SET = ContrastSet(
    "photos", "It matters.", "What about these?", ("photo.decline", "photo.post", "photo.joke", "photo.crop")
)
WHOM = Fact("doubt.ask", "Who do you ask?", (FactAnswer("head", "The Headteacher"), FactAnswer("no-one", "No one")))
ASKED_FOR = ContrastSet("whom", "It matters.", fact=WHOM.key, about=("ask.first",))
SYLLABUS = Syllabus(
    replace(POLICY, facts={WHOM.key: PolicyFact("head", ("9",))}),
    (),
    (FORK, SHORT),
    ACTS,
    (SET, ASKED_FOR),
    {WHOM.key: WHOM},
)


def asked(syllabus: Syllabus) -> set[str]:
    """Return every act and fact that some draw asks about."""
    return {key for draw in draws_from(syllabus) for check in draw for key in (*check.acts, check.fact) if key}


def test_an_act_that_only_the_floor_speaks_of_and_forbids_everywhere_is_not_asked_about() -> None:
    floor = Floor("2026", (), (), {"photo.joke": Position(Stance.PROHIBITED_CRITICAL, ("N1",))})
    assert "photo.joke" in asked(SYLLABUS)
    assert "photo.joke" not in asked(replace(SYLLABUS, floor=floor))


def test_a_fact_that_the_policy_does_not_name_is_not_asked_for() -> None:
    assert WHOM.key in asked(SYLLABUS)
    assert WHOM.key not in asked(replace(SYLLABUS, policy=POLICY))


def test_a_set_that_has_nothing_to_do_with_the_stories_is_not_asked() -> None:
    others = {f"logo.{key}": Act(f"logo.{key}", Nature.RISKY, key) for key in ("use", "print", "wear")}
    foreign = ContrastSet("logos", "It matters.", "What about these?", tuple(others))
    assert not asked(replace(SYLLABUS, sets=(foreign,), acts={**ACTS, **others}))


def test_a_set_of_too_few_acts_that_can_be_asked_is_left_out() -> None:
    assert not asked(replace(SYLLABUS, sets=(replace(SET, acts=("photo.decline", "photo.unknown", "photo.post")),)))


def test_a_rule_check_follows_the_story_that_it_belongs_to() -> None:
    joking, asking = _committing(SHORT, "photo.joke"), _committing(FORK, "ask.first")
    draw, *_ = draws_from(replace(SYLLABUS, scenarios=(asking, joking)))
    assert {check.key: check.after for check in draw} == {"photos": "short", "whom": "fork"}


def _committing(scenario: Scenario, act: str) -> Scenario:
    """Let every choice of a scenario commit one act."""
    scenes = (
        replace(scene, choices=tuple(replace(choice, acts=(act,)) for choice in scene.choices))
        for scene in scenario.scenes
    )
    return replace(scenario, scenes=tuple(scenes))


def test_common_sense_goes_by_the_nature_of_an_act_alone() -> None:
    assert {nature: common_sense_on(Act("a.b", nature, "Do it.")) for nature in Nature} == {
        Nature.PROTECTIVE: Bin.ALLOWS,
        Nature.RISKY: Bin.FORBIDS,
        Nature.NEEDLESS: Bin.SILENT,
    }


# The whole library:


@pytest.mark.parametrize("content", NAMED)
def test_all_draws_of_a_module_are_out_of_the_same_marks_and_differ(content: Content) -> None:
    assert len(content.draws) == DRAWS
    assert len({sum(check.out_of for check in draw) for draw in content.draws}) == 1
    assert content.module.is_practice or len(set(content.draws)) == DRAWS


@pytest.mark.parametrize("content", NAMED)
def test_pages_are_short_and_no_act_comes_up_twice_in_a_draw(content: Content) -> None:
    for draw in content.draws:
        assert all(check.fact or FEWEST_ACTS <= len(check.acts) <= MOST_ACTS for check in draw)
        assert max(Counter(act for check in draw for act in check.acts).values()) == 1, draw
        assert max(Counter(check.key for check in draw).values()) == 1


@pytest.mark.parametrize("content", NAMED)
def test_no_page_has_all_its_acts_in_one_bin(content: Content) -> None:
    for draw in content.draws:
        for check in draw:
            bins = {bin_of(content.policy.position_on(act)) for act in check.acts}
            assert check.fact or len(bins) > 1, check.key


@pytest.mark.parametrize("content", NAMED)
def test_no_bin_is_right_so_often_that_it_could_be_chosen_throughout(content: Content) -> None:
    for draw in content.draws:
        bins = Counter(bin_of(content.policy.position_on(act)) for check in draw for act in check.acts)
        assert content.module.is_practice or max(bins.values()) <= (MOST_IN_A_BIN + 0.1) * bins.total()


@pytest.mark.parametrize("content", NAMED)
def test_rule_checks_are_worth_about_half_of_a_module(content: Content) -> None:
    checked = sum(check.out_of for check in content.checks_of(0))
    assert 0.45 <= checked / content.out_of <= 0.55


def test_the_same_library_gives_the_same_draws() -> None:
    again = shipped_library()
    assert all(again.content_of(each.module, each.policy.key).draws == each.draws for each in LIBRARY[:5])


def test_a_module_says_that_too_few_rule_checks_could_be_drawn_under_a_policy() -> None:
    assert not [content.module.key for content in LIBRARY if content.lacks_checks]
    library = shipped_library()
    quiet = {key: replace(policy, stances={}, facts={}) for key, policy in library.policies.items()}
    module = library.modules["essentials"]
    assert replace(library, policies=quiet).content_of(module, "agora").lacks_checks
