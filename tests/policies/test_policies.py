"""The five policies as data: what they cite exists, references are told apart, and broken files are named."""

import pytest

from core.data_files import BrokenFile
from core.domain.problem import Problem
from policies.domain.policy import SILENCE, Clause, Doubt, Force, Policy, Position, Stance, problems_of
from policies.shipped import DATA, acts, facts, policies, policy_from

TRUSTS = sorted(policies())
CRITICAL_CONTACT_IN_BUSINESS = {
    "business.contact-pupil-without-log",
    "business.contact-pupil-under-16-without-consent",
    "business.contact-pupil-over-16-without-telling-parents",
    "business.drift-into-private-chat",
    "business.keep-contact-after-reason-ends",
}

SOUND = """\
key: oak
trust: Oak Trust
title: Policy
version: "1"
doubt: {says: Ask., clauses: ["1"], ask: the Headteacher}
clauses:
- {ref: "1", says: Ask when unsure., force: should}
"""
STANCES = """\
# When in doubt
ask.at-school-first: {stance: permitted, clauses: ["1"]}
"""


def written(tmp_path, text, stances=STANCES):
    """Write a policy and its stances as the library keeps them, and return the policy's file."""
    for folder, words in {"trusts": text, "stances": stances}.items():
        file = tmp_path / folder / "oak.yaml"
        file.parent.mkdir()
        file.write_text(words, encoding="utf-8")
    return tmp_path / "trusts" / "oak.yaml"


def stances_of(file):
    return file.parent.parent / "stances" / file.name


@pytest.mark.parametrize("trust", TRUSTS)
def test_whatever_a_policy_cites_is_one_of_its_clauses(trust):
    assert problems_of(policies()[trust], frozenset(acts()), facts()) == []


@pytest.mark.parametrize("trust", TRUSTS)
def test_every_stance_rests_on_a_clause(trust):
    policy = policies()[trust]
    for position in policy.stances.values():
        assert [policy.clause(ref).says for ref in position.clauses]


@pytest.mark.parametrize("trust", TRUSTS)
def test_protective_acts_are_never_forbidden(trust):
    for key, position in policies()[trust].stances.items():
        if acts()[key].protective:
            assert position.stance in (Stance.REQUIRED, Stance.PERMITTED), key


@pytest.mark.parametrize("trust", TRUSTS)
def test_only_what_touches_young_people_is_critical_and_what_a_document_calls_gross_misconduct(trust):
    critical = {key for key, p in policies()[trust].stances.items() if p.stance is Stance.PROHIBITED_CRITICAL}
    contact = {key for key in critical if key.startswith("contact.")}
    others = critical - contact - CRITICAL_CONTACT_IN_BUSINESS - {"images.view-or-forward-nude"}
    assert others == ({"conduct.bully-colleague"} if trust == "chancery" else set())
    assert not [key for key in contact if "adult" in key or "parent" in key or "family" in key]


@pytest.mark.parametrize("trust", ["invictus", "agora", "chancery"])
def test_a_reply_that_ends_contact_and_agreed_contact_are_critical_only_where_they_are_called_gross_misconduct(trust):
    milder = ("reply-once-to-pupil", "accept-current-pupil-with-agreement", "contact-pupil-with-agreement")
    stances = {policies()[trust].position_on(f"contact.{act}").stance for act in milder}
    assert Stance.PROHIBITED_CRITICAL not in stances


@pytest.mark.parametrize("trust", TRUSTS)
def test_clauses_are_short(trust):
    assert [clause.ref for clause in policies()[trust].clauses if len(clause.says.split()) > 50] == []


def test_the_five_trusts_are_there():
    assert TRUSTS == ["agora", "chancery", "invictus", "societas", "unnamed"]


def test_every_policy_file_is_named_after_its_key():
    for folder in ("trusts", "stances"):
        assert sorted(file.stem for file in (DATA / folder).glob("*.yaml")) == TRUSTS


def test_four_policies_name_who_to_ask_and_one_leaves_staff_to_judge():
    assert {key: policy.doubt.ask for key, policy in policies().items()} == {
        "agora": "your manager",
        "chancery": None,
        "invictus": "the Headteacher",
        "societas": "the Head Teacher or your manager",
        "unnamed": "the Headteacher",
    }


def test_a_letter_with_a_roman_and_a_letter_that_looks_roman_are_different_clauses():
    invictus = policies()["invictus"]
    assert "disparages" in invictus.clause("10.4(a)(i)").says
    assert "Set your accounts" in invictus.clause("10.4(i)").says


def test_the_appendices_of_one_document_are_told_apart():
    societas = policies()["societas"]
    assert societas.clause("App 1 (3)").says != societas.clause("App 2 (3)").says


