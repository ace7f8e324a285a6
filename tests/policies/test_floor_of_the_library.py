"""The floor that is shipped: what its clauses rest on, how they read, and what it must never make of an act."""

import re

import pytest

from core.data_files import BrokenFile
from policies import shipped
from policies.domain.floor import Status
from policies.domain.policy import Stance
from policies.shipped import acts, floor, policies

CRITICAL = {
    "contact.flirt-with-pupil",
    "images.keep-quiet-about-adult-sharing",
    "images.view-or-forward-nude",
    "report.brush-off-disclosure",
    "report.keep-worry-about-child-to-yourself",
    "report.promise-secrecy",
    "report.wait-for-absent-dsl",
}
# The texts speak of these only where a child or a pupil's accusation is concerned, which the acts do not say.
ABOUT_ANYTHING = {
    "report.keep-copy",
    "report.misuse",
    "report.keep-quiet-about-misuse",
    "lead.act-on-breach",
    "lead.overlook-breach",
    "topic.pass-on-rumour-about-colleague",
}


def test_only_what_endangers_a_child_is_critical() -> None:
    critical = {act for act, each in floor().stances.items() if each.stance is Stance.PROHIBITED_CRITICAL}
    assert critical == CRITICAL


def test_acts_that_need_not_concern_a_child_are_left_to_the_policy() -> None:
    assert ABOUT_ANYTHING & floor().stances.keys() == set()


def test_protective_acts_are_never_forbidden_and_risky_ones_never_required() -> None:
    for key, position in floor().stances.items():
        fine = (Stance.REQUIRED, Stance.PERMITTED) if acts()[key].protective else set(Stance) - {Stance.REQUIRED}
        assert position.stance in fine, key


def test_every_clause_reads_as_one_sentence_after_what_it_is() -> None:
    for clause in floor().clauses:
        assert re.match(r"[A-Z][a-z]+ .*[.]$", clause.says), clause.ref
        assert len(clause.says.split()) <= 50, clause.ref


def test_only_acts_of_parliament_and_what_officially_explains_them_are_called_the_law() -> None:
    law = {floor().citation(clause.ref) for clause in floor().clauses if clause.status is Status.LAW}
    assert law == {
        "UKCIS 2024, overview",
        "Sexual Offences Act 2003, sections 16 and 22",
        "Sexual Offences Act 2003, section 15A",
        "ICO, photos at school, advice on photos",
        "KCSIE 2025, paragraphs 397 to 400 (Education Act 2002, section 141F)",
    }


def test_every_source_can_be_looked_up_and_says_how_far_it_can_be_relied_on() -> None:
    for source in floor().sources:
        assert source.address.startswith("https://") and source.note, source.key


def test_a_clause_of_the_floor_is_not_taken_for_one_of_a_policy() -> None:
    refs = {clause.ref for clause in floor().clauses}
    assert [key for key, policy in policies().items() if refs & {clause.ref for clause in policy.clauses}] == []


def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path, monkeypatch) -> None:
    text = (shipped.DATA / "floor.yaml").read_text(encoding="utf-8")
    (tmp_path / "floor.yaml").write_text(text.replace("{stance: required, clauses: [N2]}", "{stance: required}"))
    line = 1 + text[: text.index("report.tell-dsl-at-once")].count("\n")
    acts()
    monkeypatch.setattr(shipped, "DATA", tmp_path)
    with pytest.raises(BrokenFile, match=rf"floor.yaml:{line}: the stance on report.tell-dsl-at-once names no clause"):
        floor.__wrapped__()
