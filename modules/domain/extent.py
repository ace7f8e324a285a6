"""How much a module tests: how many decisions someone makes, and how many rules of the policy they have to know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a module tests.

    Decisions are counted along the longest way through each story; a shorter way counts for as many. Every act and
    every fact that a rule check asks about is a rule.
    """

    decisions: int
    rules: int = 0

    def words(self, policy: str) -> str:
        """Return it in words, such as “14 decisions and 32 rules of the Social media policy”."""
        made = _counted(self.decisions, "decision")
        return f"{made} and {_counted(self.rules, 'rule')} of {policy}" if self.rules else f"{made} under {policy}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
