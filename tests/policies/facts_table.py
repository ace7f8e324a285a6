"""What every policy names, as a table that people can read and review.

After a change to facts, write the table anew and read what changed before committing it:

    python -m tests.policies.facts_table && git diff tests/policies/facts.txt
"""

from collections.abc import Iterator
from pathlib import Path

from policies.domain.policy import Policy
from policies.shipped import facts, policies
from tests.policies.stances_table import TRUSTS

REVIEWED = Path(__file__).parent / "facts.txt"
NOT_ASKED = "(not asked)"


def lines() -> Iterator[str]:
    """Give the table line by line: for each fact its question, and then each policy's answer and clauses."""
    for key, fact in facts().items():
        yield from ("", f"{key}: {fact.question}")
        yield from (f"  {trust:10}{_answer(policies()[trust], key)}" for trust in TRUSTS)


def _answer(policy: Policy, key: str) -> str:
    named = policy.facts.get(key)
    if not named:
        return NOT_ASKED
    return f"{named.answer:38}{'; '.join(named.clauses)}".rstrip()


if __name__ == "__main__":
    REVIEWED.write_text("\n".join(lines()).strip() + "\n", encoding="utf-8")
