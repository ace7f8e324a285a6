"""Names from outside: how they are kept, sorted and compared, in any alphabet.

The order is worked out here and kept with each person, so that every database sorts people in the same way. A
database's own rules might put Zoë before Álvarez, or differ from one server to the next.
"""

import re
from unicodedata import category, combining, normalize

LONGEST_SORT_NAME = 200
# Characters that change the direction of the text after them (Unicode Standard Annex #9, sections 2.1 to 2.4).
DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# A pointed Hebrew letter can carry four; more than that runs into the lines above.
MOST_MARKS = 4
NO_WORD = re.compile(r"[\W_]+")
# Letters that people search for as a different base letter, and signs that are typed in several ways.
LOOKED_FOR_UNDER = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t"}
    | dict.fromkeys("’‘ʼ`´ʻʹ", "'")
    | dict.fromkeys("‐‑‒–—", "-")
)


def legible(given: str) -> str:
    """Return words that can safely be shown next to others: nothing that reverses the text, and no stacks of marks.

    Control characters and repeated spaces become one space.
    """
    if given.isascii() and given.isprintable():
        # Most are, and a list may have hundreds of thousands.
        return " ".join(given.split())
    plain = "".join(" " if category(letter) in {"Cc", "Cs"} else letter for letter in given.translate(DIRECTIONS))
    return " ".join(_with_few_marks(plain).split())


def _with_few_marks(text: str) -> str:
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if combining(letter) or category(letter) == "Me" else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def folded(text: str) -> str:
    """Return a text without differences that do not matter in a search for a name: case, accents, kinds of hyphen."""
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    plain = normalize("NFKD", normalize("NFKD", text.translate(LOOKED_FOR_UNDER)).casefold())
    bare = "".join(letter for letter in plain if not combining(letter))
    return " ".join(bare.translate(LOOKED_FOR_UNDER).split())


def sort_name(name: str | None, email: str | None, subject: str | None) -> str:
    """Return what a person is sorted by: their name, otherwise their e-mail address, otherwise their id in the LMS.

    The parts of a name stay in the LMS's order, so “de la Cruz” comes under D.
    """
    found = (folded(legible(each or "")) for each in (name, email, subject))
    return next((each for each in found if each), "")[:LONGEST_SORT_NAME]


def alike(one: str | None, other: str | None) -> bool:
    """Say whether two names may belong to one person: the same words in any order, ignoring case and accents.

    One name may lack a middle name, and an initial matches a name that begins with it. But two whole words have to
    match, or one if neither name has more. The person who decides looks at the names as well.
    """
    fewer, more = sorted((_words_of(one), _words_of(other)), key=len)
    whole = sum(1 for word in fewer if len(word) > 1 and word in more)
    if not fewer or whole < min(2, len(more)) - any(len(word) == 1 for word in (*fewer, *more)):
        return False
    left = list(more)
    for word in sorted(fewer, key=len, reverse=True):
        found = next((each for each in left if _agree(word, each)), None)
        if found is None:
            return False
        left.remove(found)
    return whole > 0


def _words_of(name: str | None) -> list[str]:
    return [word for word in NO_WORD.split(folded(legible(name or ""))) if word]


def _agree(one: str, other: str) -> bool:
    return one == other or (1 in {len(one), len(other)} and one[0] == other[0])
