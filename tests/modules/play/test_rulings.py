"""Rulings as pages show them: every reason, and each clause once, however many ways lead to it."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from markupsafe import escape

from modules.content.shipped import contents
from policies.domain.act import Act, Nature
from policies.domain.floor import Floor, FloorClause, FloorSettings, Source, Status
from policies.domain.policy import Clause, Doubt, Force, Policy, Position, Stance
from policies.shipped import policies
from scenarios.domain.rating import Ruling, rate_scene
from scenarios.domain.reasons import Relation
from scenarios.domain.scenario import Scene
from tests.support.factories import ACTS, CONTENT, POLICY, choice
from tests.support.school import School

CITED = re.compile(r"<figure class=\"ftp-clause\">(.*?)</figure>", re.DOTALL)
ACT = {act.key: act for act in ACTS} | {"photo.burn": Act("photo.burn", Nature.NEEDLESS, "Burn the photo.")}
# What clause 9 says about doubt, it also says about asking.
ASKS = replace(POLICY, stances={**POLICY.stances, "photo.joke": Position(Stance.PROHIBITED, ("9", "2"))})


def shown(app: Flask, ruling: Ruling, policy: Policy, floor: Floor | None = None) -> str:
    """Return what a page says about a ruling, in words that follow each other with single spaces."""
    content = replace(CONTENT, policy=policy, floor=floor)
    with app.test_request_context():
        return " ".join(
            str(app.jinja_env.get_template("play/ruling.html").module.reasons(ruling, content, None)).split()
        )


def printed_twice(html: str) -> list[str]:
    return [cited for cited, count in Counter(CITED.findall(html)).items() if count > 1]


def ruling_on(policy: Policy, *acts: str) -> Ruling:
    """Rule on a choice of these acts in a scene of doubt."""
    return ruling_beside(policy, None, "photo.silent", *acts)


def ruling_beside(policy: Policy, floor: Floor | None, other: str, *acts: str, urgent: str | None = None) -> Ruling:
    """Rule on a choice of these acts, beside a choice of one other act, where a floor speaks too."""
    choices = choice("it", "end", *acts), choice("other", "end", other)
    vocabulary = {**ACT, "photo.silent": replace(ACT["photo.post"], key="photo.silent")}
    return rate_scene(Scene("s", "Heading", "Text", choices=choices, urgent=urgent), policy, vocabulary, floor)["it"]


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


READ = Source("kcsie", "KCSIE 2025", "Keeping safe", "2025", "https://texts.example", date(2026, 11, 27))
RULE = FloorClause("N1", "Keep photos safe.", Status.STATUTORY_GUIDANCE, "kcsie", "paragraph 15")


def floor_with(act: str, stance: Stance, settings: FloorSettings | None = None, says: str = RULE.says) -> Floor:
    """Return a floor of one clause, which takes this stance on an act."""
    clause = replace(RULE, says=says)
    return Floor("2026", (READ,), (clause,), {act: Position(stance, ("N1",))}, settings or FloorSettings())


def test_guidance_is_shown_apart_where_the_policy_does_not_mention_an_act(app: Flask) -> None:
    floor = floor_with("photo.joke", Stance.ADVISED_AGAINST)
    page = shown(app, ruling_beside(POLICY, floor, "photo.decline", "photo.joke"), POLICY, floor)
    assert (
        'Your policy does not mention this. </p> <p class="govuk-body">National guidance advises against this:' in page
    )
    assert "Statutory guidance says you should keep photos safe." in page and "KCSIE 2025, paragraph 15" in page
    assert "to be confirmed by your safeguarding lead" in page
    assert "does not mean it is allowed" not in page


def test_only_the_law_is_called_the_law(app: Flask) -> None:
    floor = floor_with("photo.joke", Stance.PROHIBITED)
    ruling = ruling_beside(POLICY, floor, "photo.decline", "photo.joke")
    assert "The law" not in shown(app, ruling, POLICY, floor)
    law = replace(floor, clauses=(replace(RULE, status=Status.LAW),))
    assert "The law says not to do this:" in shown(app, ruling, POLICY, law)


def test_a_policy_that_allows_more_counts_and_the_guidance_is_shown_with_it(app: Flask) -> None:
    floor = floor_with("photo.decline", Stance.ADVISED_AGAINST)
    page = shown(app, ruling_beside(POLICY, floor, "photo.post", "photo.decline"), POLICY, floor)
    assert "Your policy asks you to do this." in page and "Decline to post photos." in page
    assert (
        "National guidance is stricter and advises against this:" in page and "You are marked by your policy." in page
    )


def test_guidance_that_agrees_with_the_policy_is_only_named(app: Flask) -> None:
    floor = floor_with("photo.post", Stance.ADVISED_AGAINST)
    page = shown(app, ruling_beside(POLICY, floor, "photo.decline", "photo.post"), POLICY, floor)
    assert "National guidance advises against this: KCSIE 2025, paragraph 15." in page
    assert "keep photos safe" not in page


def test_a_rule_that_was_only_named_is_quoted_where_it_speaks_alone(app: Flask) -> None:
    stances = {act: Position(Stance.ADVISED_AGAINST, ("N1",)) for act in ("photo.post", "photo.joke")}
    floor = replace(floor_with("photo.post", Stance.ADVISED_AGAINST), stances=stances)
    page = shown(app, ruling_beside(POLICY, floor, "photo.decline", "photo.post", "photo.joke"), POLICY, floor)
    assert page.count("keep photos safe") == 1 and "shown above" not in page


def test_a_stricter_policy_is_followed(app: Flask) -> None:
    floor = floor_with("photo.post", Stance.PERMITTED)
    page = shown(app, ruling_beside(POLICY, floor, "photo.decline", "photo.post"), POLICY, floor)
    assert "National guidance allows this:" in page and "Your policy is stricter: follow your policy." in page


def test_what_is_forbidden_everywhere_says_so_and_names_the_safeguarding_lead(app: Flask) -> None:
    floor = floor_with("photo.joke", Stance.PROHIBITED_CRITICAL, says="Keep every child safe.")
    page = shown(app, ruling_beside(POLICY, floor, "photo.decline", "photo.joke"), POLICY, floor)
    assert "<strong>Forbidden everywhere</strong>, whatever a policy says:" in page
    assert "talk to your designated safeguarding lead or a deputy." in page


def test_a_serious_breach_that_is_not_about_a_child_leads_to_who_the_policy_names(app: Flask) -> None:
    policy = replace(POLICY, stances={"photo.joke": Position(Stance.PROHIBITED_CRITICAL, ("1",))})
    assert "talk to the Headteacher." in shown(app, ruling_beside(policy, None, "photo.decline", "photo.joke"), policy)


def test_a_serious_breach_of_what_a_policy_says_on_safeguarding_leads_to_the_safeguarding_lead(app: Flask) -> None:
    clause = Clause("7", "Think first.", Force.MUST, heading=("Safeguarding",))
    stances = {"photo.joke": Position(Stance.PROHIBITED_CRITICAL, ("7",))}
    policy = replace(POLICY, clauses=(*POLICY.clauses, clause), stances=stances)
    page = shown(app, ruling_beside(policy, None, "photo.decline", "photo.joke"), policy)
    assert "talk to your designated safeguarding lead or a deputy." in page


def test_a_rule_that_the_trust_only_shows_comes_with_the_reason_and_changes_nothing(app: Flask) -> None:
    floor = floor_with("photo.joke", Stance.ADVISED_AGAINST, FloorSettings(shown_only={"N1": "We are a museum."}))
    page = shown(app, ruling_beside(POLICY, floor, "photo.decline", "photo.joke"), POLICY, floor)
    assert "does not mark you by it. Its reason: <bdi>We are a museum.</bdi>" in page
    assert "That does not mean it is allowed: ask the Headteacher first." in page


def test_who_has_confirmed_the_guidance_is_named(app: Flask) -> None:
    confirmed = FloorSettings("Ms Wren", "designated safeguarding lead", date(2026, 11, 1), "2026")
    floor = floor_with("photo.joke", Stance.ADVISED_AGAINST, confirmed)
    page = shown(app, ruling_beside(POLICY, floor, "photo.decline", "photo.joke"), POLICY, floor)
    assert "confirmed by <bdi>Ms Wren</bdi>, <bdi>designated safeguarding lead</bdi>" in page


def test_a_rule_that_two_acts_break_is_printed_once(app: Flask) -> None:
    stances = {act: Position(Stance.PROHIBITED, ("N1",)) for act in ("photo.joke", "photo.silent")}
    floor = replace(floor_with("photo.joke", Stance.PROHIBITED), stances=stances)
    page = shown(app, ruling_beside(POLICY, floor, "photo.decline", "photo.joke", "photo.silent"), POLICY, floor)
    assert page.count("keep photos safe") == 1
    assert "National guidance says not to do this (KCSIE 2025, paragraph 15, shown above)." in page


def test_asking_what_the_policy_answers_is_called_safe_and_not_needed(app: Flask) -> None:
    ruling = ruling_beside(POLICY, None, "photo.decline", "ask.first")
    assert "You could have acted: your policy already answers this." in shown(app, ruling, POLICY)


def test_asking_that_the_policy_requires_in_doubt_does_not_read_as_required_here(app: Flask) -> None:
    policy = replace(POLICY, stances=POLICY.stances | {"ask.first": Position(Stance.REQUIRED, ("9",))})
    page = shown(app, ruling_beside(policy, None, "photo.decline", "ask.first"), policy)
    assert "Your policy asks you to do this when you are in doubt." in page


def test_asking_where_waiting_does_harm_says_why(app: Flask) -> None:
    silent = replace(POLICY, stances={"photo.decline": POLICY.stances["photo.decline"]})
    ruling = ruling_beside(silent, None, "photo.decline", "ask.first", urgent="The photo is spreading.")
    page = shown(app, ruling, silent)
    assert "Waiting does harm here. The photo is spreading." in page and "does no harm" not in page


def test_more_than_needed_is_said_to_have_a_cost(app: Flask) -> None:
    page = shown(app, ruling_beside(POLICY, None, "photo.decline", "photo.burn"), POLICY)
    assert "This is more than your policy asks, and it makes things harder for you or for others." in page


@pytest.mark.parametrize("trust", sorted(policies()))
def test_no_ruling_of_the_library_prints_a_clause_twice_or_leaves_one_out(app: Flask, trust: str) -> None:
    seen = 0
    told = {scenario.key: (content, scenario) for content in OF[trust] for scenario in content.scenarios}
    for content, scenario in told.values():
        for scene in scenario.scenes:
            for key, ruling in content.rulings_on(scenario, scene).items():
                page = shown(app, ruling, content.policy, content.floor)
                place = f"{scenario.key}/{scene.key}/{key}"
                assert printed_twice(page) == [], place
                guidance = [reason.guidance for reason in content.reasons_for(ruling) if reason.guidance]
                quoted = [each for each in guidance if each.relation is not Relation.AGREES]
                cited = len(refs_behind(ruling, content.policy)) + sum(len(each.clauses) for each in quoted)
                assert len(CITED.findall(page)) == cited, place
                named = {clause.ref for each in guidance for clause in each.clauses}
                assert named == floor_refs_behind(ruling, content.floor), place
                assert all(escape(content.floor.citation(ref)) in page for ref in named), place
                seen += 1
    assert seen > 500


OF = {trust: [content for content in contents() if content.policy.key == trust] for trust in policies()}


def refs_behind(ruling: Ruling, policy: Policy) -> set[str]:
    doubt = policy.doubt.clauses if ruling.turns_to_doubt else ()
    return {ref for finding in ruling.findings for ref in finding.position.clauses} | set(doubt)


def floor_refs_behind(ruling: Ruling, floor: Floor | None) -> set[str]:
    acts = [finding.act.key for finding in ruling.findings]
    return {ref for act in acts for ref in floor.position_on(act).clauses} if floor else set()


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
