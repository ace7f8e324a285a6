"""The text of a PDF, page by page."""

import logging
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import LimitReachedError

from policies.importing.errors import UnreadableDocument

MOST_PAGES = 200
"""A policy has a few pages; there is still time to read a handbook of two hundred."""
END = 2048
"""Bytes at the end of the file among which its end mark stands, with room for what mail programs add."""
LETTERS_ON_A_PAGE = 20
"""On average at least; below it the pages are pictures, with perhaps a stamp on them."""


def text_of(path: Path) -> str:
    """Return the words of a PDF with a form feed between pages; a locked, broken or scanned one is Unreadable."""
    pages = _pages(path)
    letters = sum(character.isalpha() for page in pages for character in page)
    if letters < LETTERS_ON_A_PAGE * len(pages):
        raise UnreadableDocument(
            path,
            "its pages are pictures without text, as from a scanner",
            "Ask for the document it was printed from, or have its text recognised (OCR) first.",
        )
    return "\n\f".join(pages)


def _pages(path: Path) -> list[str]:
    # Its warnings about small faults in files would mix with what the command prints.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    # pypdf repairs a broken end as far as it can, and no one would know that pages are missing.
    if b"%%EOF" not in path.read_bytes()[-END:]:
        raise UnreadableDocument(path, "it is not a PDF, or its end is missing", "Copy or download it again.")
    try:
        with path.open("rb") as file:
            reader = PdfReader(file)
            _check(path, reader)
            return [page.extract_text() for page in reader.pages]
    except (UnreadableDocument, MemoryError, RecursionError):
        raise
    except LimitReachedError as error:
        raise UnreadableDocument(
            path, "it unpacks to more than any policy has", "Save only its words, as .txt."
        ) from error
    # Broken files make pypdf raise all sorts: its own errors, KeyError, ValueError, zlib's …
    except Exception as error:
        raise UnreadableDocument(
            path, f"it is not a PDF, or a broken one ({type(error).__name__})", "Save or print it as PDF again."
        ) from error


def _check(path: Path, reader: PdfReader) -> None:
    # Many documents that anybody can read are locked against changes alone: their password is empty.
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableDocument(path, "it is protected by a password", "Save it without the password and import that.")
    if len(reader.pages) > MOST_PAGES:
        raise UnreadableDocument(
            path, f"it has {len(reader.pages)} pages, and {MOST_PAGES} is the most that is read", "Import a part of it."
        )
