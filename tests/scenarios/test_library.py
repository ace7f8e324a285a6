"""What every scenario in the library owes the people who play it, under every policy."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from core.data_files import BrokenFile
from modules.content.shipped import contents, modules
from modules.domain.content import Content, Mode
from modules.domain.draw import DRAWS
from modules.domain.pace import joined, stretch_of_checks
from policies.domain.policy import Policy
from policies.shipped import acts, floor, policies
from scenarios.domain.graph import decisions_ahead
from scenarios.domain.rating import Rating, rate_scene
from scenarios.domain.scenario import Choice, Scenario, Scene
from scenarios.shipped import scenario_from, scenarios

TRUSTS = sorted(policies())
TELLING_OFF = (" must ", "forbidden", "prohibited", "not allowed", "breach")
WORDS = {"scene": 90, "choice": 30, "consequence": 60, "because": 45}


def decisions() -> Iterator[tuple[Scenario, Scene]]:
    for scenario in scenarios().values():
        yield from ((scenario, scene) for scene in scenario.scenes if scene.choices)


def best_of(scene: Scene, policy: Policy) -> list[Choice]:
    rulings = rate_scene(scene, policy, acts(), floor())
    return [choice for choice in scene.choices if rulings[choice.key].rating is Rating.BEST]


def texts_of(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """Give each text with its place and what kind of text it is."""
    for scene in scenario.scenes:
        place = f"{scenario.key}/{scene.key}"
        yield place, "scene", " ".join([scene.says, scene.message.says if scene.message else ""])
        for choice in scene.choices:
            yield f"{place}/{choice.key}", "choice", choice.says
            yield f"{place}/{choice.key}", "consequence", choice.consequence
            yield f"{place}/{choice.key}", "because", choice.because


@pytest.mark.parametrize("trust", TRUSTS)
def test_every_decision_has_a_best_choice(trust):
    without = [f"{s.key}/{scene.key}" for s, scene in decisions() if not best_of(scene, policies()[trust])]
    assert without == []


@pytest.mark.parametrize("trust", TRUSTS)
def test_every_decision_has_a_choice_that_is_not_best(trust):
    for scenario, scene in decisions():
        assert len(best_of(scene, policies()[trust])) < len(scene.choices), f"{scenario.key}/{scene.key}"


@pytest.mark.parametrize("trust", TRUSTS)
def test_the_best_choice_has_no_favourite_place(trust):
    places: Counter[int] = Counter()
    for _, scene in decisions():
        places.update(scene.choices.index(choice) for choice in best_of(scene, policies()[trust]))
    assert set(places) >= {0, 1, 2, 3}
    assert max(places.values()) <= len(list(decisions())) * 3 / 4


@pytest.mark.parametrize("trust", TRUSTS)
def test_the_longest_choice_is_often_not_the_best(trust):
    longest_is_best = [
        max(scene.choices, key=lambda choice: len(choice.says)) in best_of(scene, policies()[trust])
        for _, scene in decisions()
    ]
    assert sum(longest_is_best) <= len(longest_is_best) * 2 / 3


def test_decisions_offer_three_to_five_choices():
    assert {len(scene.choices) for _, scene in decisions()} <= {3, 4, 5}


def test_texts_fit_a_phone():
    too_long = [
        f"{place}: {kind} of {len(text.split())} words"
        for scenario in scenarios().values()
        for place, kind, text in texts_of(scenario)
        if len(text.split()) > WORDS[kind]
    ]
    assert too_long == []


def test_no_text_names_a_trust_or_quotes_a_clause():
    names = ("invictus", "agora", "societas", "chancery", "clause", "app 1", "app 2")
    for scenario in scenarios().values():
        for place, _, text in texts_of(scenario):
            assert not [name for name in names if name in text.lower()], place


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from strings_in(part)


@pytest.mark.parametrize("library", [scenarios, modules, policies, acts], ids=lambda library: library.__name__)
def test_every_quotation_mark_and_apostrophe_is_a_typographic_one(library):
    strings = [text for value in library().values() for text in strings_in(asdict(value))]
    assert any("’" in text for text in strings)
    assert [text for text in strings if "'" in text or '"' in text] == []


def test_every_quotation_is_opened_and_closed():
    for scenario in scenarios().values():
        for text in strings_in(asdict(scenario)):
            assert [mark for mark in text if mark in "“”"] == ["“", "”"] * text.count("“"), text


def test_no_reason_sounds_like_a_rule():
    for scenario in scenarios().values():
        for place, kind, text in texts_of(scenario):
            if kind == "because":
                assert not [words for words in TELLING_OFF if words in text.lower()], place


def test_consequences_follow_a_choice_into_different_scenes():
    for scenario in scenarios().values():
        assert any(len({choice.leads_to for choice in scene.choices}) > 1 for scene in scenario.scenes), scenario.key


def longest_route(content):
    return sum(decisions_ahead(scenario)[scenario.start.key] for scenario in content.scenarios)


def essentials() -> list[Content]:
    return [content for content in contents() if content.module.key == "essentials"]


def sittings(content: Content, draw: int) -> tuple[int, int]:
    """Return the minutes up to the place to stop, and those after it, with the rule checks of a draw."""
    [key] = content.module.stop_after
    stop = content.scenario(key)
    first = content.scenarios[: content.scenarios.index(stop) + 1]
    stories = joined(content.ahead_in_story(one, one.start) for one in first)
    checks = joined(stretch_of_checks(content.checks_after(one, draw)) for one in first)
    return joined([stories, checks]).minutes, content.ahead_after(stop, draw).minutes


def test_the_essentials_take_eleven_decisions_on_their_longest_route():
    # A twelfth would take them beyond the two sittings.
    assert {longest_route(content) for content in essentials()} == {11}


def test_the_essentials_fit_two_sittings_of_ten_minutes():
    found = {(content.policy.key, content.usual.minutes) for content in essentials()}
    assert len(found) == len(TRUSTS) and not [each for each in found if each[1] > 20]


def test_neither_sitting_of_the_essentials_takes_much_longer_than_the_other():
    each = {(content.policy.key, draw): sittings(content, draw) for content in essentials() for draw in range(DRAWS)}
    assert not {place: minutes for place, minutes in each.items() if max(minutes) > 11}


def test_no_module_claims_fewer_minutes_than_it_takes():
    assert not [content.module.key for content in contents() if content.claims_too_little]


def test_decisions_in_which_someone_can_breach_seriously_are_the_critical_ones_of_each_module():
    serious = {
        f"{scenario.key}/{scene.key}"
        for scenario, scene in decisions()
        for policy in policies().values()
        if Rating.SERIOUS_BREACH in {r.rating for r in rate_scene(scene, policy, acts(), floor()).values()}
    }
    for content in contents():
        own = {place for place in serious if place.partition("/")[0] in content.module.scenarios}
        assert set(content.module.critical) == own, content.module.key


PLANNED = {
    "Social media essentials for all staff",
    "Boundaries: pupils, ex-pupils, families",
    "Photos, tags and privacy",
    "Reputation and confidentiality",
    "Business use of social media",
    "Leading and approving",
    "Governors and volunteers",
    "Annual refresher: first year",
    "Annual refresher: second year",
}


def test_every_planned_module_is_there_with_a_pass_mark_its_reason_and_how_long_it_is_good_for():
    assert {module.title for module in modules().values()} >= PLANNED
    for module in modules().values():
        is_good_for_a_time = bool(module.valid_months) or module.mode is Mode.PRACTICE
        assert module.pass_mark_reason and is_good_for_a_time, module.key


def test_every_scenario_is_played_in_some_module():
    assert {key for module in modules().values() for key in module.scenarios} == set(scenarios())


def test_two_refreshers_tell_different_stories_about_the_same_kinds_of_acts():
    first, second = (set(modules()[key].scenarios) for key in ("refresher-one", "refresher-two"))
    assert not first & second


def test_the_library_is_as_large_as_its_subject():
    assert len(scenarios()) >= 36
    assert len({scenario.topic for scenario in scenarios().values()}) >= 12


def test_a_broken_scenario_is_reported_with_its_file_and_reason(tmp_path):
    file = tmp_path / "short.yaml"
    file.write_text(
        "key: short\ntitle: T\ntopic: T\nsummary: S\nscenes:\n- key: a\n  heading: H\n  says: T\n  mood: sad\n"
    )
    with pytest.raises(BrokenFile, match=r"short\.yaml:9: scenes\.0\.mood: there is no field of this name here"):
        scenario_from(file)
