"""Contrast sets: neighbouring acts that differ by one condition, or a fact that a policy names.

What stands under each field is for authors too: it goes into the published schema, which editors show while they type.
"""

from dataclasses import dataclass

FEWEST_ACTS = 3
MOST_ACTS = 6


@dataclass(frozen=True, slots=True)
class ContrastSet:
    """A question about a policy: what it says about each of several acts, or what it names."""

    key: str
    """What this set is called: lower case, with hyphens. Staff never see it."""
    why: str
    """Why the difference matters, in one or two sentences; shown after the answer."""
    question: str = ""
    """The question in plain words; a set about a fact takes the question of the fact."""
    acts: tuple[str, ...] = ()
    """Three to six acts of the shared vocabulary that differ by one condition each."""
    fact: str | None = None
    """In place of acts: the fact of the policy that is asked for, such as “doubt.ask”."""
    about: tuple[str, ...] = ()
    """For a fact: the acts that it belongs to, so that it follows stories about them."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return the acts that decide which stories this set follows."""
        return self.acts or self.about
