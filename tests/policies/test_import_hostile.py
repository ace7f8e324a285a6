"""Documents that are made to do harm: each ends with words, in a process that cannot take more than it is given."""

import os
import signal
import zlib
from pathlib import Path

import pytest
from flask import Flask

from policies.commands import policies as commands
from policies.domain.outline.draft import Draft
from policies.domain.outline.marks import mark_of
from policies.importing.apart import Limits, import_apart, outline_from, outline_to
from policies.importing.document import import_document
from policies.importing.errors import UnreadableDocument
from policies.importing.furniture import is_contents_line, is_running_header
from tests.support.policy_documents import MAIN, docx, paragraph, pdf, pdf_of
from tests.support.policy_documents import MOOR as SOUND

# For documents that would take all the time they get; what the tool gives a document is in Limits.
SHORT = Limits(seconds=3)
NUMBERED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
DOCTYPE = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


def numbering(start: int) -> str:
    level = f'<w:start w:val="{start}"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/>'
    abstract = f'<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0">{level}</w:lvl></w:abstractNum>'
    num = '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    return f"<w:numbering {MAIN}>{abstract}{num}</w:numbering>"


def page_of(stream: bytes, filters: int = 1) -> bytes:
    """Write a PDF of one page whose content is packed so many times over."""
    for _ in range(filters):
        stream = zlib.compress(stream, 9)
    return pdf_of(stream, "[" + "/FlateDecode " * filters + "]")


def shown(lines: int) -> bytes:
    return b"BT /F1 10 Tf 14 TL 50 800 Td\n" + b"(Ask the head.) Tj T*\n" * lines + b"ET"


