"""What a piece of text looks like: a sentence that has ended, a title, a cross-reference cut off by a line's end."""

import re

ENDS = re.compile(r"[.;:?!,…][\"'”’)\]]*$")
SENTENCE_ENDS = re.compile(r"[.?!…][\"'”’)\]]*$")
TAIL = 60
"""Characters at a text's end that show how it ends."""
FIRST_LETTER = re.compile(r"[^\W\d_]")
# A line that ends in one of these goes on in the next, whatever that looks like: "as set out in section / 4 above".
LEADING_ON = re.compile(
    r"(sections?|clauses?|paragraphs?|para|part|appendix|annex|schedule|article|regulation|item|points?|pages?|years?"
    r"|an?|the|in|of|to|at|by|for|from|with|under|over|than|between|until|about|within|after|before|per|aged?|see)",
    re.IGNORECASE,
)
VERBS = re.compile(
    r"\b(must|should|shall|may|can|cannot|will|would|is|are|was|were|be|has|have|do|does|not|following|appl(y|ies))\b",
    re.IGNORECASE,
)
LONGEST_TITLE = 12
"""Words in a heading at most. "Respecting colleagues, students, parents and carers, governors …:" has ten."""


def has_ended(text: str) -> bool:
    """Whether the text ends with a mark of punctuation, if only a comma."""
    return bool(ENDS.search(text[-TAIL:]))


def is_sentence(text: str) -> bool:
    """Whether the text ends as a sentence does."""
    return bool(SENTENCE_ENDS.search(text[-TAIL:]))


def leads_on(text: str) -> bool:
    """Whether the last word of the text asks for something to follow."""
    words = text[-TAIL:].split()
    return bool(words) and bool(LEADING_ON.fullmatch(words[-1].lstrip("(")))


def ends_in_reference(text: str) -> bool:
    """Whether the text ends in a clause's number, which a letter in brackets may belong to: "under 3.1 / (a)"."""
    return bool(re.search(r"\s\d+(\.\d+)+(\([a-z]+\))*$", text[-TAIL:]))


def is_open(text: str) -> bool:
    """Whether the text breaks off in the middle of a phrase."""
    return leads_on(text) or bool(re.search(r"([^;,]\s(and|or)|[/&–-])$", text[-TAIL:]))


def begins_small(text: str) -> bool:
    """Whether the first letter of the text is a small one."""
    return text.lstrip("\"'“‘(")[:1].islower()


def is_capitals(text: str) -> bool:
    """Whether a line is written in capitals, as headings are."""
    return text.isupper() and sum(letter.isalpha() for letter in text) > 3


def is_title(text: str) -> bool:
    """Whether the text could be a heading: short, begins with a capital, and does not end like a sentence or a list."""
    first = FIRST_LETTER.search(text)
    if (
        not first
        or text[0] == "("
        or not (first[0].isupper() or text[0].isdigit())
        or len(text.split()) > LONGEST_TITLE
    ):
        return False
    return text.endswith("?") or not (has_ended(text) or leads_on(text))


def is_lead(text: str) -> bool:
    """Whether a clause's whole text is a title for what follows, such as "Respecting colleagues:"."""
    body = text.removesuffix(":").strip()
    return is_title(body) and not VERBS.search(body)


def in_sentence_case(heading: str, spelt: frozenset[str]) -> str:
    """Write a heading in capitals as a sentence would; words that the document ``spelt`` in capitals keep them."""
    if not is_capitals(heading):
        return heading
    words = [word if word.strip("(),:&") in spelt else word.lower() for word in heading.split()]
    return " ".join([words[0] if words[0] in spelt else words[0].capitalize(), *words[1:]])
