"""Numbers that Word counts by itself, such as 1.1 and (iv), written into the text: its words alone lack them."""

import io
import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOCUMENT, NUMBERING, STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
ROMAN_SIGNS = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def with_written_numbers(package: zipfile.ZipFile) -> io.BytesIO:
    """Return a copy of the document in which every counted number is part of its paragraph's text."""
    names = package.namelist()
    document = ElementTree.fromstring(package.read(DOCUMENT))
    if NUMBERING in names:
        styles = ElementTree.fromstring(package.read(STYLES)) if STYLES in names else Element("none")
        _write_numbers(document, Numbering.of(ElementTree.fromstring(package.read(NUMBERING)), styles))
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for part in package.infolist():
            new.writestr(part.filename, package.read(part)) if part.filename != DOCUMENT else new.writestr(
                DOCUMENT, ElementTree.tostring(document, encoding="utf-8", xml_declaration=True)
            )
    copy.seek(0)
    return copy


def _write_numbers(document: Element, numbering: "Numbering") -> None:
    for paragraph in document.iter(f"{W}p"):
        properties = paragraph.find(f"{W}pPr")
        label = numbering.label_of(properties) if properties is not None else None
        if label is None or properties is None:
            continue
        # The number stands in the text now: an own reference to no list (0) takes the paragraph out of its style's.
        for counted in properties.findall(f"{W}numPr"):
            properties.remove(counted)
        none = ElementTree.SubElement(properties, f"{W}numPr")
        ElementTree.SubElement(none, f"{W}numId", {f"{W}val": "0"})
        run = Element(f"{W}r")
        ElementTree.SubElement(run, f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}).text = (
            label + " "
        )
        paragraph.insert(list(paragraph).index(properties) + 1, run)


@dataclass(frozen=True, slots=True)
class NumberingLevel:
    """How one level of a list counts: its format, the pattern of its label, and its first value."""

    format: str
    pattern: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has been counted."""

    levels: dict[str, dict[int, NumberingLevel]]
    lists: dict[str, str]
    restarts: dict[tuple[str, int], int]
    by_style: dict[str, tuple[str, int]]
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, numbering: Element, styles: Element) -> "Numbering":
        """Read the lists from the document's parts."""
        levels = {
            _attribute(abstract, "abstractNumId"): {
                int(_attribute(level, "ilvl") or 0): NumberingLevel(
                    _value(level, "numFmt", "decimal"), _value(level, "lvlText"), int(_value(level, "start", "1"))
                )
                for level in abstract.findall(f"{W}lvl")
            }
            for abstract in numbering.findall(f"{W}abstractNum")
        }
        nums = {_attribute(num, "numId"): num for num in numbering.findall(f"{W}num")}
        restarts = {
            (number, int(_attribute(override, "ilvl") or 0)): int(_value(override, "startOverride", "1"))
            for number, num in nums.items()
            for override in num.findall(f"{W}lvlOverride")
        }
        return cls(levels, {n: _value(num, "abstractNumId") for n, num in nums.items()}, restarts, _by_style(styles))

    def label_of(self, properties: Element) -> str | None:
        """Count a paragraph and return its label; None where it has none, or a bullet."""
        number, depth = self._list_of(properties)
        levels = self.levels.get(self.lists.get(number, ""), {})
        if depth not in levels or levels[depth].format in ("bullet", "none"):
            return None
        counts = self.counts[self.lists[number]]
        start = self.restarts.pop((number, depth), None)
        counts[depth] = start if start is not None else counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        return re.sub(
            r"%(\d)", lambda found: _written(levels, counts, int(found[1]) - 1), levels[depth].pattern
        ).strip()

    def _list_of(self, properties: Element) -> tuple[str, int]:
        own = properties.find(f"{W}numPr")
        by_style = self.by_style.get(_value(properties, "pStyle"), ("", 0))
        if own is None:
            return by_style
        return _value(own, "numId", by_style[0]), int(_value(own, "ilvl", str(by_style[1])))


def _by_style(styles: Element) -> dict[str, tuple[str, int]]:
    return {
        _attribute(style, "styleId"): (_value(counted, "numId"), int(_value(counted, "ilvl", "0")))
        for style in styles.findall(f"{W}style")
        if (counted := style.find(f"{W}pPr/{W}numPr")) is not None
    }


def _written(levels: dict[int, NumberingLevel], counts: dict[int, int], depth: int) -> str:
    level = levels.get(depth, NumberingLevel("decimal", "", 1))
    count = counts.get(depth, level.start)
    if level.format.endswith("Letter"):
        letters = chr(ord("a") + (count - 1) % 26)
        return letters.upper() if level.format.startswith("upper") else letters
    if level.format.endswith("Roman"):
        return _roman(count)
    return str(count)


def _roman(count: int) -> str:
    for value, sign in ROMAN_SIGNS:
        if count >= value:
            return sign + _roman(count - value)
    return ""


def _attribute(element: Element, name: str) -> str:
    return element.get(f"{W}{name}") or ""


def _value(element: Element, child: str, default: str = "") -> str:
    found = element.find(f"{W}{child}")
    return default if found is None else _attribute(found, "val") or default
