"""The report: figures with the words of what they are about, in the order of the module, and what to look at first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from managers.insight.domain.item import InsightItem, ItemKind, ItemOption, Knowledge
from managers.insight.domain.item_bank import ItemBank
from managers.insight.domain.slices import InsightFigures
from managers.insight.domain.statistics import ItemStatistics
from policies.domain.policy import anchor_of

# One in five who choose what would be gross misconduct is too many to put down to chance or haste.
POPULAR = 0.2
# With fewer people, a correlation of a fifth to either side of nothing is within what chance brings about.
ENOUGH = 30
MOST_NAMED = 3


class InsightFlag(Enum):
    """Why someone should look at an item."""

    NEGATIVE = "negative-discrimination"
    SERIOUS = "popular-serious-breach"


@dataclass(frozen=True, slots=True)
class ChosenOption:
    """A way to answer, and the share of those asked who chose it; None if too few were asked."""

    option: ItemOption
    share: float | None

    @property
    def is_popular_breach(self) -> bool:
        """Say whether it would be a serious breach, and one in five or more chose it."""
        return self.option.is_serious and self.share is not None and self.share >= POPULAR


@dataclass(frozen=True)
class ReportedItem:
    """An item with its statistics, or with none if too few reached it.

    ``is_earlier``: the latest version of the module no longer has it in this form.
    """

    item: InsightItem
    statistics: ItemStatistics | None
    chosen: Mapping[str, int]
    is_earlier: bool = False

    @cached_property
    def options(self) -> tuple[ChosenOption, ...]:
        """Return the ways to answer, each with its share."""
        total = sum(self.chosen.values())
        return tuple(
            ChosenOption(option, self.chosen.get(key, 0) / total if total else None)
            for key, option in self.item.options.items()
        )

    @cached_property
    def flags(self) -> tuple[InsightFlag, ...]:
        """Return why someone should look at it."""
        negative = self.statistics is not None and (self.statistics.discrimination or 0) < 0
        serious = any(option.is_popular_breach for option in self.options)
        found = {InsightFlag.NEGATIVE: negative, InsightFlag.SERIOUS: serious}
        return tuple(flag for flag, is_so in found.items() if is_so)

    @property
    def may_be_chance(self) -> bool:
        """Say whether too few people reached it for its indices to say much."""
        return self.statistics is not None and self.statistics.people < ENOUGH

    def wrong_on(self, clause: str) -> float:
        """Return the share of the answers that miss a clause."""
        missed = sum(self.chosen.get(key, 0) for key, each in self.item.options.items() if clause in each.wrong_on)
        return missed / max(sum(self.chosen.values()), 1)


@dataclass(frozen=True, slots=True)
class ReportedStory:
    """A story, and its questions in their order: decisions, then rule checks, each before its acts."""

    story: ReportedItem
    questions: tuple[ReportedItem, ...]


@dataclass(frozen=True, slots=True)
class ReportedClause:
    """A clause, how many of the answers about it were wrong, and the questions about it, the most missed first."""

    clause: ReportedItem
    questions: tuple[ReportedItem, ...]

    @property
    def ref(self) -> str | None:
        """Return its reference, or None for what the policy does not mention."""
        return self.clause.item.place[0] if self.clause.item.place else None

    @property
    def anchor(self) -> str:
        """Return the name of its place on the policy's page."""
        return anchor_of(self.ref or "")

    @property
    def missed_in(self) -> tuple[ReportedItem, ...]:
        """Return the questions in which it was missed most."""
        name = self.clause.item.id
        return tuple(question for question in self.questions[:MOST_NAMED] if question.wrong_on(name))

    @property
    def answers(self) -> int:
        """Return how many answers were about it."""
        return sum(self.clause.chosen.values())

    @property
    def wrong(self) -> float:
        """Return the share of these that were wrong."""
        return self.clause.chosen.get(Knowledge.WRONG.value, 0) / max(self.answers, 1)


@dataclass(frozen=True)
class InsightReport:
    """All that is known of a slice; ``clauses`` are those that someone was asked about, the most missed first."""

    attempts: int
    versions: tuple[int, ...]
    stories: tuple[ReportedStory, ...]
    clauses: tuple[ReportedClause, ...]

    @cached_property
    def flagged(self) -> tuple[ReportedItem, ...]:
        """Return the questions that someone should look at."""
        return tuple(question for story in self.stories for question in story.questions if question.flags)


def report_of(figures: InsightFigures, banks: Mapping[int, ItemBank]) -> InsightReport:
    """Return the report on figures, with the item banks of the versions that they name and of the latest one."""
    items = list(_reported(figures, banks))
    questions = [each for each in items if each.item.kind not in (ItemKind.STORY, ItemKind.CLAUSE)]
    stories = {each.item.story: each for each in reversed(items) if each.item.kind is ItemKind.STORY}
    order = dict.fromkeys(each.item.story for each in items if each.item.kind is ItemKind.STORY)
    clauses = [each for each in items if each.item.kind is ItemKind.CLAUSE]
    return InsightReport(
        attempts=figures.attempts,
        versions=figures.versions,
        stories=tuple(
            ReportedStory(stories[key], tuple(each for each in questions if each.item.story == key)) for key in order
        ),
        clauses=tuple(sorted(_clauses(clauses, questions), key=lambda each: (-each.wrong, each.ref or ""))),
    )


def _clauses(clauses: list[ReportedItem], questions: list[ReportedItem]) -> Iterator[ReportedClause]:
    for clause in clauses:
        name = clause.item.id
        about = [each for each in questions if name in each.item.about and each.statistics]
        yield ReportedClause(clause, tuple(sorted(about, key=lambda each: -each.wrong_on(name))))


def _reported(figures: InsightFigures, banks: Mapping[int, ItemBank]) -> Iterator[ReportedItem]:
    """Give the items of the latest version, and then those of earlier ones that are no longer asked in that form."""
    latest = max(banks)
    for version in sorted(banks, reverse=True):
        for name, item in banks[version].items.items():
            found = figures.items.get(name)
            if found and (version == latest or (found.version == version and name not in banks[latest].items)):
                yield ReportedItem(item, found.statistics, found.chosen, is_earlier=version != latest)
            elif version == latest and (item.kind is ItemKind.STORY or name in banks[latest].asked_first):
                yield ReportedItem(item, None, {})
