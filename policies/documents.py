"""Trusts' own policy documents that are kept here: checked when a file is read, and given to people unchanged."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NamedTuple

from core.domain.problem import Problem
from core.trusts import File
from policies.domain.profile import Document

MOST_BYTES = 20_000_000
ZIP = b"PK\x03\x04"


class FileKind(NamedTuple):
    """What a file of some kind begins with, what browsers call it, and what people do."""

    begins: bytes
    media_type: str
    says: str


KINDS = {
    ".pdf": FileKind(b"%PDF-", "application/pdf", "PDF"),
    ".docx": FileKind(ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    ".odt": FileKind(ZIP, "application/vnd.oasis.opendocument.text", "OpenDocument"),
}


class WrongDocument(Exception):
    """A file that is not a document we can serve; the message says why."""


@dataclass(frozen=True)
class KeptDocument:
    """A trust's document that is kept here, with what people are told about it before they open it."""

    name: str
    size: int

    @property
    def says(self) -> str:
        """Return its kind and size in words, such as “PDF, 240 kB”."""
        size = f"{self.size / 1_000_000:.1f} MB" if self.size >= 1_000_000 else f"{max(1, round(self.size / 1_000))} kB"
        return f"{KINDS[PurePath(self.name).suffix].says}, {size}"


def wrong_in_file(folder: Path, document: Document | None) -> Iterator[Problem]:
    """Give what is wrong with the file that a profile names as the trust's document, if anything."""
    if not document or not document.file:
        return
    try:
        document_in(folder / document.file)
    except WrongDocument as error:
        yield Problem(("document", "file"), f"{document.file}: {error}")


def document_in(path: Path) -> File:
    """Return the document in a file; raises WrongDocument if we cannot serve it."""
    kind = KINDS[path.suffix]
    try:
        with path.open("rb") as file:
            content, size = file.read(MOST_BYTES), path.stat().st_size
    except OSError as error:
        raise WrongDocument(f"the file cannot be read: {error.strerror}") from error
    if not content.startswith(kind.begins):
        raise WrongDocument(f"this is not a file of the kind {kind.says}")
    if size > MOST_BYTES:
        raise WrongDocument(f"the file has {size:,} bytes; at most {MOST_BYTES:,} are allowed")
    return File(path.name, kind.media_type, content)
