"""A document's file to its text. What cannot be read is refused with its reason and what to do about it."""

import re
from pathlib import Path

from policies.importing import pdf, word
from policies.importing.errors import UnreadableDocument

LARGEST_FILE = 20_000_000
"""Bytes. A policy of fifty pages with a crest on each has 5 MB; what is larger is a scan, or no policy."""
WITH_LINES = frozenset([".txt", ".md"])
"""Endings of files whose lines people can count."""
MOST_CHARACTERS = 500_000
"""Of text. The longest social media policy that we have seen has 17,000."""
MOST_LINES = 20_000
"""Only lines with words count. A handbook of two hundred pages has half as many."""


def text_of(path: Path) -> str:
    """Return the text of a .txt, .md, .docx or .pdf file; form feeds part pages, number signs mark headings."""
    readers = {".txt": _plain, ".md": _markdown, ".docx": word.text_of, ".pdf": pdf.text_of}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        ending = f"files that end in {path.suffix}" if path.suffix else "files without an ending"
        raise UnreadableDocument(path, f"{ending} cannot be read", "Save the document as .docx, .pdf, .md or .txt.")
    _check_size(path)
    text = reader(path)
    if not any(letter.isalpha() for letter in text):
        raise UnreadableDocument(path, "there is no text in it", "Check that this is the right file.")
    if len(text) > MOST_CHARACTERS:
        raise UnreadableDocument(
            path, f"it has {len(text):,} characters", "A policy is far shorter: import its pages alone."
        )
    lines = sum(bool(line.strip()) for line in text.splitlines())
    if lines > MOST_LINES:
        raise UnreadableDocument(path, f"it has {lines:,} lines", "A policy is far shorter: import its pages alone.")
    return text


def _check_size(path: Path) -> None:
    if not path.exists():
        raise UnreadableDocument(path, "there is no such file", "Check its name and folder.")
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "a device or a pipe"
        raise UnreadableDocument(path, f"it is {kind}, not a file", "Name the file of the policy itself.")
    size = path.stat().st_size
    if size == 0:
        raise UnreadableDocument(path, "the file is empty", "Check that it was saved or copied whole.")
    if size > LARGEST_FILE:
        raise UnreadableDocument(
            path,
            f"it has {size / 1e6:.0f} MB, and {LARGEST_FILE // 1_000_000} MB is the most that is read",
            "Take its pictures out, or save its words as .txt.",
        )


def _plain(path: Path) -> str:
    raw = path.read_bytes()
    text = _decoded(raw)
    if text is None or re.search("[\0-\x08\x0e-\x1f]", text):
        raise UnreadableDocument(
            path, "it has no text that can be read", "Save it as plain text in UTF-8 and import that."
        )
    return text


def _markdown(path: Path) -> str:
    """Leave emphasis and escapes out; headings and bullets are marks that the outline knows."""
    text = re.sub(r"(\*\*|__)(?=\S)([^\n*_]+)\1", r"\2", _plain(path))
    return re.sub(r"\\([-.()*_#+\[\]])", r"\1", text)


def _decoded(raw: bytes) -> str | None:
    """Decode as UTF-8 or UTF-16, else as Windows does."""
    codings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for coding in codings:
        try:
            return raw.decode(coding)
        except UnicodeDecodeError:
            continue
    return None
