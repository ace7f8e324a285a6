"""The vocabulary of acts, and what the five policies make of it: whole, plain, and as reviewed."""

import difflib
import re
from collections import Counter

import pytest

from policies.domain.act import Nature
from policies.domain.policy import Stance
from policies.shipped import DATA, acts, policies
from tests.policies.stances_table import REVIEWED, TRUSTS, lines

FEWEST_ACTS = 80
# How many acts a policy takes a stance on, at the least; the more a document says, the more.
FEWEST_STANCES = {"invictus": 150, "agora": 95, "unnamed": 150, "societas": 145, "chancery": 90}

# The families, and the first words of their acts' keys where these are others.
FAMILIES = {
    "contact": ["contact"],
    "photo": ["photo"],
    "profile": ["profile"],
    "privacy": ["privacy"],
    "disclaimer": ["speak"],
    "worktime": ["worktime"],
    "topic": ["comment", "work", "topic"],
    "reporting": ["report"],
    "images": ["images"],
    "reference": ["reference"],
    "press": ["press"],
    "business": ["business"],
    "lead": ["lead"],
    "recruitment": ["recruitment"],
    "brand": ["brand"],
    "confidentiality": ["confidentiality"],
    "security": ["security"],
    "likes": ["likes"],
    "copyright": ["copyright"],
    "conduct": ["conduct"],
    "deletion": ["deletion"],
    "monitoring": ["monitoring"],
    "data": ["data"],
    "ask": ["ask"],
}

# On these every policy is silent. A choice commits them as the harmless way out where a risky act tempts.
WAYS_OUT = {
    "contact.answer-parent-through-school",
    "photo.remove-own-tag",
    "privacy.delete-own-picture",
    "topic.raise-concern-at-school",
    "conduct.settle-it-in-person",
    "deletion.take-back-like",
}
# On this one, too, and it is risky: no document says whether a shared group is contact.
OPEN_QUESTIONS = {"contact.share-group-with-adult-ex-pupil"}
# On these, too, since they are about more than social media: national law and guidance speak of them.
LEFT_TO_NATIONAL_GUIDANCE = {
    "report.tell-dsl-at-once",
    "report.keep-worry-about-child-to-yourself",
    "report.wait-for-absent-dsl",
    "report.call-for-help-in-danger",
    "report.promise-secrecy",
    "report.say-it-must-be-passed-on",
    "report.question-child",
    "report.brush-off-disclosure",
    "report.write-it-down",
    "report.hold-back-for-data-protection",
    "report.self-refer",
    "report.whistleblow",
    "images.tell-dsl-about-nude",
    "images.preserve-device",
}
NEEDLESS = {key for key, act in acts().items() if act.nature is Nature.NEEDLESS}
# As many as the stories need for choices that sound careful and go too far.
FEWEST_NEEDLESS = 30

