"""Setting certificates and badges with Typst, which makes tagged PDF/UA: a page that screen readers can read as well.

All words go in as data and are never read as markup. Nothing is kept: a page is set each time it is asked for.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any
from unicodedata import category, normalize

import typst

from config import ROOT
from core.domain.names import legible

# Typst brings a serif with Latin, Greek, Cyrillic and Hebrew letters. Arabic letters and emoji are installed at set-up;
# where they are not, or a name needs others, the machine's own fonts help out.
FONTS = ROOT / "node_modules" / "@expo-google-fonts"
MISSING = "□"
# One letter alone, held to the same standard as the page: it fails where no font has it.
PROBE = b'#set document(title: "Probe")\n#set text(lang: "en")\n#sys.inputs.letter'
ACCESSIBLE = "ua-1"


class Press:
    """Sets pages and pictures; one serves a whole process, since it keeps its fonts at hand."""

    def __init__(self, fonts: Path = FONTS, with_machine_fonts: bool = True) -> None:
        """Use the fonts of this folder, those that Typst brings, and the machine's."""
        # Fonts are looked for when the first page is set: most processes set none.
        self._wanted: dict[str, Any] = {"include_system_fonts": with_machine_fonts, "font_paths": [fonts]}
        self._compiler: typst.Compiler | None = None
        self._known: dict[str, bool] = {}
        # A compiler does one thing at a time, and threads share this one.
        self._lock = Lock()

    def page(self, template: Path, words: Mapping[str, Any], pictures: Mapping[str, str], made_at: datetime) -> bytes:
        """Return an accessible PDF of a template with these words.

        A letter that no font has is set as □, and the template is told so in ``missing``.
        """
        plain: Mapping[str, Any] = _each_word(words, legible)
        tries = (
            lambda: plain,
            lambda: _each_word(plain, self._printable),
            # Some letters can be printed one by one but not together, such as marks that no font can stack.
            lambda: _each_word(_each_word(plain, _without_marks), self._printable),
            lambda: _each_word(plain, _plainest),
        )
        for last in (made() for made in tries):
            with suppress(typst.TypstError):
                return self._set(template, {**last, "missing": last != plain}, pictures, made_at, format="pdf")
        # Someone's name is not the cause: the page itself is wrong.
        return self._set(template, {**last, "missing": True}, pictures, made_at, format="pdf")

    def picture(self, template: Path, words: Mapping[str, Any], pictures: Mapping[str, str], kind: str) -> bytes:
        """Return a picture of a template with these words, as ``png`` or ``svg``; letters stand in it as shapes."""
        return self._set(template, _each_word(words, legible), pictures, None, format=kind)

    def _set(
        self,
        template: Path | bytes,
        words: Mapping[str, Any],
        pictures: Mapping[str, str],
        made_at: datetime | None,
        **wanted: Any,
    ) -> bytes:
        if wanted["format"] == "pdf":
            wanted["pdf_standards"] = [ACCESSIBLE]
        if made_at:
            wanted["timestamp"] = made_at.replace(microsecond=0)  # a PDF's dates know whole seconds only
        inputs = {"words": json.dumps(words), **pictures}
        with self._lock:
            # The library gives a list only where a picture has several pages, as none of ours has.
            return self._ready().compile(template, sys_inputs=inputs, **wanted)  # type: ignore[return-value]

    def _ready(self) -> typst.Compiler:
        if not self._compiler:
            self._compiler = typst.Compiler(root=ROOT, font_paths=typst.Fonts(**self._wanted))
        return self._compiler

    def _printable(self, words: str) -> str:
        return "".join(letter if letter.isascii() or self._has(letter) else MISSING for letter in words)

    def _has(self, letter: str) -> bool:
        if letter not in self._known:
            try:
                self._set(PROBE, {}, {"letter": letter}, None, format="pdf")
                self._known[letter] = True
            except typst.TypstError:
                self._known[letter] = False
        return self._known[letter]


def _without_marks(words: str) -> str:
    """Leave out marks that do not belong to a letter; text that is only marks becomes □."""
    left = "".join(letter for letter in normalize("NFC", words) if not category(letter).startswith("M"))
    return left if left.strip() or not words.strip() else MISSING


def _plainest(words: str) -> str:
    """Return words in letters that every font has: accents are left out, and all others are set as □."""
    letters = _without_marks(normalize("NFKD", words))
    return "".join(letter if letter.isascii() else MISSING for letter in letters)


def _each_word(value: Any, change: Any) -> Any:
    """Change every text in a value made of texts, lists and mappings."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _each_word(part, change) for name, part in value.items()}
    return [_each_word(part, change) for part in value] if isinstance(value, list | tuple) else value
