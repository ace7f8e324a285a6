"""What every policy makes of every act, as a table that people can read and review.

After a change to acts or stances, write the table anew and read what changed before committing it:

    python -m tests.policies.stances_table && git diff tests/policies/stances.txt
"""

from collections.abc import Iterator
from pathlib import Path

from policies.domain.policy import Policy, Stance
from policies.shipped import acts, policies

REVIEWED = Path(__file__).parent / "stances.txt"
TRUSTS = ("invictus", "agora", "unnamed", "societas", "chancery")
SILENT = "-"


def lines() -> Iterator[str]:
    """Give the table line by line: for each family a heading, for each act its stances and then their clauses."""
    family = None
    for key, act in acts().items():
        if key.split(".")[0] != family:
            family = key.split(".")[0]
            yield from ("", _line(family, TRUSTS))
        cells = [_cells(policies()[trust], key) for trust in TRUSTS]
        yield _line(f"  {key} ({act.nature.value}{', asks' * act.asks})", [stance for stance, _ in cells])
        for trust, (_, clauses) in zip(TRUSTS, cells, strict=True):
            if clauses:
                yield f"      {trust:10}{clauses}"


def _cells(policy: Policy, act: str) -> tuple[str, str]:
    position = policy.position_on(act)
    return SILENT if position.stance is Stance.SILENT else position.stance.value, "; ".join(position.clauses)


def _line(first: str, rest: tuple[str, ...] | list[str]) -> str:
    return (f"{first:72}" + "".join(f"{word:21}" for word in rest)).rstrip()


if __name__ == "__main__":
    REVIEWED.write_text("\n".join(lines()).strip() + "\n", encoding="utf-8")
