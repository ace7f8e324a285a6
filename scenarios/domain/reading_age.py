"""The reading age of a text: the age at which most people read it with ease.

The formula is the grade level of Kincaid, Fishburne, Rogers and Chissom (“Derivation of new readability formulas for
Navy enlisted personnel”, 1975), which counts words to a sentence and syllables to a word. Children in the first grade
are about six, so five years are added. Syllables are counted by the letters, which is right for nine words in ten.
"""

import re

YEARS_BEFORE_GRADE_ONE = 5

WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
# A sentence ends where you draw breath; “Is it?” in quotation marks does not end one that goes on: she asks.
SENTENCE_END = re.compile(r"[.!?…]+[”’\"')]*(?=\s+[^a-z\s]|\s*$)|\n\s*\n")

VOWELS = re.compile(r"[aeiouy]+")
# Vowels that stand together and are spoken apart: med-ia, ser-ious, vid-eo, mus-eum, be-ing, po-em; not “tion”, “cial”.
APART = re.compile(
    r"(?<![tscgxl])ia(?!ge$)|(?<![tscgxl])io|eo(?!ple)|eum|iu|ie[tm]|[aeo]ing|oe[mt]|uou|ua(?!r)"
    r"|^create|^real[il]|[ao]yer|oyee|yo(?=ne$)"
)
# Vowels that are written and not spoken: mak(e), lik(e)d, nam(e)s, sur(e)ly, leag(ue), som(e)thing, ev(e)ning.
MUTE = re.compile(
    r"(?<![aeiouy])(?<![^aeiouy]l)e$|(?<=[aeiouy]g)ue$|(?<=q)ue$"
    r"|(?<![tdaeiouy])ed$"
    r"|(?<![aeiouyscxzg])(?<!sh)(?<!ch)(?<![^aeiouy]l)es$"
    r"|(?<![aeiouy])e(?=(?:ly|ments?|ful|less|ness)$)"
    r"|(?<=^som)e|(?<=^ev)e(?=ry|ning)"
)


def reading_age(text: str) -> float:
    """Return the reading age of a text in years; a text without words has none, which is 0."""
    words = WORD.findall(text)
    if not words:
        return 0.0
    syllables = sum(syllables_of(word) for word in words)
    grade = 0.39 * len(words) / sentences_in(text) + 11.8 * syllables / len(words) - 15.59
    return grade + YEARS_BEFORE_GRADE_ONE


def sentences_in(text: str) -> int:
    """Count the sentences of a text; its last one may lack its full stop."""
    return max(1, sum(bool(WORD.search(part)) for part in SENTENCE_END.split(text)))


def syllables_of(word: str) -> int:
    """Count the syllables of a word by its letters; a number or an abbreviation counts as one."""
    letters = re.sub(r"[^a-z]", "", word.lower().partition("’")[0].partition("'")[0])
    return max(1, len(VOWELS.findall(letters)) + len(APART.findall(letters)) - len(MUTE.findall(letters)))