HOSTILE = {
    "Word: elements in each other": (
        "docx",
        lambda: docx(["<w:p>" * 5000 + "</w:p>" * 5000]),
        "word/document.xml is nested more deeply than any policy",
    ),
    "Word: two kilobytes that become paragraphs without end": (
        "docx",
        lambda: docx(["<w:p/>" * 200_000]),
        "word/document.xml has more parts than any policy",
    ),
    "Word: a part that unpacks to more than any words": (
        "docx",
        lambda: docx([paragraph("Ask.")], notes__xml=b" " * 31_000_000).replace(b"notes/xml", b"notes.xml"),
        "word/notes.xml unpacks to 31 MB, more than any policy has",
    ),
    "Word: a document type hidden by its coding": (
        "docx",
        lambda: docx([paragraph("Ask.")], numbering=DOCTYPE.encode("utf-16")),
        "word/numbering.xml declares a document type",
    ),
    "Word: very many files": (
        "docx",
        lambda: docx([paragraph("Ask.")], **{f"x{number}": b"" for number in range(2001)}),
        "it contains 2,007 files",
    ),
    "Word: a list that begins at ten million, in Roman numbers": (
        "docx",
        lambda: docx([paragraph("Ask.", NUMBERED)], numbering=numbering(9_999_999)),
        "it is nested too deeply",
    ),
    "PDF: one kilobyte that becomes hundreds of megabytes": (
        "pdf",
        lambda: page_of(b" " * 200_000_000, 3),
        "it unpacks to more than any policy has",
    ),
    "PDF: pages that are their own parents": (
        "pdf",
        lambda: pdf([["Ask."]]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
        "it is not a PDF, or a broken one",
    ),
    "text: very many lines": ("txt", lambda: b"1.1 Ask:\n" + b"a\n" * 30_000, "it has 30,001 lines"),
    "text: very many clauses": (
        "txt",
        lambda: b"\n\n".join([b"7.7.7.7 Ask the head."] * 4000),
        "it has 4,000 clauses",
    ),
    "Markdown: a heading of marks alone": ("md", lambda: b"# " + b"#" * 400_000 + b"x", "no clause was found in it"),
}


@pytest.mark.parametrize(("ending", "make", "says"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_document_ends_with_words(tmp_path: Path, ending: str, make, says: str) -> None:
    file = tmp_path / f"policy.{ending}"
    file.write_bytes(make())
    with pytest.raises(UnreadableDocument) as refused:
        import_apart(file)
    message = str(refused.value)
    assert message.startswith(f"{file}: {says}")
    assert message.endswith(".") and message.count(". ") >= 1
    assert list(tmp_path.iterdir()) == [file]


def test_a_document_that_takes_more_time_than_there_is_ends_with_words(tmp_path: Path) -> None:
    file = tmp_path / "policy.pdf"
    file.write_bytes(page_of(shown(1_000_000)))
    with pytest.raises(UnreadableDocument, match="reading it took longer than 3 seconds"):
        import_apart(file, SHORT)


def test_a_reader_that_waits_and_computes_nothing_is_ended_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = tmp_path / "waiting"
    waiting.write_text("#!/bin/sh\nexec sleep 600\n")
    waiting.chmod(0o755)
    monkeypatch.setattr("policies.importing.apart.sys.executable", str(waiting))
    with pytest.raises(UnreadableDocument, match="reading it took longer than 1 seconds"):
        import_apart(tmp_path / "policy.txt", Limits(seconds=1))


def test_a_document_that_takes_more_memory_than_there_is_ends_with_words(tmp_path: Path) -> None:
    file = tmp_path / "policy.pdf"
    file.write_bytes(page_of(b"BT (" + b"Ask the head. " * 2_000_000 + b") Tj ET"))
    with pytest.raises(UnreadableDocument, match="reading it takes more than 120 MB of memory"):
        import_apart(file, Limits(seconds=60, memory=120_000_000))


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("1.1 Ask.\n" + ("[" + "/" * 399) * 1000, "1.1"),
        ("1.1 Ask:\n" + "(a) [one/\n" * 15_000, "1.1"),
        ("1.1 Ask\n" + "a-\n" * 15_000, "1.1"),
        ("1.1 Ask.\n\n" + ("a." * 79 + "\n") * 2000, "1.1"),
        ("1.1 Ask.\n\n" + ("a | " * 39 + "b\n") * 2000, "1.1"),
        ("1.1 Ask:\n" + "Title\n\n" * 15_000, "1.1"),
        ("(a) " * 100_000, "Preamble (a)"),
    ],
    ids=["brackets", "brackets over a list", "hyphens", "dots", "bars", "titles", "one letter over and over"],
)
def test_text_that_once_took_minutes_is_read(tmp_path: Path, text: str, ref: str) -> None:
    file = tmp_path / "policy.txt"
    file.write_text(text, encoding="utf-8")
    assert import_apart(file).parts[0].ref == ref


def test_a_reader_that_breaks_down_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crash = tmp_path / "python"
    crash.write_text(f"#!/bin/sh\nkill -{signal.SIGSEGV.value} $$\n", encoding="utf-8")
    crash.chmod(0o700)
    monkeypatch.setattr("sys.executable", os.fspath(crash))
    file = tmp_path / "policy.txt"
    file.write_text(SOUND, encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="the reader failed on it"):
        import_apart(file)


def test_the_command_tells_it_and_writes_no_draft(tmp_path: Path) -> None:
    app = Flask(__name__)
    app.cli.add_command(commands)
    file, draft = tmp_path / "policy.docx", tmp_path / "draft.yaml"
    file.write_bytes(docx(["<w:p>" * 5000 + "</w:p>" * 5000]))
    words = ["policies", "import", str(file), "--trust", "agora", "--output", str(draft)]
    answer = app.test_cli_runner().invoke(args=words)
    assert answer.exit_code == 1 and "is nested more deeply than any policy" in answer.output
    assert "Traceback" not in answer.output and not draft.exists()


def test_a_sound_document_is_read_apart_as_it_is_at_home(tmp_path: Path) -> None:
    file = tmp_path / "policy.txt"
    file.write_text(SOUND, encoding="utf-8")
    outline = import_document(file)
    assert import_apart(file) == outline == outline_from(outline_to(outline))
    assert outline.unsure and outline.headings


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("OAK TRUST | Social media policy 4", True),
        ("Social media policy    4", True),
        ("Social media policy Page 4 of 9", True),
        ("Page 4 of 9", False),
        ("We are | they are", False),
        ("In class 4", False),
    ],
)
def test_running_headers_are_known_by_how_they_end(line: str, is_one: bool) -> None:
    assert is_running_header(line) is is_one


@pytest.mark.parametrize(
    ("line", "is_one"),
    [("Scope ........ 4", True), ("Scope . . . . 4", True), ("Scope … 4", True), ("..... 4", False), ("See 4", False)],
)
def test_lines_of_a_table_of_contents_are_known_by_how_they_end(line: str, is_one: bool) -> None:
    assert is_contents_line(line) is is_one


@pytest.mark.parametrize(
    ("text", "open_wordings"),
    [
        ("Staff [may/must] ask.", ["[may/must]"]),
        ("Staff [see above] ask.", []),
        (f"[{'a' * 200}/b]", [f"[{'a' * 200}/b]"]),
        (f"[{'a' * 201}/b]", []),
        (f"[a/{'b' * 201}]", []),
        ("[[a/b]", ["[a/b]"]),
    ],
)
def test_a_wording_that_is_left_open_is_found(text: str, open_wordings: list[str]) -> None:
    draft = Draft()
    draft.open_part("1", 1, text)
    assert [one.says for one in draft.finished().unsure] == [
        f"1 leaves a wording open: {each}" for each in open_wordings
    ]


def test_marks_at_a_headings_end_are_not_part_of_it() -> None:
    heading = mark_of("## Whom it binds ##")
    assert heading and (heading.depth, heading.rest) == (2, "Whom it binds")
