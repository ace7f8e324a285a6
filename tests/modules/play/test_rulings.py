"""Rulings as pages show them: every reason, and each clause once, however many ways lead to it."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask

from modules.content.shipped import contents
from policies.domain.policy import Doubt, Policy, Position, Stance
from policies.shipped import policies
from scenarios.domain.rating import Ruling, rate_scene
from scenarios.domain.scenario import Scene
from tests.support.factories import ACTS, CONTENT, POLICY, choice
from tests.support.school import School

SOURCE = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
ACT = {act.key: act for act in ACTS}
# What clause 9 says about doubt, it also says about asking.
ASKS = replace(POLICY, stances={**POLICY.stances, "photo.joke": Position(Stance.PROHIBITED, ("9", "2"))})


def shown(app: Flask, ruling: Ruling, policy: Policy) -> str:
    with app.test_request_context():
        return str(app.jinja_env.get_template("play/ruling.html").module.reasons(ruling, policy, None))


def printed_twice(html: str) -> list[str]:
    return [source for source, count in Counter(SOURCE.findall(html)).items() if count > 1]


def ruling_on(policy: Policy, *acts: str) -> Ruling:
    """Rule on a choice of these acts in a scene of doubt."""
    asked = Scene("s", "Heading", "Text", choices=(choice("it", "end", *acts), choice("other", "end", "photo.silent")))
    vocabulary = {**ACT, "photo.silent": replace(ACT["photo.post"], key="photo.silent")}
    return rate_scene(asked, policy, vocabulary)["it"]


def test_a_clause_that_two_acts_rest_on_is_printed_at_the_first_and_named_at_the_second(app: Flask) -> None:
    policy = replace(POLICY, stances={**POLICY.stances, "photo.joke": Position(Stance.PROHIBITED, ("1", "2"))})
    page = shown(app, ruling_on(policy, "photo.post", "photo.joke"), policy)
    assert page.count("Never post photos of pupils.") == page.count("Decline to post photos.") == 1
    assert "Your policy forbids this (2, shown above)." in page


def test_the_clause_for_cases_of_doubt_is_printed_once_where_an_act_rests_on_it_too(app: Flask) -> None:
    page = shown(app, ruling_on(ASKS, "ask.first"), ASKS)
    assert page.count("Ask when unsure.") == 1
    assert "What your policy says about being unsure: see 9, shown above." in page


def test_a_doubt_of_which_one_clause_was_shown_still_prints_the_other(app: Flask) -> None:
    policy = replace(ASKS, doubt=Doubt("Ask.", ("9", "1"), "the Headteacher"))
    page = shown(app, ruling_on(policy, "ask.first"), policy)
    assert page.count("Ask when unsure.") == page.count("Decline to post photos.") == 1
    assert "about being unsure (9, shown above):" in page


@pytest.mark.parametrize("trust", sorted(policies()))
def test_no_ruling_of_the_library_prints_a_clause_twice_or_leaves_one_out(app: Flask, trust: str) -> None:
    seen = 0
    told = {scenario.key: (content, scenario) for content in OF[trust] for scenario in content.scenarios}
    for content, scenario in told.values():
        for scene in scenario.scenes:
            for key, ruling in content.rulings_on(scenario, scene).items():
                page = shown(app, ruling, content.policy)
                place = f"{scenario.key}/{scene.key}/{key}"
                assert printed_twice(page) == [], place
                assert len(SOURCE.findall(page)) == len(refs_behind(ruling, content.policy)), place
                seen += 1
    assert seen > 500


OF = {trust: [content for content in contents() if content.policy.key == trust] for trust in policies()}


def refs_behind(ruling: Ruling, policy: Policy) -> set[str]:
    doubt = policy.doubt.clauses if ruling.turns_to_doubt else ()
    return {ref for finding in ruling.findings for ref in finding.position.clauses} | set(doubt)


def test_the_pages_of_an_attempt_print_a_clause_once(school: School) -> None:
    agora = replace(CONTENT, policy=replace(ASKS, stances={**ASKS.stances, "photo.decline": Position(Stance.SILENT)}))
    school.publish(agora)
    ada = school.visit("Ada Byron")
    attempt = ada.start()
    for scenario, scene in (("fork", "first"), ("fork", "second"), ("short", "only")):
        ada.answer(attempt, scenario, scene, "ask")
    consequence = ada.get(f"/attempts/{attempt}/answers/1").text
    assert consequence.count("Ask when unsure.") == 1
    for block in ada.get(f"/attempts/{attempt}/result").text.split("<details")[1:]:
        assert printed_twice(block) == []
    for block in ada.get("/stories/fork").text.split('class="ftp-option"')[1:]:
        assert printed_twice(block) == []
