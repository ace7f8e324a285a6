"""Searching a policy: every word of the search has to stand in a clause, as a whole word or as the beginning of one.

People write “email”, “login” and “trust's” where a policy has “e-mail”, “log-in” and “trust’s”, or the other way
round.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from policies.domain.act import Act
from policies.domain.policy import Clause, Policy

LONGEST_SEARCH = 100

# What people call things, and what policies call them.
SAME = (
    ("photo", "picture", "image"),
    ("press", "reporter", "journalist"),
    ("phone", "mobile", "device"),
    ("sack", "dismiss"),
    ("expupil", "former"),
)


@dataclass(frozen=True, slots=True)
class Search:
    """The words to look for; if there are none, every clause matches."""

    words: tuple[str, ...]

    def among(self, clauses: Iterable[Clause]) -> tuple[Clause, ...]:
        """Return the clauses that contain every word: in their text, a heading, the reference or who they bind."""
        return tuple(clause for clause in clauses if self._stands_in(_text(clause)))

    def behind(self, policy: Policy, acts: Iterable[Act]) -> tuple[Clause, ...]:
        """Return the clauses by which a policy judges the acts that every word stands in, in the policy's order.

        Acts are named in everyday words, so that a search finds a rule that is worded in others.
        """
        judged = [policy.position_on(act.key) for act in acts if self._stands_in(act.says)]
        cited = {ref for position in judged for ref in position.clauses}
        return tuple(clause for clause in policy.clauses if clause.ref in cited)

    def parts_of(self, text: str) -> list[tuple[str, bool]]:
        """Break a text into its parts, each with whether it is one of the words."""
        if not self.words:
            return [(text, False)]
        either = re.compile("|".join(_pattern(word).pattern for word in self.words), re.IGNORECASE)
        parts, end = [], 0
        for match in either.finditer(text):
            parts += [(text[end : match.start()], False), (match[0], True)]
            end = match.end()
        return [part for part in [*parts, (text[end:], False)] if part[0]]

    def _stands_in(self, text: str) -> bool:
        return all(_pattern(word).search(text) for word in self.words)


def search_for(typed: str) -> Search:
    """Return the search for some text as typed, without characters that cannot be printed."""
    plain = "".join(letter if letter.isprintable() else " " for letter in typed)
    words = (word.strip("-,;:!?“”\"‘’'") for word in plain.split())
    return Search(tuple(dict.fromkeys(word for word in words if word)))


def _text(clause: Clause) -> str:
    return "\n".join((clause.ref, *clause.heading, clause.covers, clause.says))


def _pattern(word: str) -> re.Pattern[str]:
    """Return what finds a word, and any that means the same, at the beginning of words; hyphens make no difference."""
    plain = _stem(word.replace("-", "").lower())
    alike = next((words for words in SAME if any(plain.startswith(one) for one in words)), (plain,))
    found = "|".join("-?".join(_letter(letter) for letter in one) for one in alike)
    return re.compile(rf"(?<!\w)(?:{found})\w*", re.IGNORECASE)


def _letter(letter: str) -> str:
    return "['’]" if letter in "'’" else re.escape(letter)


def _stem(word: str) -> str:
    """Return a word without the s of a plural, so that logos finds logo."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
