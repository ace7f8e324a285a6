"""Names from outside: how they are kept, put in order and compared, whatever alphabet they are written in.

The order is worked out here and kept with each person, so that every database puts people in the same order: its own
rules for letters would put Zoë before Álvarez, or differ from one server to the next.
"""

import re
from unicodedata import category, combining, normalize

LONGEST_SORT_NAME = 200
# Characters that turn the direction of whatever follows them (Unicode Standard Annex #9, sections 2.1 to 2.4).
DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# A pointed Hebrew letter can carry four; more than that runs into the lines above.
MOST_MARKS = 4
NO_WORD = re.compile(r"[\W_]+")
# Letters that are no base letter with a mark, yet are looked for under one, and signs that are typed in several ways.
LOOKED_FOR_UNDER = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t"}
    | dict.fromkeys("’‘ʼ`´ʻʹ", "'")
    | dict.fromkeys("‐‑‒–—", "-")
)


def legible(given: str) -> str:
    """Return words as they can be shown beside others: nothing that turns the text round, and no towers of marks.

    Control characters and repeated spaces become one space.
    """
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
    """Return a text without what makes no difference when people look for a name: case, accents, kinds of hyphen."""
    plain = normalize("NFKD", normalize("NFKD", text.translate(LOOKED_FOR_UNDER)).casefold())
    bare = "".join(letter for letter in plain if not combining(letter))
    return " ".join(bare.translate(LOOKED_FOR_UNDER).split())


def sort_name(name: str | None, email: str | None, subject: str | None) -> str:
    """Return what a person is put in order by: their name, else their e-mail address, else the id the LMS gives them.

    Names are in the order in which the LMS gives their parts, such as “de la Cruz” under D.
    """
    found = (folded(legible(each or "")) for each in (name, email, subject))
    return next((each for each in found if each), "")[:LONGEST_SORT_NAME]


def alike(one: str | None, other: str | None) -> bool:
    """Say whether two names may be those of one person: the same words in any order, whatever their case and accents.

    A middle name may be missing on one side, and an initial counts for a name that begins with it; but two whole words
    have to agree, or one where both have no more. Who decides about people looks at the names themselves as well.
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
