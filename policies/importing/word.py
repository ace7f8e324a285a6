"""The text of a Word document, with its headings, bullets and the numbers that Word counts by itself."""

import io
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import mammoth

from policies.importing.errors import UnreadableDocument
from policies.importing.word_checks import check
from policies.importing.word_numbers import with_written_numbers

LOCKED_OR_OLD = b"\xd0\xcf\x11\xe0"
STYLES = [
    "p[style-name='Title'] => h1:fresh",
    *(
        f"p[style-name='{name} {level}'] => h{level + 1}:fresh"
        for name in ("Heading", "heading")
        for level in range(1, 6)
    ),
]


def text_of(path: Path) -> str:
    """Return the words of a .docx; one that is locked, broken, made to burst, or carries other files is Unreadable."""
    raw = path.read_bytes()
    if raw.startswith(LOCKED_OR_OLD):
        raise UnreadableDocument(
            path,
            "it is protected by a password, or an old .doc",
            "Save it as .docx without a password and import that.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            check(path, package)
            html = _html(with_written_numbers(package))
    except (UnreadableDocument, MemoryError, RecursionError):
        raise
    # Broken files make the readers of zip and XML raise all sorts.
    except Exception as error:
        raise UnreadableDocument(
            path, f"it is not a Word document, or a broken one ({type(error).__name__})", "Save it as .docx again."
        ) from error
    return _Text.of(html)


def _html(docx: io.BytesIO) -> str:
    html: str = mammoth.convert_to_html(
        docx,
        style_map="\n".join(STYLES),
        include_embedded_style_map=False,
        convert_image=mammoth.images.img_element(lambda _image: {}),
    ).value
    return html


class _Text(HTMLParser):
    """Writes each paragraph on one line with a blank line after it; notes at the foot of a page are left out."""

    PARAGRAPHS = frozenset(["p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th"])

    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self.notes = 0

    @classmethod
    def of(cls, html: str) -> str:
        parser = cls()
        parser.feed(html)
        parser.close()
        return "\n\n".join(line for line in parser.lines if line.strip(" #-"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.notes or (dict(attrs).get("id") or "").startswith(("footnote", "endnote")):
            self.notes += tag not in ("br", "img")
        elif tag in self.PARAGRAPHS:
            # A paragraph inside an item or a cell is that item's first line.
            if self.lines[-1] != "- ":
                self.lines.append("- " if tag == "li" else "#" * int(tag[1]) + " " if tag[0] == "h" else "")
        elif tag == "br":
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.notes:
            self.notes -= 1
        elif tag in self.PARAGRAPHS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.notes:
            self.lines[-1] += " ".join(data.split("\n"))
