"""The rating rule, point by point, and what must hold whatever the policy and the scene."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from policies.domain.act import Act, Nature
from policies.domain.floor import Floor, FloorClause, FloorSettings, Status
from policies.domain.policy import Clause, Doubt, Force, Policy, Position, Stance
from scenarios.domain.rating import FULL_MARKS, MARKS, SEVERITY, Marking, Rating, rate_scene
from scenarios.domain.scenario import Choice, Scene

RISKY = [Act(f"risk.{n}", Nature.RISKY, "Take a risk.") for n in range(4)]
GUARDED = [Act(f"guard.{n}", Nature.PROTECTIVE, "Guard against harm.") for n in range(3)]
ASKING = Act("ask.first", Nature.PROTECTIVE, "Ask before you act.", asks=True)
SEEKING = Act("seek.approval", Nature.PROTECTIVE, "Ask for approval.", asks=True)
MORE = Act("more.than", Nature.NEEDLESS, "Do more than anyone asks.")
ACTS = {act.key: act for act in [*RISKY, *GUARDED, ASKING, SEEKING, MORE]}
KEEPING = {Rating.BEST, Rating.ACCEPTABLE}
NOT_AGAINST = KEEPING | {Rating.ALREADY_ANSWERED}


def policy(ask: str | None = "the Headteacher", **stances: str) -> Policy:
    """Build a policy whose one clause carries these stances; in act keys, write ``_`` for the dot."""
    positions = {key.replace("_", "."): Position(Stance(stance), ("1",)) for key, stance in stances.items()}
    clause = Clause("1", "What the policy says.", Force.MUST)
    return Policy("t", "A trust", "Policy", "1", Doubt("Ask.", ("1",), ask), (clause,), positions)


def choice(key: str, *acts: str) -> Choice:
    return Choice(key, "Do it.", acts, "It happens.", "It matters.", "end")


def scene(**choices: str) -> Scene:
    return Scene("s", "Heading", "Text", None, "What now?", tuple(choice(k, *a.split()) for k, a in choices.items()))


def ratings(scene: Scene, policy: Policy) -> dict[str, str]:
    return {key: ruling.rating.value for key, ruling in rate_scene(scene, policy, ACTS).items()}


# 1. Each act weighs as the stance on it says; silence is never a breach.


def test_a_stance_decides_what_an_act_weighs():
    every = scene(a="guard.0", b="risk.0", c="risk.1", d="risk.2", e="risk.3")
    says = policy(
        guard_0="required",
        risk_0="permitted",
        risk_1="advised-against",
        risk_2="prohibited",
        risk_3="prohibited-critical",
    )
    assert ratings(every, says) == {"a": "best", "b": "acceptable", "c": "unwise", "d": "breach", "e": "serious-breach"}


def test_where_the_policy_is_silent_a_risky_act_means_ask_first():
    assert ratings(scene(a="risk.0", b="ask.first"), policy())["a"] == "ask-first"


def test_where_the_policy_is_silent_a_protective_act_keeps_to_it():
    assert ratings(scene(a="risk.0", b="guard.0", c="ask.first"), policy())["b"] == "acceptable"


def test_a_position_that_says_silent_counts_as_silence():
    assert ratings(scene(a="risk.0", b="ask.first"), policy(risk_0="silent"))["a"] == "ask-first"


# 2. A choice is as good as its worst act.


def test_a_good_act_does_not_make_up_for_a_bad_one():
    assert ratings(scene(a="guard.0 risk.0", b="guard.0"), policy(guard_0="required", risk_0="prohibited")) == {
        "a": "breach",
        "b": "best",
    }


def test_asking_does_not_excuse_a_risk_taken_in_the_same_choice():
    assert ratings(scene(a="ask.first risk.0", b="ask.first"), policy()) == {"a": "ask-first", "b": "best"}


def test_the_worst_act_stands_first_among_the_findings():
    found = rate_scene(scene(a="guard.0 risk.0"), policy(guard_0="required", risk_0="prohibited"), ACTS)["a"]
    assert [finding.act.key for finding in found.findings] == ["risk.0", "guard.0"]


# 3. Best is what the policy calls for: what it requires, or what it advises in doubt.


def test_what_the_policy_requires_is_better_than_what_it_permits():
    assert ratings(scene(a="guard.0", b="risk.0"), policy(guard_0="required", risk_0="permitted")) == {
        "a": "best",
        "b": "acceptable",
    }


def test_in_doubt_asking_is_best_where_the_policy_names_someone():
    assert ratings(scene(a="risk.0", b="guard.0", c="ask.first"), policy()) == {
        "a": "ask-first",
        "b": "acceptable",
        "c": "best",
    }


def test_in_doubt_any_protective_act_is_best_where_the_policy_leaves_staff_to_judge():
    assert ratings(scene(a="risk.0", b="guard.0", c="ask.first"), policy(ask=None)) == {
        "a": "ask-first",
        "b": "best",
        "c": "best",
    }


def test_asking_is_worth_half_where_the_policy_answers_the_question():
    says = policy(risk_0="prohibited", guard_0="required")
    found = rate_scene(scene(a="risk.0", b="guard.0", c="ask.first"), says, ACTS)
    assert {key: ruling.rating.value for key, ruling in found.items()} == {
        "a": "breach",
        "b": "best",
        "c": "already-answered",
    }
    assert found["c"].marks == FULL_MARKS / 2


def test_asking_in_general_is_worth_half_there_though_the_policy_wants_it_in_doubt():
    says = policy(risk_0="prohibited", guard_0="required", ask_first="required")
    assert ratings(scene(a="risk.0", b="guard.0", c="ask.first"), says)["c"] == "already-answered"


def test_asking_for_what_the_policy_wants_to_be_asked_for_is_best():
    says = policy(risk_0="prohibited", seek_approval="required")
    assert ratings(scene(a="risk.0", b="guard.0", c="seek.approval"), says)["c"] == "best"


def test_asking_and_doing_what_the_policy_requires_is_best():
    says = policy(risk_0="prohibited", guard_0="required")
    assert ratings(scene(a="risk.0", b="guard.0", c="guard.0 ask.first"), says)["c"] == "best"


def test_asking_is_best_where_nothing_else_in_the_scene_keeps_to_the_policy():
    says = policy(risk_0="prohibited", risk_1="advised-against")
    assert ratings(scene(a="risk.0", b="risk.1", c="ask.first"), says)["c"] == "best"


def test_where_waiting_does_harm_asking_is_unwise_and_the_ruling_says_why():
    urgent = replace(scene(a="risk.0", b="guard.0", c="ask.first"), urgent="Rosie may be in danger now.")
    found = rate_scene(urgent, policy(guard_0="required"), ACTS)
    assert {key: (ruling.rating.value, ruling.urgent) for key, ruling in found.items()} == {
        "a": ("ask-first", None),
        "b": ("best", None),
        "c": ("unwise", "Rosie may be in danger now."),
    }


def test_content_of_the_first_marking_keeps_to_it():
    says = policy(risk_0="prohibited", guard_0="required")
    found = rate_scene(scene(a="risk.0", b="guard.0", c="ask.first"), says, ACTS, marking=Marking.FIRST)
    assert found["c"].rating is Rating.ACCEPTABLE


# Needless acts do more than the policy asks.


def test_a_needless_act_that_the_policy_does_not_mention_is_more_than_it_asks():
    assert ratings(scene(a="risk.0", b="guard.0", c="more.than"), policy(risk_0="prohibited")) == {
        "a": "breach",
        "b": "best",
        "c": "needless",
    }


def test_what_a_policy_requires_is_not_needless_under_it():
    assert ratings(scene(a="risk.0", b="guard.0", c="more.than"), policy(more_than="required"))["c"] == "best"


# The floor speaks where the policy is silent.


def floor(**stances: str) -> Floor:
    """Build a floor whose one clause carries these stances; in act keys, write ``_`` for the dot."""
    positions = {key.replace("_", "."): Position(Stance(stance), ("N1",)) for key, stance in stances.items()}
    clause = FloorClause("N1", "What national guidance says.", Status.STATUTORY_GUIDANCE, "text", "1")
    return Floor("2026", (), (clause,), positions)


def ratings_on(floor: Floor, scene: Scene, policy: Policy) -> dict[str, str]:
    return {key: ruling.rating.value for key, ruling in rate_scene(scene, policy, ACTS, floor).items()}


def test_what_the_floor_is_against_counts_where_the_policy_is_silent():
    assert ratings_on(floor(risk_0="advised-against"), scene(a="risk.0", b="guard.0", c="ask.first"), policy()) == {
        "a": "unwise",
        "b": "best",
        "c": "already-answered",
    }


def test_what_the_floor_requires_is_called_for_where_the_policy_is_silent():
    assert ratings_on(floor(guard_0="required"), scene(a="risk.0", b="guard.0", c="guard.1"), policy()) == {
        "a": "ask-first",
        "b": "best",
        "c": "acceptable",
    }


def test_a_stricter_policy_stands():
    one = scene(a="risk.0", b="guard.0", c="ask.first")
    assert ratings_on(floor(risk_0="advised-against"), one, policy(risk_0="prohibited"))["a"] == "breach"


def test_a_looser_policy_stands_and_the_finding_holds_both():
    found = rate_scene(scene(a="risk.0", b="guard.0"), policy(risk_0="permitted"), ACTS, floor(risk_0="prohibited"))[
        "a"
    ]
    assert found.rating is Rating.BEST
    [finding] = found.findings
    assert (finding.position.stance, finding.floor.stance) == (Stance.PERMITTED, Stance.PROHIBITED)


def test_what_the_floor_forbids_as_critical_is_a_serious_breach_under_every_policy():
    for stance in Stance:
        found = rate_scene(
            scene(a="risk.0", b="guard.0"), policy(risk_0=stance.value), ACTS, floor(risk_0="prohibited-critical")
        )["a"]
        assert (found.rating, found.breaks_floor) == (Rating.SERIOUS_BREACH, True)


def test_a_policy_that_asks_for_what_the_floor_forbids_elsewhere_in_the_choice_does_not_excuse_it():
    says = policy(guard_0="required")
    found = ratings_on(floor(risk_0="prohibited-critical"), scene(a="guard.0 risk.0", b="guard.1", c="ask.first"), says)
    assert found["a"] == "serious-breach"


def test_a_clause_that_the_trust_only_shows_marks_nothing():
    shown = replace(
        floor(risk_0="advised-against"), settings=FloorSettings(shown_only={"N1": "Our own rule is on its way."})
    )
    assert ratings_on(shown, scene(a="risk.0", b="guard.0", c="ask.first"), policy())["a"] == "ask-first"


def test_a_ruling_says_whether_the_choice_follows_the_advice_for_doubt():
    found = rate_scene(scene(a="risk.0", b="guard.0", c="ask.first"), policy(), ACTS)
    assert [key for key, ruling in found.items() if ruling.follows_doubt] == ["c"]


# 4. Where nothing does what the policy calls for, every choice that keeps to it is best.


def test_without_anything_called_for_every_choice_that_keeps_to_the_policy_is_best():
    assert ratings(scene(a="risk.0", b="guard.0", c="guard.1"), policy(risk_0="prohibited")) == {
        "a": "breach",
        "b": "best",
        "c": "best",
    }


def test_in_doubt_without_a_choice_that_asks_the_protective_choice_is_best():
    assert ratings(scene(a="risk.0", b="guard.0"), policy()) == {"a": "ask-first", "b": "best"}


# Whatever the policy and the scene:

STANCES = st.dictionaries(
    st.sampled_from(sorted(ACTS)), st.sampled_from(list(Stance)).map(lambda stance: Position(stance, ("1",)))
)
POLICIES = st.builds(
    lambda stances, ask: replace(policy(ask=ask), stances=stances), STANCES, st.sampled_from([None, "the Headteacher"])
)
ACTS_OF_A_CHOICE = st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=4, unique=True)
SCENES = st.lists(ACTS_OF_A_CHOICE, min_size=3, max_size=5).map(
    lambda lists: Scene(
        "s", "Heading", "Text", None, "What now?", tuple(choice(f"c{n}", *acts) for n, acts in enumerate(lists))
    )
)


def worse_or_equal(one: Rating, other: Rating) -> bool:
    return SEVERITY[one] >= SEVERITY[other]


@given(SCENES, POLICIES, st.sampled_from([Stance.PROHIBITED, Stance.PROHIBITED_CRITICAL]))
def test_adding_a_prohibited_act_never_makes_a_choice_better(scene, policy, stance):
    forbidden = Act("forbidden.act", Nature.RISKY, "Do what is forbidden.")
    policy = replace(policy, stances={**policy.stances, forbidden.key: Position(stance, ("1",))})
    first, *rest = scene.choices
    worse = replace(scene, choices=(replace(first, acts=(*first.acts, forbidden.key)), *rest))
    acts = {**ACTS, forbidden.key: forbidden}
    before, after = (rate_scene(s, policy, acts)[first.key].rating for s in (scene, worse))
    assert worse_or_equal(after, before)
    assert after in (Rating.BREACH, Rating.SERIOUS_BREACH)


FLOORS = st.dictionaries(
    st.sampled_from(sorted(ACTS)), st.sampled_from(list(Stance)).map(lambda stance: Position(stance, ("N1",)))
).map(lambda stances: replace(floor(), stances=stances))


@given(SCENES, POLICIES, FLOORS)
def test_adding_a_risky_act_that_nothing_requires_never_makes_a_choice_better(scene, policy, floor):
    risky = Act("another.risk", Nature.RISKY, "Take another risk.")
    first, *rest = scene.choices
    worse = replace(scene, choices=(replace(first, acts=(*first.acts, risky.key)), *rest))
    acts = {**ACTS, risky.key: risky}
    for stance in set(Stance) - {Stance.REQUIRED}:
        says = replace(policy, stances={**policy.stances, risky.key: Position(stance, ("1",))})
        before, after = (rate_scene(s, says, acts, floor)[first.key].rating for s in (scene, worse))
        assert worse_or_equal(after, before)


@given(SCENES, POLICIES, FLOORS)
def test_the_floor_never_makes_an_act_weigh_less(scene, policy, floor):
    without, with_it = rate_scene(scene, policy, ACTS), rate_scene(scene, policy, ACTS, floor)
    for key, ruling in with_it.items():
        own = {finding.act.key: finding.rating for finding in without[key].findings}
        assert all(worse_or_equal(finding.rating, own[finding.act.key]) for finding in ruling.findings)
        assert without[key].rating in NOT_AGAINST or worse_or_equal(ruling.rating, without[key].rating)


@given(SCENES, POLICIES, FLOORS)
def test_a_choice_that_the_floor_forbids_as_critical_is_always_a_serious_breach(scene, policy, floor):
    for ruling in rate_scene(scene, policy, ACTS, floor).values():
        assert ruling.rating is Rating.SERIOUS_BREACH or not ruling.breaks_floor


@given(SCENES, POLICIES)
def test_silence_is_never_a_breach(scene, policy):
    silent = replace(policy, stances={})
    for ruling in rate_scene(scene, silent, ACTS).values():
        assert ruling.rating in NOT_AGAINST | {Rating.ASK_FIRST, Rating.NEEDLESS}


@given(SCENES, POLICIES)
def test_a_scene_with_a_choice_that_keeps_to_the_policy_has_a_best_choice(scene, policy):
    found = {ruling.rating for ruling in rate_scene(scene, policy, ACTS).values()}
    assert not found & KEEPING or Rating.BEST in found


@given(SCENES, POLICIES)
def test_a_best_choice_never_commits_an_act_that_the_policy_is_against(scene, policy):
    for ruling in rate_scene(scene, policy, ACTS).values():
        if ruling.rating is Rating.BEST:
            assert {finding.rating for finding in ruling.findings} == {Rating.ACCEPTABLE}


@given(SCENES, POLICIES, st.randoms())
def test_the_order_of_choices_and_acts_makes_no_difference(scene, policy, random):
    shuffled = [replace(c, acts=tuple(random.sample(c.acts, len(c.acts)))) for c in scene.choices]
    random.shuffle(shuffled)
    again = rate_scene(replace(scene, choices=tuple(shuffled)), policy, ACTS)
    assert {key: r.rating for key, r in again.items()} == {
        key: r.rating for key, r in rate_scene(scene, policy, ACTS).items()
    }


def test_a_better_rating_never_earns_fewer_marks():
    marks = [MARKS[rating] for rating in sorted(MARKS, key=SEVERITY.__getitem__)]
    assert marks == sorted(marks, reverse=True)
