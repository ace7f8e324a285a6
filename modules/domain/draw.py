"""Drawing the rule checks of a module under a trust's policy: those that tell who knows it, and the same for everyone.

An act is *informative* under a policy where the policy does not say what common sense expects, or where trusts differ.
Parallel draws are out of the same marks, so that attempts with different rule checks compare.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from policies.domain.act import Act, Nature
from policies.domain.comparison import family_of
from policies.domain.fact import Fact
from policies.domain.floor import Floor
from policies.domain.policy import Policy, Stance
from scenarios.domain.contrast_set import FEWEST_ACTS, MOST_ACTS, ContrastSet
from scenarios.domain.graph import decisions_ahead
from scenarios.domain.rating import FULL_MARKS
from scenarios.domain.rule_check import ACT_MARKS, FACT_MARKS, Bin, RuleCheck, bin_of
from scenarios.domain.scenario import Scenario

# Someone who does not pass has to learn more than the answers that they saw.
DRAWS = 3
MOST_FACTS = 2
DECISIONS_A_FACT = 3
ACTS_A_PAGE = 4
# More than this share in one bin, and putting every act there would nearly do.
MOST_IN_A_BIN = 0.4
# The same of the acts of one nature, so that what an act is by nature does not say where it belongs.
MOST_OF_A_NATURE = 0.5
# Where that leaves too few acts, the bins may be a little less balanced, and then a little less again.
SLACKS = (0, 1, 2, 4)


@dataclass(frozen=True)
class Syllabus:
    """What rule checks can be drawn from: a policy, the others that it differs from, and all that they speak of."""

    policy: Policy
    others: tuple[Policy, ...]
    scenarios: tuple[Scenario, ...]
    acts: Mapping[str, Act]
    sets: tuple[ContrastSet, ...]
    facts: Mapping[str, Fact]
    floor: Floor | None = None

    @cached_property
    def played(self) -> Mapping[str, frozenset[str]]:
        """Return the acts of each scenario, by its key."""
        return {scenario.key: frozenset(_acts_in(scenario)) for scenario in self.scenarios}

    @cached_property
    def families(self) -> Mapping[str, frozenset[str]]:
        """Return the families of the acts of each scenario, by its key."""
        known = {key: played & self.acts.keys() for key, played in self.played.items()}
        return {key: frozenset(family_of(self.acts[act]) for act in acts) for key, acts in known.items()}

    @cached_property
    def relevances(self) -> Mapping[str, int]:
        """Return how closely each set, by its key, belongs to the scenario to which it belongs most."""
        return {each.key: max(self.relevance_of(each, scenario) for scenario in self.played) for each in self.sets}

    @cached_property
    def decisions(self) -> int:
        """Return the number of decisions that the module is out of."""
        return sum(decisions_ahead(scenario)[scenario.start.key] for scenario in self.scenarios)

    @cached_property
    def bins(self) -> Mapping[str, Bin]:
        """Return where each act of the sets belongs under the policy."""
        return {act: bin_of(self.policy.position_on(act)) for act in self._asked}

    @cached_property
    def worths(self) -> Mapping[str, float]:
        """Return how informative each act is: what common sense gets wrong, and the share of trusts that differ."""
        return {act: self._worth_of(act) for act in self._asked}

    @cached_property
    def _asked(self) -> tuple[str, ...]:
        """Return the acts of the sets, each once, without those that are not in the vocabulary."""
        return tuple(dict.fromkeys(act for each in self.sets for act in each.acts if act in self.acts))

    def _worth_of(self, act: str) -> float:
        own, natural = self.bins[act], common_sense_on(self.acts[act])
        differ = [bin_of(other.position_on(act)) is not own for other in self.others]
        return 2 * (own is not natural) + sum(differ) / max(len(differ), 1)

    def worth_of_fact(self, fact: str) -> float:
        """Return the share of trusts that answer the question of a fact differently."""
        own = self.policy.facts[fact].answer
        differ = [fact in other.facts and other.facts[fact].answer != own for other in self.others]
        return sum(differ) / max(len(differ), 1)

    def may_ask(self, act: str) -> bool:
        """Say whether an act can be asked about: not where only the floor speaks, and forbids it everywhere."""
        return act in self._askable

    @cached_property
    def _askable(self) -> frozenset[str]:
        return frozenset(filter(self._can_be_asked, self._asked))

    def _can_be_asked(self, act: str) -> bool:
        forbidden = self.floor and self.floor.marks(act).stance is Stance.PROHIBITED_CRITICAL
        return not forbidden or self.bins[act] is not Bin.SILENT

    def relevance_of(self, contrast_set: ContrastSet, scenario: str) -> int:
        """Return how closely a set belongs to a scenario: by acts that both name, then by acts of the same family."""
        subjects, families = set(contrast_set.subjects) & self.acts.keys(), self.families[scenario]
        alike = sum(family_of(self.acts[act]) in families for act in subjects)
        return 10 * len(subjects & self.played[scenario]) + alike


def common_sense_on(act: Act) -> Bin:
    """Return where someone puts an act who knows no policy, by its nature alone."""
    return COMMON_SENSE[act.nature]


# What protects is asked for, what is risky is forbidden, and no policy speaks of what goes too far.
COMMON_SENSE: Mapping[Nature, Bin] = {
    Nature.PROTECTIVE: Bin.ALLOWS,
    Nature.RISKY: Bin.FORBIDS,
    Nature.NEEDLESS: Bin.SILENT,
}


@dataclass(slots=True)
class Tally:
    """How many acts a draw asks about so far, by the bin where they belong and by their nature and bin."""

    by_bin: Counter[Bin]
    by_nature: Counter[tuple[Nature, Bin]]

    @classmethod
    def of(cls, syllabus: Syllabus, acts: Iterable[str]) -> "Tally":
        """Count acts."""
        placed = [(syllabus.acts[act].nature, syllabus.bins[act]) for act in acts]
        return cls(Counter(own for _, own in placed), Counter(placed))

    def add(self, nature: Nature, own: Bin) -> None:
        """Count one more act, of a nature and in a bin."""
        self.by_bin[own] += 1
        self.by_nature[nature, own] += 1

    def has_room_for(self, nature: Nature, own: Bin, slack: int) -> bool:
        """Say whether one more act of a nature in a bin leaves the bins balanced, but for some slack."""
        of_nature = sum(count for (other, _), count in self.by_nature.items() if other is nature)
        most = MOST_IN_A_BIN * (self.by_bin.total() + ACTS_A_PAGE) + slack
        most_alike = MOST_OF_A_NATURE * (of_nature + FEWEST_ACTS) + slack
        return self.by_bin[own] + 1 <= most and self.by_nature[nature, own] + 1 <= most_alike


def draws_from(syllabus: Syllabus) -> tuple[tuple[RuleCheck, ...], ...]:
    """Draw rule checks out of some half of the module's marks, in parallel draws that are out of the same marks."""
    facts = _facts_in_order(syllabus)
    each = min(MOST_FACTS, len(facts), syllabus.decisions // DECISIONS_A_FACT)
    wanted = max(0, (syllabus.decisions * FULL_MARKS - each * FACT_MARKS) // ACT_MARKS)
    ranked = _sets_in_order(syllabus)
    pages = [_pages(syllabus, _turn(ranked, draw), wanted) for draw in range(DRAWS)]
    fewest = min(map(_number_of_acts, pages), default=0)
    trimmed = [_trimmed(syllabus, draw, fewest) for draw in pages]
    whole = [draw for draw in trimmed if _number_of_acts(draw) == fewest]
    draws = [(*draw, *_turn(facts, number)[:each]) for number, draw in enumerate(whole)]
    return tuple(_placed(syllabus, draw) for draw in draws if draw)


def _sets_in_order(syllabus: Syllabus) -> list[ContrastSet]:
    """Return the sets of acts that belong to the module: those about its stories first, the most informative first."""
    found = [each for each in syllabus.sets if each.acts and syllabus.relevances[each.key]]
    usable = [each for each in found if sum(map(syllabus.may_ask, each.acts)) >= FEWEST_ACTS]
    return sorted(usable, key=lambda each: (-min(2, _shared(syllabus, each)), -_worth_of_set(syllabus, each), each.key))


def _shared(syllabus: Syllabus, contrast_set: ContrastSet) -> int:
    """Return how many acts of a set are in the stories: one without any may not be about those who take the module."""
    return len(set(contrast_set.acts) & frozenset[str]().union(*syllabus.played.values()))


def _worth_of_set(syllabus: Syllabus, contrast_set: ContrastSet) -> float:
    worths = sorted((syllabus.worths[act] for act in contrast_set.acts if syllabus.may_ask(act)), reverse=True)
    shown = worths[:ACTS_A_PAGE]
    named = 1 + min(syllabus.relevances[contrast_set.key], 40) / 40
    return named * sum(shown) / len(shown)


def _facts_in_order(syllabus: Syllabus) -> list[ContrastSet]:
    found = [
        each
        for each in syllabus.sets
        if each.fact in syllabus.policy.facts and each.fact in syllabus.facts and syllabus.relevances[each.key]
    ]
    return sorted(found, key=lambda each: (-syllabus.worth_of_fact(each.fact or ""), each.key))


def _turn(ranked: Sequence[ContrastSet], draw: int) -> list[ContrastSet]:
    """Return all sets, those first whose turn it is in this draw: the best are shared out."""
    others = [each for place, each in enumerate(ranked) if place % DRAWS != draw]
    return [*ranked[draw::DRAWS], *others]


def _number_of_acts(pages: Iterable[ContrastSet]) -> int:
    return sum(len(page.acts) for page in pages)


def _pages(syllabus: Syllabus, ranked: Sequence[ContrastSet], wanted: int) -> list[ContrastSet]:
    """Return sets cut down to the acts that are asked, as many as wanted; sets that fill a page come first."""
    pages: dict[str, ContrastSet] = {}
    for slack, fewest, each in product(SLACKS, (ACTS_A_PAGE, FEWEST_ACTS), ranked):
        taken = [act for page in pages.values() for act in page.acts]
        left = wanted - len(taken)
        if left < FEWEST_ACTS:
            break
        acts = _chosen(syllabus, each, taken, min(left, MOST_ACTS), slack) if each.key not in pages else ()
        if _is_a_page(syllabus, acts) and len(acts) >= min(fewest, left):
            pages[each.key] = replace(each, acts=acts)
    return list(pages.values())


def _chosen(
    syllabus: Syllabus, contrast_set: ContrastSet, taken: Sequence[str], most: int, slack: int
) -> tuple[str, ...]:
    """Return the acts of a set to ask about, in its order: informative ones, and from bins that are not full."""
    free = [act for act in contrast_set.acts if act not in taken and syllabus.may_ask(act)]
    chosen: list[str] = []
    tally = Tally.of(syllabus, taken)
    for act in sorted(free, key=lambda act: (-syllabus.worths[act], act)):
        nature, own = syllabus.acts[act].nature, syllabus.bins[act]
        if len(chosen) < most and tally.has_room_for(nature, own, slack):
            chosen.append(act)
            tally.add(nature, own)
    return tuple(act for act in contrast_set.acts if act in chosen)


def _trimmed(syllabus: Syllabus, pages: Iterable[ContrastSet], number: int) -> list[ContrastSet]:
    """Leave out the least informative acts until the pages ask about this number, and keep two bins on each page."""
    left = list(pages)
    while _number_of_acts(left) > number:
        shorter = [
            (syllabus.worths[act], place, without)
            for place, page in enumerate(left)
            for act in page.acts
            if _is_a_page(syllabus, without := tuple(each for each in page.acts if each != act))
        ]
        if not shorter:
            break
        _, place, acts = min(shorter)
        left[place] = replace(left[place], acts=acts)
    return left


def _is_a_page(syllabus: Syllabus, acts: Sequence[str]) -> bool:
    """Say whether acts can be a page: enough of them, and not all in one bin."""
    return len(acts) >= FEWEST_ACTS and len({syllabus.bins[act] for act in acts}) > 1


def _placed(syllabus: Syllabus, sets: Sequence[ContrastSet]) -> tuple[RuleCheck, ...]:
    """Put each set after the story that it belongs to most, and no more after one than the others need."""
    most = -(-len(sets) // len(syllabus.scenarios))
    after: dict[str, list[ContrastSet]] = {scenario.key: [] for scenario in syllabus.scenarios}
    for each in sets:
        free = [key for key, own in after.items() if len(own) < most]
        after[max(free, key=lambda key: syllabus.relevance_of(each, key))].append(each)
    return tuple(_check(syllabus, each, key) for key, own in after.items() for each in own)


def _check(syllabus: Syllabus, contrast_set: ContrastSet, after: str) -> RuleCheck:
    question = syllabus.facts[contrast_set.fact].question if contrast_set.fact else contrast_set.question
    return RuleCheck(contrast_set.key, after, question, contrast_set.why, contrast_set.acts, contrast_set.fact)


def _acts_in(scenario: Scenario) -> Iterable[str]:
    return (act for scene in scenario.scenes for choice in scene.choices for act in choice.acts)