@pytest.mark.parametrize(
    ("trust", "ref"),
    [
        ("unnamed", "7.4.1.3"),
        ("societas", "Preamble"),
        ("agora", "3"),
        ("chancery", "Social media in a personal capacity (c)"),
        ("chancery", "Security and identity theft"),
    ],
)
def test_a_clause_is_called_what_its_document_calls_it(trust, ref):
    assert policies()[trust].clause(ref).ref == ref


def test_a_reference_that_the_document_does_not_have_is_an_error():
    with pytest.raises(KeyError):
        policies()["invictus"].clause("10.4(z)")


def test_a_policy_is_silent_on_what_it_does_not_name():
    assert policies()["agora"].position_on("contact.accept-ex-pupil-under-18") == SILENCE


def test_mistakes_in_a_policy_are_listed():
    clause = Clause("1", "Ask.", Force.SHOULD)
    stances = {
        "a.known": Position(Stance.REQUIRED, ("2",)),
        "a.unknown": Position(Stance.PROHIBITED, ("1",)),
        "a.bare": Position(Stance.PERMITTED),
    }
    policy = Policy("p", "T", "P", "1", Doubt("Ask.", ("3",)), (clause, clause), stances)
    assert problems_of(policy, frozenset({"a.known", "a.bare"})) == [
        Problem(("clauses", 1), "clause 1 is listed twice"),
        Problem(("doubt", "clauses", 0), "doubt cites 3, which is not a clause"),
        Problem(("stances", "a.known", "clauses", 0), "the stance on a.known cites 2, which is not a clause"),
        Problem(("stances", "a.unknown"), "a.unknown is not an act in the vocabulary; did you mean a.known?"),
        Problem(("stances", "a.bare"), "the stance on a.bare names no clause"),
    ]


def test_a_clause_cited_twice_by_one_stance_or_by_the_doubt_is_a_problem():
    clause = Clause("1", "Ask.", Force.SHOULD)
    stances = {"a.known": Position(Stance.REQUIRED, ("1", "1"))}
    policy = Policy("p", "T", "P", "1", Doubt("Ask.", ("1", "1")), (clause,), stances)
    assert problems_of(policy, frozenset({"a.known"})) == [
        Problem(("doubt", "clauses", 1), "doubt cites 1 twice"),
        Problem(("stances", "a.known", "clauses", 1), "the stance on a.known cites 1 twice"),
    ]


def test_a_clause_that_stands_three_times_is_one_problem():
    clause = Clause("1", "Ask.", Force.SHOULD)
    policy = Policy("p", "T", "P", "1", Doubt("Ask.", ("1",)), (clause,) * 3)
    assert [str(problem) for problem in problems_of(policy, frozenset())] == ["clause 1 is listed twice"]


def test_a_sound_file_is_read(tmp_path):
    assert policy_from(written(tmp_path, SOUND)).clause("1").force is Force.SHOULD


