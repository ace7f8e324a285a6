"""The ratings of every choice in the library under every policy and the floor, as a table to read and review.

After a change to acts, stances or scenarios, write the table anew and read what changed before committing it:

    python -m tests.scenarios.ratings_table && git diff tests/scenarios/ratings.txt
"""

from collections.abc import Iterator
from pathlib import Path

from policies.shipped import acts, floor, policies
from scenarios.domain.rating import rate_scene
from scenarios.domain.scenario import Scenario, Scene
from scenarios.shipped import scenarios

REVIEWED = Path(__file__).parent / "ratings.txt"
TRUSTS = ("invictus", "agora", "unnamed", "societas", "chancery")


def lines() -> Iterator[str]:
    """Give the table line by line: a heading for each scene, a line for each choice, a column for each trust."""
    for scenario in scenarios().values():
        for scene in scenario.scenes:
            if scene.choices:
                yield from _lines_of(scenario, scene)


def _lines_of(scenario: Scenario, scene: Scene) -> Iterator[str]:
    yield _line(f"{scenario.key}/{scene.key}", TRUSTS)
    rulings = [rate_scene(scene, policies()[trust], acts(), floor()) for trust in TRUSTS]
    for choice in scene.choices:
        yield _line(f"  {choice.key}", [ruling[choice.key].rating.value for ruling in rulings])
    yield ""


def _line(first: str, rest: tuple[str, ...] | list[str]) -> str:
    return (f"{first:42}" + "".join(f"{word:16}" for word in rest)).rstrip()


if __name__ == "__main__":
    REVIEWED.write_text("\n".join(lines()), encoding="utf-8")
