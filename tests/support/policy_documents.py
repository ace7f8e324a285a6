"""Policies made up for the tests, with the difficulties of real ones, and writers of Word and PDF files."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

# Numbers, letters and romans; lines wrapped with a blank line after each, pages that end inside clauses.
HEATH = """\
 1. What this is for

1.1 Elm Heath Trust wants its staff to enjoy the internet and to come to no harm by it, at school and at

home.

1.2 It says what we expect of everybody who works for us, paid or unpaid, and what happens when

somebody falls short of it; parts of it bind visitors too. It is read with our
 other rules.

2. Who keeps to it

2.1 All staff keep to it.

3. What we ask

3.1 Looking after children:

(a) Staff must not answer messages from pupils on their own accounts, as set out in section

4 below.

(b) Staff must not say anything unkind about:

(i) a child;

(ii) a family; or

(iii) a colleague,

and should think twice before they say anything unkind at all, since

words travel.

(c) Tell the head about a message that worries you.

(d) Keep what was sent.

(e) Do not send it on.

(f) Do not answer it.

(g) Do not delete it.

(h) Help whoever was hurt by it, and ask the head who else can help; a quiet word is often the best

thing.

(i) Use the settings of your accounts so that pupils cannot see what is private.

3.2 Staff should not share a re-

cipe for trouble. A recipe for trouble is a joke about a child.

4. What may follow

4.1 A breach of 3.1 can lead to a warning.
"""

# No numbers: capitals, sentence-case headings, bullets, and letters with bullets below them.
BROOK = """\
 Social Media Policy of the Brook Schools


This policy is for everybody who works in our schools.

It is read with the code of conduct.

AIMS

We want staff to know:

• what they may post;

• whom they can ask, and
when to do so.

ONLINE LIFE AND ICT

What we mean by it

Social media are places on the internet where people talk to each other, such as
those for short films. ICT lessons are not meant.

• Forums count.

New ones count as soon as they are there.

Your own accounts

Whatever staff post on their own must not:

a. harm the schools, for example by:

• mocking them; or

• mocking a family;

b. give away what is confidential.

GETTING IT WRONG
Staff who break these rules are asked to put things right.
"""

# Markdown bullets and deep numbers, a stray heading, numbers left out, an open wording, a place for signatures.
MOOR = """\
1. Beginnings

- 1.1 This policy helps staff of the Moor Academies.
- 1.2 It may change.

2 Whom it binds

- 2.1 It binds all staff.
- (1) Who looks after it?
- 2.2 The board looks after it.

3 Rules

- 3.1 Staff may look at their own accounts at work if it does not:
 - 3.1.1 take more than 10 minutes a day; or
 - 3.1.2 get in the way of work.

- 3.4 Staff are [asked/told] to use a school account for school news. They must not:
 - 3.4.1 put on it:
 - 3.4.1.1 pictures of children without leave;
 - 3.4.1.2 news about children

3.4.2 If a newspaper asks, staff pass it on to the head.

4 Watching

4.1 The trust may look at what is done on its computers.

Agreed by the staff.

Approved by:

Chair of the board

Date:
"""

# A rule before section 1, a section that is one paragraph, appendices, page numbers and a running header.
FEN = """\
 Never write about a pupil of the Fen Trust by name on any site, whatever the reason

for it may be.

1 Purpose

1.1 These rules protect pupils and staff. Most of what follows is good manners, and none of it is

meant to spoil anybody's fun.

2 Personal use

Staff may use their own telephones in their breaks, but only out of sight of the

pupils.

3 Contact

3.1 Staff should be kind to everyone whom they meet on the internet, and be aware that



FEN TRUST | Rules for social media       2

others may read it. They are asked to stop when told to.

3.2 Staff must report:

- threats, wherever

they are made;

- lies.
 Appendix 1



Being careful

Staff are reminded of this:

1) What is posted stays.

2) A picture can be passed on to many people by anybody who sees it, so think about who

that may be.




 3

Appendix 2



Duties

1) Ask when in doubt.
"""

REFS = {
    "heath": [
        *["1.1", "1.2", "2.1", "3.1", "3.1(a)", "3.1(b)", "3.1(b)(i)", "3.1(b)(ii)", "3.1(b)(iii)"],
        *["3.1(c)", "3.1(d)", "3.1(e)", "3.1(f)", "3.1(g)", "3.1(h)", "3.1(i)", "3.2", "4.1"],
    ],
    "brook": [
        "Preamble",
        "Aims",
        "What we mean by it",
        "Your own accounts",
        "Your own accounts (a)",
        "Your own accounts (b)",
        "Getting it wrong",
    ],
    "moor": [
        *["1.1", "1.2", "2.1", "2.2", "3.1", "3.1.1", "3.1.2", "3.4", "3.4.1"],
        *["3.4.1.1", "3.4.1.2", "3.4.2", "4.1"],
    ],
    "fen": ["Preamble", "1.1", "2", "3.1", "3.2", "App 1", "App 1 (1)", "App 1 (2)", "App 2 (1)"],
}
TEXTS = {"heath": HEATH, "brook": BROOK, "moor": MOOR, "fen": FEN}

MAIN = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>"""
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = (
    '<Relationship Id="r{0}" Target="{0}.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{1}"/>'
)


def paragraph(text: str, properties: str = "") -> str:
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def docx(paragraphs: Iterable[str], **parts: str | bytes) -> bytes:
    """Write a Word document of these paragraphs (XML), with further parts in its folder word/."""
    numbering = parts.pop("numbering", f"<w:numbering {MAIN}/>")
    styles = parts.pop("styles", f"<w:styles {MAIN}/>")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS.format(RELATION.format("word/document", "officeDocument")))
        relations = "".join(RELATION.format(name, name) for name in ("numbering", "styles"))
        package.writestr("word/_rels/document.xml.rels", RELATIONS.format(relations))
        package.writestr("word/numbering.xml", numbering)
        package.writestr("word/styles.xml", styles)
        package.writestr("word/document.xml", f"<w:document {MAIN}><w:body>{''.join(paragraphs)}</w:body></w:document>")
        for name, content in parts.items():
            package.writestr(f"word/{name.replace('__', '/')}", content)
    return written.getvalue()


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Write a PDF with these lines on each page."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        shown = "\n".join(f"({_escaped(line)}) Tj T*" for line in lines)
        content = f"BT /F1 10 Tf 14 TL 50 800 Td\n{shown}\nET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
    return _with_table(objects)


def pdf_of(stream: bytes, filters: str) -> bytes:
    """Write a PDF of one page with this content, packed as ``filters`` says."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
        "/Contents 5 0 R >>",
        f"<< /Length {len(stream)} /Filter {filters} >>\nstream\n{stream.decode('latin-1')}\nendstream",
    ]
    return _with_table(objects, "latin-1")


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _with_table(objects: Sequence[str], coding: str = "cp1252") -> bytes:
    written = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{content}\nendobj\n".encode(coding)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return written + f"{table}startxref\n{len(written)}\n%%EOF\n".encode("cp1252")