@pytest.mark.parametrize(
    ("wrong", "line", "reason"),
    [
        (
            SOUND.replace("title: Policy", "title: Policy\ncolour: red"),
            4,
            "colour: there is no field of this name here",
        ),
        (SOUND.replace("says: Ask when unsure., ", ""), 7, "clauses.0.says: Field required"),
        (
            SOUND + "stances: {ask.at-school-first: {stance: permitted}}\n",
            8,
            "stances do not belong here; put them in the file stances/oak.yaml",
        ),
        (SOUND.replace("Oak Trust", "Oak" * 70), 2, "the name has more than 200 letters"),
        (SOUND.replace("title: Policy", "title: Policy: new"), 3, "mapping values are not allowed here"),
        (SOUND.replace('clauses: ["1"], ask', 'clauses: ["1", "3"], ask'), 5, "doubt cites 3, which is not a clause"),
        (SOUND + '- {ref: "1", says: Ask., force: may}\n', 8, "clause 1 is listed twice"),
        (SOUND.replace("title: Policy", "title: Policy\ntitle: Rules"), 4, 'found duplicate key "title"'),
        (SOUND.replace("title: Policy", "title: Policy\a"), 3, "special characters are not allowed (U+0007)"),
        (SOUND.replace("key: oak", "# Ours\nkey: elm"), 2, "the key is elm, but the file is called oak.yaml"),
        (
            SOUND.replace("doubt: {says: Ask., ", "doubt: [").replace("r}\nclauses", "r]\nclauses"),
            5,
            "doubt: a mapping",
        ),
        (SOUND.replace('version: "1"', "version: !!set 1"), 1, "a value of this file cannot be read"),
        ("", 1, "the file is empty"),
        ("# Nothing yet\n", 1, "the file is empty"),
        ("- key: oak\n", 1, "the file: a mapping is wanted here, in lines of “name: value”"),
    ],
    ids=[
        "unknown key",
        "missing key",
        "stances in it",
        "trust's name too long",
        "stray colon",
        "doubt without its clause",
        "clause twice",
        "key twice",
        "control character",
        "another name",
        "list for a mapping",
        "odd tag",
        "empty",
        "only a comment",
        "list for the file",
    ],
)
def test_a_broken_file_is_reported_with_file_line_and_reason(tmp_path, wrong, line, reason):
    assert wrong != SOUND
    file = written(tmp_path, wrong)
    with pytest.raises(BrokenFile) as caught:
        policy_from(file)
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert reason in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("wrong", "line", "reason"),
    [
        (STANCES.replace("permitted", "allowed"), 2, "ask.at-school-first.stance: Input should be"),
        (STANCES.replace("at-school-first", "a-fortune-teller"), 2, "ask.a-fortune-teller is not an act"),
        (STANCES.replace('"1"]', '"1"'), 2, "expected ',' or ']'"),
        (STANCES.replace('"1"', '"9"'), 2, "the stance on ask.at-school-first cites 9, which is not a clause"),
        (STANCES.replace(', clauses: ["1"]', ""), 2, "the stance on ask.at-school-first names no clause"),
        (STANCES.replace('["1"]', '"1"'), 2, "clauses: a list is wanted here"),
        (STANCES * 2, 4, 'found duplicate key "ask.at-school-first"'),
        ("# Nothing yet\n", 1, "the file is empty"),
    ],
    ids=[
        "unknown stance",
        "unknown act",
        "open list",
        "no such clause",
        "stance without a clause",
        "text for a list",
        "act twice",
        "only a comment",
    ],
)
def test_a_mistake_in_the_stances_is_reported_with_their_own_file(tmp_path, wrong, line, reason):
    assert wrong != STANCES
    file = written(tmp_path, SOUND, wrong)
    with pytest.raises(BrokenFile) as caught:
        policy_from(file)
    assert str(caught.value).startswith(f"{stances_of(file)}:{line}: ")
    assert reason in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_policy_without_a_table_of_stances_is_reported(tmp_path):
    file = written(tmp_path, SOUND)
    stances_of(file).unlink()
    with pytest.raises(BrokenFile, match=r"stances/oak\.yaml:1: the file cannot be read: No such file or directory"):
        policy_from(file)


def test_every_mistake_in_the_stances_is_listed(tmp_path):
    file = written(tmp_path, SOUND, STANCES + 'ask.at-the-pub: {stance: permitted, clauses: ["2"]}\n')
    with pytest.raises(BrokenFile) as caught:
        policy_from(file)
    assert str(caught.value).splitlines() == [
        f"{stances_of(file)}:3: ask.at-the-pub is not an act in the vocabulary",
        f"{stances_of(file)}:3: the stance on ask.at-the-pub cites 2, which is not a clause",
    ]


def test_a_policy_may_be_silent_on_every_act(tmp_path):
    assert policy_from(written(tmp_path, SOUND, "{}\n")).stances == {}


@pytest.mark.parametrize(
    ("wrong", "mistakes"),
    [
        (
            SOUND.replace('clauses: ["1"]', 'clauses: ["2"]') + '- {ref: "1", says: Ask., force: may}\n',
            ["5: doubt cites 2, which is not a clause", "8: clause 1 is listed twice"],
        ),
        (
            SOUND.replace("says: Ask when unsure., ", "").replace("title: Policy\n", ""),
            ["1: title: Field required", "6: clauses.0.says: Field required"],
        ),
    ],
    ids=["in what it says", "in its shape"],
)
def test_every_mistake_of_a_file_is_listed_from_its_top_down(tmp_path, wrong, mistakes):
    file = written(tmp_path, wrong)
    with pytest.raises(BrokenFile) as caught:
        policy_from(file)
    assert str(caught.value).splitlines() == [f"{file}:{mistake}" for mistake in mistakes]


def test_a_file_that_cannot_be_read_is_reported(tmp_path):
    with pytest.raises(BrokenFile, match=r"gone\.yaml:1: the file cannot be read: No such file or directory"):
        policy_from(tmp_path / "gone.yaml")


def test_a_file_that_is_no_text_is_reported(tmp_path):
    file = written(tmp_path, SOUND)
    file.write_bytes(b"key: \xff\xfe")
    with pytest.raises(BrokenFile, match=r"oak\.yaml:1: this is not UTF-8 text"):
        policy_from(file)
