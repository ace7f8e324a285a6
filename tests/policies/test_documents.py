"""Trusts' own documents: where a profile says that they are, and what is said where it cannot be so."""

from pathlib import Path

import pytest

from core.data_files import BrokenFile
from policies.documents import MOST_BYTES, KeptDocument, document_in
from policies.domain.profile import Document
from policies.shipped import profile_from

PROFILE = """key: invictus
accent: "#0b6470"
dark: "#10363c"
certificate_shows_score: no
verification_shows: name
document:
  {}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "policy.pdf").write_bytes(b"%PDF-1.7\n" + b"x" * 240_000)
    return tmp_path


def profile(data: Path, document: str) -> Document | None:
    file = data / "profiles" / "invictus.yaml"
    file.write_text(PROFILE.format(document), encoding="utf-8")
    return profile_from(file).document


@pytest.mark.parametrize(
    "link",
    [
        "https://oak.example/policies/social-media.pdf",
        "https://oak.example:8443/a?b=c&d=%20#e",
        "https://[2001:db8::1]/x",
    ],
)
def test_a_document_can_be_an_address_on_the_web(data: Path, link: str) -> None:
    assert profile(data, f'link: "{link}"') == Document(link=link)


def test_a_document_can_be_a_file_that_is_kept_here(data: Path) -> None:
    assert profile(data, "file: policy.pdf") == Document(file="policy.pdf")
    kept = document_in(data / "documents" / "policy.pdf")
    assert (kept.name, kept.media_type, len(kept.content)) == ("policy.pdf", "application/pdf", 240_009)
    assert KeptDocument(kept.name, len(kept.content)).says == "PDF, 240 kB"


@pytest.mark.parametrize(
    ("document", "line", "says"),
    [
        ('link: "http://oak.example/x"', 7, "is not an address that begins with https://"),
        ('link: "javascript:alert(1)"', 7, "is not an address that begins with https://"),
        ('link: "https://"', 7, "is not an address that begins with https://"),
        ('link: "https://user:pass@oak.example/"', 7, "is not an address that begins with https://"),
        ('link: "https://oak.example/a b"', 7, "is not an address that begins with https://"),
        ('link: "https://oak.example:99999/"', 7, "is not an address that begins with https://"),
        ('link: "https://[oak/"', 7, "is not an address that begins with https://"),
        ("link: https://oak.example/x\n  file: policy.pdf", 6, "write either link: with an address, or file:"),
        ("link:", 6, "write either link: with an address, or file:"),
        ("file: ../../../etc/passwd", 7, "is not the name of a .pdf, .docx or .odt in policies/data/documents"),
        ("file: policy.exe", 7, "is not the name of a .pdf, .docx or .odt in policies/data/documents"),
        ("file: nowhere.pdf", 7, "nowhere.pdf: the file cannot be read: No such file or directory"),
        ("fil: policy.pdf", 7, "there is no field of this name here; did you mean file"),
    ],
)
def test_a_mistake_in_it_is_told_with_its_line(data: Path, document: str, line: int, says: str) -> None:
    with pytest.raises(BrokenFile) as error:
        profile(data, document)
    assert f"invictus.yaml:{line}: " in str(error.value) and says in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("page.pdf", b"<html>", "this is not a file of the kind PDF"),
        ("page.docx", b"%PDF-1.7", "this is not a file of the kind Word"),
        ("empty.odt", b"", "this is not a file of the kind OpenDocument"),
        ("large.pdf", b"%PDF-" + b"x" * MOST_BYTES, "at most 20,000,000 are allowed"),
    ],
)
def test_a_file_of_another_kind_or_size_is_refused(data: Path, name: str, content: bytes, says: str) -> None:
    (data / "documents" / name).write_bytes(content)
    with pytest.raises(BrokenFile, match=says):
        profile(data, f"file: {name}")
