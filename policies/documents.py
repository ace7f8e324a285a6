"""Trusts' own policy documents that are kept here as files: checked when they are read, and served unchanged."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.domain.problem import Problem
from policies.domain.profile import Document

MOST_BYTES = 20_000_000
ZIP = b"PK\x03\x04"
# What a file of each kind begins with, what browsers call it, and what people do.
KINDS = {
    ".pdf": (b"%PDF-", "application/pdf", "PDF"),
    ".docx": (ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    ".odt": (ZIP, "application/vnd.oasis.opendocument.text", "OpenDocument"),
}


class WrongDocument(Exception):
    """A file that is not a document we can serve; the message says why."""


@dataclass(frozen=True)
class KeptDocument:
    """A trust's document in a file, with what people are told about it before they open it."""

    path: Path
    mimetype: str
    kind: str
    size: int

    @property
    def says(self) -> str:
        """Return its kind and size in words, such as “PDF, 240 kB”."""
        size = f"{self.size / 1_000_000:.1f} MB" if self.size >= 1_000_000 else f"{max(1, round(self.size / 1_000))} kB"
        return f"{self.kind}, {size}"


def wrong_in_file(folder: Path, document: Document | None) -> Iterator[Problem]:
    """Give what is wrong with the file that a profile names as the trust's document, if anything."""
    if not document or not document.file:
        return
    try:
        document_in(folder / document.file)
    except WrongDocument as error:
        yield Problem(("document", "file"), f"{document.file}: {error}")


def document_in(path: Path) -> KeptDocument:
    """Return the document in a file; raises WrongDocument if we cannot serve it."""
    begins, mimetype, kind = KINDS[path.suffix]
    try:
        with path.open("rb") as file:
            head, size = file.read(len(begins)), path.stat().st_size
    except OSError as error:
        raise WrongDocument(f"the file cannot be read: {error.strerror}") from error
    if head != begins:
        raise WrongDocument(f"this is not a file of the kind {kind}")
    if size > MOST_BYTES:
        raise WrongDocument(f"the file has {size:,} bytes; at most {MOST_BYTES:,} are allowed")
    return KeptDocument(path, mimetype, kind, size)
