"""Documents come as .txt, .md, .docx and .pdf; what cannot be read is refused with place, reason and remedy."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from policies.domain.outline.blocks import blocks_of
from policies.importing import formats, pdf, word_checks
from policies.importing.document import import_document
from policies.importing.errors import UnreadableDocument
from policies.importing.lines import lines_of
from tests.support import policy_documents as documents
from tests.support.policy_documents import HEATH, MAIN, MOOR, REFS, TEXTS, docx, paragraph


@pytest.fixture
def save(tmp_path):
    def written(name: str, content: bytes | str) -> Path:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return written


def refs(file: Path) -> list[str]:
    return [part.ref for part in import_document(file).parts]


def texts(file: Path) -> list[tuple[str, str]]:
    return [(part.ref, part.text) for part in import_document(file).parts]


def in_paragraphs(text: str) -> list[str]:
    """Undo the wraps of a document, as Word holds it."""
    return [block.raw for block in blocks_of(lines_of(text)[0])]


@pytest.mark.parametrize("ending", ["txt", "md", "TXT"])
@pytest.mark.parametrize("name", TEXTS)
def test_text_files_are_read(save, name, ending):
    assert refs(save(f"policy.{ending}", TEXTS[name])) == REFS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_word_documents_are_read(save, name):
    paragraphs = [paragraph(text) for text in in_paragraphs(TEXTS[name])]
    assert refs(save("policy.docx", docx(paragraphs))) == REFS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_pdfs_are_read(save, name):
    lines = [" ".join(line.split()) for line in TEXTS[name].split("\n") if line.strip() and "FEN TRUST" not in line]
    pages = [
        ["Rules on social media", *lines[start : start + 12], f"Page {start}"] for start in range(0, len(lines), 12)
    ]
    assert refs(save("policy.pdf", documents.pdf(pages))) == REFS[name]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_may_be_written_as_windows_does(save, coding):
    text = HEATH.replace("everybody's", "everybody’s").replace("unkind", "“unkind”")
    assert "“unkind”" in dict(texts(save("policy.txt", text.encode(coding))))["3.1(b)"]


def test_emphasis_and_escapes_of_markdown_are_left_out(save):
    file = save("policy.md", "## 1\\. Rules\n\n1.1 Make **no** friends of __pupils__ \\(ever\\).\n")
    assert texts(file) == [("1.1", "Make no friends of pupils (ever).")]


def test_headings_of_word_are_headings(save):
    file = save(
        "policy.docx",
        docx(
            [
                paragraph("Social media", '<w:pStyle w:val="Title"/>'),
                paragraph("Ask when in doubt."),
                paragraph("Kindness", '<w:pStyle w:val="Heading1"/>'),
                paragraph("Staff are kind."),
            ],
            styles=f'<w:styles {MAIN}><w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
            '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>',
        ),
    )
    assert refs(file) == ["Preamble", "Kindness"]


def counted(number: int, depth: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'


LEVELS = [("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)"), ("bullet", "•")]
NUMBERING = f"""<w:numbering {MAIN}><w:abstractNum w:abstractNumId="5">{
    "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for depth, (form, pattern) in enumerate(LEVELS)
    )
}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num></w:numbering>"""


def test_numbers_that_word_counts_by_itself_are_read(save):
    listed = [(0, "Rules"), (1, "Staff must say nothing about:"), (2, "these:"), (3, "a child;"), (3, "a family;")]
    listed += [(2, "a colleague."), (1, "Staff must:"), (4, "ask;"), (4, "wait."), (0, "Help"), (1, "Ask the head.")]
    paragraphs = [paragraph(text, counted(1, depth)) for depth, text in listed]
    assert texts(save("policy.docx", docx(paragraphs, numbering=NUMBERING))) == [
        ("1.1", "Staff must say nothing about:"),
        ("1.1(a)", "these:"),
        ("1.1(a)(i)", "a child;"),
        ("1.1(a)(ii)", "a family;"),
        ("1.1(b)", "a colleague."),
        ("1.2", "Staff must:\n- ask;\n- wait."),
        ("2.1", "Ask the head."),
    ]


def test_places_in_word_documents_are_quoted(save):
    file = save("policy.docx", docx([paragraph(text) for text in in_paragraphs(MOOR)]))
    assert "(at “- 3.4 Staff are [asked/told] to use a" in " ".join(one.says for one in import_document(file).unsure)


def refusal(file: Path) -> str:
    with pytest.raises(UnreadableDocument) as refused:
        import_document(file)
    message = str(refused.value)
    assert message.startswith(f"{file}: ")
    return message.removeprefix(f"{file}: ")


SOUND_DOCX = docx([paragraph("1. Rules"), paragraph("1.1 Ask.")])
SOUND_PDF = documents.pdf([["1. Rules", "1.1 Ask the head before you post anything."]])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("policy.txt", b"", "the file is empty. "),
        ("policy.txt", b" \n\f\n12\n", "there is no text in it. "),
        ("policy.txt", bytes(range(256)) * 4, "it has no text that can be read. "),
        (
            "policy.odt",
            b"words",
            "files that end in .odt cannot be read. Save the document as .docx, .pdf, .md or .txt.",
        ),
        ("policy", b"words", "files without an ending cannot be read. "),
        ("policy.docx", b"PK\3\4" + bytes(range(256)), "it is not a Word document, or a broken one"),
        ("policy.docx", SOUND_DOCX[:-200], "it is not a Word document, or a broken one"),
        (
            "policy.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "it is protected by a password, or an old .doc",
        ),
        ("policy.pdf", bytes(range(256)) * 40, "it is not a PDF, or its end is missing. "),
        ("policy.pdf", SOUND_PDF[:-30], "it is not a PDF, or its end is missing. "),
        ("policy.pdf", b"%PDF-1.4\n" + bytes(range(256)) + b"%%EOF", "it is not a PDF, or a broken one"),
        ("policy.pdf", documents.pdf([[""], [""], ["4"]]), "its pages are pictures without text, as from a scanner. "),
        ("policy.docx", docx([paragraph("Ask.")], vbaProject__bin=b"x"), "it contains macros or embedded files"),
        ("policy.docx", docx([paragraph("Ask.")], embeddings__oleObject1=b"x"), "it contains macros or embedded files"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(save, name, content, message):
    said = refusal(save(name, content))
    assert said.startswith(message)
    assert said.endswith(".") and len(said.split(". ")) > 1


def test_a_missing_file_is_named(tmp_path):
    assert refusal(tmp_path / "policy.txt").startswith("there is no such file. ")


def test_what_is_there_but_no_file_is_told_apart_and_never_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    for name, kind in {"pipe": "a device or a pipe", "folder": "a folder", "zero": "a device or a pipe"}.items():
        assert refusal(tmp_path / f"{name}.txt").startswith(f"it is {kind}, not a file. ")


def test_a_file_of_fifty_megabytes_is_refused_unread(save, monkeypatch):
    file = save("policy.pdf", b"")
    with file.open("r+b") as large:
        large.truncate(50_000_000)
    monkeypatch.setattr(pdf, "text_of", pytest.fail)
    assert refusal(file).startswith("it has 50 MB, and 20 MB is the most that is read. ")


def test_a_file_that_unpacks_to_too_much_is_refused(save, monkeypatch):
    monkeypatch.setattr(word_checks, "LARGEST_UNPACKED", 1_000_000)
    bomb = docx([paragraph("Ask.")], media__image=b"\0" * 1_000_001)
    assert len(bomb) < 10_000
    assert refusal(save("policy.docx", bomb)).startswith("it unpacks to more than 1 MB. ")


def test_a_document_type_in_a_word_file_is_refused(save):
    grown = docx([paragraph("Ask.")], numbering='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert refusal(save("policy.docx", grown)).startswith("word/numbering.xml declares a document type. ")


def test_very_long_texts_are_refused(save, monkeypatch):
    monkeypatch.setattr(formats, "MOST_CHARACTERS", 1000)
    assert refusal(save("policy.txt", "Ask. " * 201)).startswith("it has 1,005 characters. ")


def test_pdfs_of_very_many_pages_are_refused(save, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    assert refusal(save("policy.pdf", documents.pdf([["Ask."]] * 3))).startswith("it has 3 pages, ")


def locked(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(SOUND_PDF)))
    writer.encrypt(password, "owner", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_pdf_with_a_password_is_refused(save):
    assert refusal(save("policy.pdf", locked("secret"))).startswith("it is protected by a password. ")


def test_a_pdf_that_is_only_locked_against_changes_is_read(save):
    assert refs(save("policy.pdf", locked(""))) == ["1.1"]


def test_word_files_made_here_are_sound(save):
    with zipfile.ZipFile(save("policy.docx", SOUND_DOCX)) as package:
        assert package.testzip() is None
