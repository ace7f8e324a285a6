"""What would give the best choices of a library away: a favourite place in the list, or a favourite length."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scenarios.domain.rated import Rated, longest

# Best choices are some two in five. More than this share in one place, or of the longest ones, could be learnt.
FAVOURITE = 0.6


def problems_across(library: Sequence[Rated]) -> list[str]:
    """List what is wrong with a library as a whole: where the best choices stand, and how long they are."""
    trusts = list(dict.fromkeys(trust for rated in library for trust in rated.trusts))
    return [
        says for trust in trusts for says in (*_favourite_places(library, trust), *_favourite_length(library, trust))
    ]


def _favourite_places(library: Sequence[Rated], trust: str) -> Iterator[str]:
    for place, share in sorted(_shares_of_places(library, trust).items()):
        if share > FAVOURITE:
            yield f"choice {place + 1} is a best one in {share:.0%} of decisions under the policy of {trust}"


def _shares_of_places(library: Sequence[Rated], trust: str) -> Mapping[int, float]:
    """Return, for each place in a list of choices, in what share of the decisions the best choice stands there."""
    offered: Counter[int] = Counter()
    best: Counter[int] = Counter()
    for rated in library:
        for _, scene in rated.decisions:
            offered.update(range(len(scene.choices)))
            best.update(rated.best_places(trust, scene))
    return {place: best[place] / offered[place] for place in offered}


def _favourite_length(library: Sequence[Rated], trust: str) -> Iterator[str]:
    hits = [longest(scene) in rated.best_places(trust, scene) for rated in library for _, scene in rated.decisions]
    if sum(hits) > FAVOURITE * len(hits):
        share = sum(hits) / len(hits)
        yield f"the longest choice is a best one in {share:.0%} of decisions under the policy of {trust}"
