"""``flask policies import``: a list for programs, a draft for people, a summary, and refusals that change nothing."""

import json

import pytest
from flask import Flask

from core.data_files import read
from policies.commands import policies as commands
from policies.domain.outline.force import force_of, forces_of
from policies.domain.outline.parts import Part
from policies.domain.policy import Force, Policy
from policies.shipped import DATA, facts
from policies.shipped import policies as shipped
from tests.support.policy_documents import FEN, MOOR, REFS


@pytest.fixture
def run(tmp_path):
    app = Flask(__name__)
    app.cli.add_command(commands)
    file = tmp_path / "moor.txt"
    file.write_text(MOOR, encoding="utf-8")

    def import_file(*arguments: str, path=file):
        return app.test_cli_runner().invoke(args=["policies", "import", str(path), *arguments])

    return import_file


def test_json_is_all_that_programs_read(run):
    result = run("--trust", "agora", "--json")
    clauses = json.loads(result.stdout)
    assert [clause["ref"] for clause in clauses] == REFS["moor"]
    assert clauses[3] == {
        "ref": "2.2",
        "heading": "Whom it binds > Who looks after it?",
        "text": "The board looks after it.",
    }
    assert "line 9: (1) Who looks after it?: read as a heading, not as an item" in result.stderr


def test_a_dry_run_tells_what_was_found_and_what_is_unsure(run):
    result = run("--trust", "agora", "--dry-run")
    assert result.stdout.startswith("moor.txt: 13 clauses, 5 headings, ")
    assert "  3.4.1.2\n" in result.stdout
    assert "  line 18: 3.4 leaves a wording open: [asked/told]\n" in result.stdout


def test_a_dry_run_writes_nothing(run, tmp_path):
    run("--trust", "agora", "--dry-run", "--output", str(tmp_path / "draft.yaml"))
    assert not (tmp_path / "draft.yaml").exists()


def test_the_draft_is_a_policy_that_can_be_read_and_reviewed(run, tmp_path):
    draft = tmp_path / "draft.yaml"
    result = run("--trust", "agora", "--output", str(draft))
    assert (result.exit_code, result.stdout) == (0, f"The draft is in {draft}.\n")
    policy = read(draft, Policy).value
    assert (policy.key, policy.trust, policy.version) == ("agora", shipped()["agora"].trust, "draft")
    assert [clause.ref for clause in policy.clauses] == REFS["moor"]
    assert policy.clause("2.2").heading == ("Whom it binds", "Who looks after it?")
    assert policy.clause("2.2").says == "The board looks after it."
    assert policy.clause("3.4.1.1").force is Force.MUST_NOT
    assert not policy.stances


def test_the_draft_says_that_it_is_one(run):
    draft = run("--trust", "agora").stdout
    assert draft.startswith("# A DRAFT, read from moor.txt.")
    assert "# UNSURE, line 18: 3.4 leaves a wording open: [asked/told]\n" in draft
    assert draft.count("# guessed: review") == len(REFS["moor"])


def test_the_draft_asks_for_each_fact_with_the_answers_to_choose_from(run, tmp_path):
    draft = run("--trust", "agora").stdout
    for fact in facts().values():
        assert f"# {fact.question}\n#   {fact.key}: {{answer: , clauses: []}}\n#     {fact.answers[0].key}: " in draft


def test_a_fact_that_is_filled_in_is_read(run, tmp_path):
    file = tmp_path / "draft.yaml"
    drafted = run("--trust", "agora").stdout
    filled = '  doubt.ask: {answer: manager, clauses: ["1.1"]}\n  brand.logo: {answer: silent}\n'
    file.write_text(f"{drafted}facts:\n{filled}", encoding="utf-8")
    named = read(file, Policy).value.facts
    assert (named["doubt.ask"].answer, named["brand.logo"].is_silent) == ("manager", True)


def test_bullets_keep_their_lines_in_the_draft(run, tmp_path):
    file, draft = tmp_path / "fen.txt", tmp_path / "draft.yaml"
    file.write_text(FEN, encoding="utf-8")
    run("--trust", "agora", "--output", str(draft), path=file)
    says = read(draft, Policy).value.clause("3.2").says
    assert says.splitlines() == ["Staff must report:", "- threats, wherever they are made;", "- lies."]


@pytest.mark.parametrize("form", [["--json"], ["--dry-run"], []])
def test_a_key_that_can_name_no_file_is_refused_with_those_there_are(run, form):
    result = run("--trust", "../Nobody", *form)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Use one of agora, chancery, " in result.stderr


def test_a_new_trusts_policy_is_drafted_with_a_place_for_its_name(run):
    result = run("--trust", "oak-tree")
    assert result.exit_code == 0
    assert "key: oak-tree" in result.stdout and "TO WRITE (the name of the trust)" in result.stdout


def test_a_document_that_cannot_be_read_ends_with_a_message(run, tmp_path):
    result = run("--trust", "agora", "--output", str(tmp_path / "draft.yaml"), path=tmp_path / "none.pdf")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {tmp_path / 'none.pdf'}: there is no such file. ")
    assert not (tmp_path / "draft.yaml").exists()


@pytest.mark.parametrize("name", ["agora.yaml", "new.yaml"])
def test_nothing_is_written_among_the_shipped_policies(run, name):
    before = {file: file.read_bytes() for file in (DATA / "trusts").iterdir() if file.is_file()}
    result = run("--trust", "agora", "--output", str(DATA / "trusts" / name))
    assert result.exit_code == 1
    assert "drafts do not belong among the shipped policies" in result.stderr
    assert {file: file.read_bytes() for file in (DATA / "trusts").iterdir() if file.is_file()} == before


def test_a_file_that_exists_is_not_written_over(run, tmp_path):
    kept = tmp_path / "kept.yaml"
    kept.write_text("mine")
    assert run("--trust", "agora", "--output", str(kept)).exit_code == 1
    assert kept.read_text() == "mine"


def test_a_folder_that_is_missing_is_named(run, tmp_path):
    result = run("--trust", "agora", "--output", str(tmp_path / "none" / "draft.yaml"))
    assert (result.exit_code, "there is no folder" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("text", "force"),
    [
        ("Staff must not post it.", Force.MUST_NOT),
        ("Staff should never post it.", Force.MUST_NOT),
        ("Do not post it.", Force.MUST_NOT),
        ("Posting is prohibited.", Force.MUST_NOT),
        ("Staff should avoid it.", Force.SHOULD_NOT),
        ("Staff must ask, and may then post.", Force.MUST),
        ("Staff should ask.", Force.SHOULD),
        ("Staff may post, but should ask.", Force.MAY),
        ("The mayor mustered a shoulder.", Force.STATES),
    ],
)
def test_the_force_is_guessed_from_the_first_wording_that_has_one(text, force):
    assert force_of(text) is force


def test_an_item_takes_the_force_of_the_clause_that_it_completes():
    parts = [
        Part(ref, (), text, 1) for ref, text in [("1.1", "Staff must not:"), ("1.1(a)", "lie;"), ("1.2", "It is so.")]
    ]
    assert forces_of(parts) == [Force.MUST_NOT, Force.MUST_NOT, Force.STATES]
