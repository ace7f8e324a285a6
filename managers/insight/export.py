"""The report as a list to download: clauses, then story by story its questions and how they were answered."""

from collections.abc import Iterator, Mapping

from managers.exports.domain.export import Cell, CellKind, Cells, Column
from managers.insight.domain.item import ItemKind
from managers.insight.domain.report import (
    ENOUGH,
    ChosenOption,
    InsightFlag,
    InsightReport,
    ReportedClause,
    ReportedItem,
    ReportedStory,
)
from managers.insight.domain.statistics import FEWEST, ItemStatistics

COLUMNS = (
    Column("Kind"),
    Column("Story"),
    Column("Question or rule"),
    Column("Answer"),
    Column("Clause"),
    Column("Rating"),
    Column("Wording"),
    Column("Chosen by", CellKind.SHARE),
    Column("Answers wrong", CellKind.SHARE),
    Column("People", CellKind.NUMBER),
    Column("Facility index", CellKind.SHARE),
    Column("Discrimination index", CellKind.NUMBER),
    Column("Discriminative efficiency", CellKind.NUMBER),
    Column("Median minutes", CellKind.NUMBER),
    Column("Look at this"),
)
KINDS = {
    ItemKind.CLAUSE: "clause",
    ItemKind.STORY: "story",
    ItemKind.DECISION: "decision",
    ItemKind.RULE_CHECK: "rule check",
    ItemKind.ACT: "act",
    ItemKind.FACT: "fact",
}
FLAGS = {InsightFlag.NEGATIVE: "negative discrimination", InsightFlag.SERIOUS: "popular serious breach"}
NOTES = (
    f"First attempts only. Nothing is said about fewer than {FEWEST} people.",
    "The facility index is the mean share of the marks. Discrimination is from -100 to 100.",
    f"With fewer than {ENOUGH} people, discrimination and efficiency can be down to chance.",
)


def export_rows(report: InsightReport, bins: Mapping[str, str]) -> Iterator[Cells]:
    """Give the rows of a report; ``bins`` are the words for the ways to answer about an act."""
    for clause in report.clauses:
        yield _row(clause.clause, _of_clause(clause))
    for told in report.stories:
        if told.story.statistics:
            yield _row(told.story, {"Story": told.story.item.says, "Question or rule": None})
        yield from _of_story(told, bins)


def _of_clause(clause: ReportedClause) -> dict[str, Cell]:
    return {"Clause": clause.ref, "Answers wrong": clause.wrong}


def _of_story(told: ReportedStory, bins: Mapping[str, str]) -> Iterator[Cells]:
    story: dict[str, Cell] = {"Story": told.story.item.says}
    for question in told.questions:
        if question.statistics:
            yield _row(question, story | {"Look at this": ", ".join(FLAGS[flag] for flag in question.flags)})
            yield from (_row(question, story | _of_answer(question, option, bins)) for option in question.options)


def _of_answer(question: ReportedItem, chosen: ChosenOption, bins: Mapping[str, str]) -> dict[str, Cell]:
    option = chosen.option
    says = bins[option.key] if question.item.kind is ItemKind.ACT else option.says
    rated = option.rating.value if option.rating else "right" if option.is_right else "wrong"
    return {"Kind": "answer", "Answer": says, "Rating": rated, "Chosen by": chosen.share}


def _row(reported: ReportedItem, more: dict[str, Cell]) -> Cells:
    cells: dict[str, Cell] = {
        "Kind": KINDS[reported.item.kind],
        "Question or rule": reported.item.says,
        "Wording": "earlier" if reported.is_earlier else "current",
    }
    # Of an answer, the figures of its question would only be the same again.
    figures = _figures(reported.statistics) if reported.statistics and "Answer" not in more else {}
    cells |= figures | more
    return [cells.get(column.heading) for column in COLUMNS]


def _figures(found: ItemStatistics) -> dict[str, Cell]:
    return {
        "People": found.people,
        "Facility index": found.facility / 100,
        "Discrimination index": found.discrimination,
        "Discriminative efficiency": found.efficiency,
        "Median minutes": round(found.seconds / 60, 1) if found.seconds is not None else None,
    }