KEY = re.compile(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*")
SENTENCE = re.compile(r"[A-Z][^.!?]*\.")
# Words that no one at a school would use here: someone, no one, who and verbally say the same.
STILTED = re.compile(r"\b(some|no|any|every)body\b|\bwhom\b|\bwhoever\b|\bseldom\b|word of mouth|spoken yes", re.I)


def test_there_are_enough_acts():
    assert len(acts()) >= FEWEST_ACTS


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_has_acts_that_tempt_and_acts_that_guard_against_harm(family):
    members = [act for act in acts().values() if act.key.split(".")[0] in FAMILIES[family]]
    assert {act.protective for act in members} == {True, False}


def test_every_act_belongs_to_a_family():
    assert {key.split(".")[0] for key in acts()} == {word for words in FAMILIES.values() for word in words}


def test_each_family_stands_under_a_comment_that_names_it():
    headings = re.findall(r"^# (\w+): ", (DATA / "acts.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(headings) == set(FAMILIES)


def test_every_key_is_a_family_and_words_with_hyphens():
    assert [key for key in acts() if not KEY.fullmatch(key)] == []


def test_every_act_is_said_in_one_short_sentence():
    assert [act.key for act in acts().values() if not SENTENCE.fullmatch(act.says)] == []
    assert [act.key for act in acts().values() if len(act.says.split()) > 25] == []


def test_acts_are_said_in_everyday_words():
    assert [act.key for act in acts().values() if STILTED.search(act.says)] == []


def test_no_two_acts_say_the_same():
    said = Counter(act.says for act in acts().values())
    assert [says for says, times in said.items() if times > 1] == []


def test_only_protective_acts_ask():
    assert [act.key for act in acts().values() if act.asks and not act.protective] == []


@pytest.mark.parametrize("trust", TRUSTS)
def test_each_policy_takes_a_stance_on_many_acts(trust):
    assert len(policies()[trust].stances) >= FEWEST_STANCES[trust]


@pytest.mark.parametrize("trust", TRUSTS)
def test_silence_is_not_written_out_as_a_stance(trust):
    assert [key for key, position in policies()[trust].stances.items() if position.stance is Stance.SILENT] == []


@pytest.mark.parametrize("trust", TRUSTS)
def test_the_comment_at_the_end_lists_the_acts_on_which_the_policy_is_silent(trust):
    text = (DATA / "stances" / f"{trust}.yaml").read_text(encoding="utf-8")
    listed = re.findall(r"^#   (\S+)$", text, re.MULTILINE)
    assert listed == [key for key in acts() if key not in policies()[trust].stances]


def test_every_act_is_named_by_a_policy_unless_it_is_a_way_out_needless_or_left_to_national_guidance():
    named = {key for policy in policies().values() for key in policy.stances}
    assert set(acts()) - named - NEEDLESS == WAYS_OUT | OPEN_QUESTIONS | LEFT_TO_NATIONAL_GUIDANCE
    assert [key for key in WAYS_OUT if not acts()[key].protective] == []


@pytest.mark.parametrize("trust", TRUSTS)
def test_what_a_policy_requires_is_protective_and_what_it_forbids_or_advises_against_is_not(trust):
    for key, position in policies()[trust].stances.items():
        if position.stance is not Stance.PERMITTED:
            assert acts()[key].protective == (position.stance is Stance.REQUIRED), key


def test_no_policy_asks_for_a_needless_act_or_allows_it():
    allowed = {Stance.REQUIRED, Stance.PERMITTED}
    for trust, policy in policies().items():
        assert [key for key in NEEDLESS if policy.position_on(key).stance in allowed] == [], trust


def test_there_are_needless_acts_in_nearly_every_family():
    assert len(NEEDLESS) >= FEWEST_NEEDLESS
    words = {key.split(".")[0] for key in NEEDLESS}
    assert {family for family, keys in FAMILIES.items() if not words & set(keys)} == {"disclaimer", "images"}


def test_trusts_contradict_each_other_on_many_acts():
    against = {Stance.PROHIBITED, Stance.PROHIBITED_CRITICAL}
    found = [{policy.position_on(key).stance for policy in policies().values()} for key in acts()]
    assert sum(Stance.PERMITTED in stances and bool(against & stances) for stances in found) >= 15


# Trainable, but about the trust's own offices: no act of a member of staff keeps to it or breaks it.
OF_THE_TRUST = {("invictus", "4.1")}


@pytest.mark.parametrize("trust", TRUSTS)
def test_every_trainable_clause_carries_a_stance(trust):
    cited = {ref for position in policies()[trust].stances.values() for ref in position.clauses}
    trainable = [clause.ref for clause in policies()[trust].clauses if clause.untrainable is None]
    assert [ref for ref in trainable if ref not in cited and (trust, ref) not in OF_THE_TRUST] == []


def test_every_policy_makes_of_every_act_what_was_reviewed():
    reviewed = REVIEWED.read_text(encoding="utf-8").splitlines()
    computed = "\n".join(lines()).strip().splitlines()
    change = list(difflib.unified_diff(reviewed, computed, "reviewed", "computed", lineterm="", n=2))
    again = "python -m tests.policies.stances_table"
    assert not change, "\n".join(["stances have changed; review them, then", again, *change])


def test_the_table_has_a_column_for_every_trust():
    assert set(TRUSTS) == set(policies())
