"""What we check in a Word document before reading it: nothing may unpack to too much, nest too deeply or run."""

import zipfile
from pathlib import Path
from xml.parsers import expat

from policies.importing.errors import UnreadableDocument

LARGEST_UNPACKED = 100_000_000
"""Bytes. Words compress to a tenth; a file that unpacks to more than this was made to do harm."""
LARGEST_XML = 30_000_000
"""Bytes of each part that is read as XML. The words of 200 pages take some 6 MB with all their marks."""
MOST_FILES = 2_000
MOST_ELEMENTS = 150_000
"""Of the parts that are read. Word needs about a hundred for each paragraph."""
DEEPEST = 100
"""Elements in each other. A table inside a table inside a text box has about forty."""
ACTIVE = ("vbaproject", "vbadata", "/activex/", "/embeddings/", "oleobject", "/macros/")
WORDS_ALONE = "Save only its words, as .txt."


def check(path: Path, package: zipfile.ZipFile) -> None:
    """Refuse a document that unpacks to too much, contains macros or other files, or has XML that Word never writes."""
    parts = package.infolist()
    _check_sizes(path, parts)
    _check_inactive(path, parts)
    elements = 0
    for part in parts:
        if _is_xml(part):
            elements += _Counted(path, part.filename).read(package)
            if elements > MOST_ELEMENTS:
                raise UnreadableDocument(path, "it has more parts than any policy", WORDS_ALONE)


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels"))


def _check_sizes(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    # What a part really unpacks to cannot be more: the reader of zip files stops at the size that is declared.
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise UnreadableDocument(path, f"it unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB", WORDS_ALONE)
    for part in parts:
        if _is_xml(part) and part.file_size > LARGEST_XML:
            reason = f"{part.filename} unpacks to {part.file_size // 1_000_000} MB, more than any policy has"
            raise UnreadableDocument(path, reason, WORDS_ALONE)
    if len(parts) > MOST_FILES:
        raise UnreadableDocument(path, f"it contains {len(parts):,} files", WORDS_ALONE)


def _check_inactive(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    for part in parts:
        if any(word in f"/{part.filename.lower()}" for word in ACTIVE):
            raise UnreadableDocument(
                path,
                f"it contains macros or embedded files ({part.filename})",
                "Save a copy without them (in Word: as .docx without macros, objects as pictures) and import that.",
            )


class _Counted:
    """Goes through a part's XML without keeping it; refuses document types, and what is too deep or too much.

    The parser is told of elements in whatever coding the part has, so that no coding hides a document type.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.elements = self.depth = 0

    def read(self, package: zipfile.ZipFile) -> int:
        """Return how many elements the part has."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        with package.open(self.name) as part:
            parser.ParseFile(part)
        return self.elements

    def _refuse_document_type(self, *_: object) -> None:
        raise UnreadableDocument(self.path, f"{self.name} declares a document type", "Save it in Word again as .docx.")

    def _open(self, *_: object) -> None:
        self.elements, self.depth = self.elements + 1, self.depth + 1
        if self.depth > DEEPEST:
            raise UnreadableDocument(self.path, f"{self.name} is nested more deeply than any policy", WORDS_ALONE)
        if self.elements > MOST_ELEMENTS:
            raise UnreadableDocument(self.path, f"{self.name} has more parts than any policy", WORDS_ALONE)

    def _close(self, *_: object) -> None:
        self.depth -= 1
