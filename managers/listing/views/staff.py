"""The list of a school's or a trust's staff, or of the people someone manages, as a page and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from config import Settings
from core.domain.days import day_of
from core.services import service
from db import reading, utcnow
from lti.visits.permission import current_visit
from managers.exports.views.download import asker, exported
from managers.listing.choices import Options, job_groups_of, managers_in, schools_in
from managers.listing.conditions import PeopleList, people_list
from managers.listing.counts import Counts, count
from managers.listing.domain.columns import OF_STAFF, shown
from managers.listing.domain.query import Due, ListStatus, Sort
from managers.listing.domain.words import ATTENTION_WORDS, DUE_WORDS, SORT_WORDS, WORDS, WORDS_OF_ALL
from managers.listing.files import export_of, rows_for_file
from managers.listing.pages import ids_of_page, segments
from managers.listing.rows import staff_rows
from managers.listing.views.address import asked_for, links
from managers.listing.views.tiles import Numbers, tiles
from managers.scope import StaffScope, scopes_here
from modules.content.publish import NotPublished, contents_and_policy
from modules.domain.content import TrainingModule


def staff_page(scope: StaffScope) -> str:
    """Show one page of the staff whom someone asked for, with counts that act as filters."""
    session, (of, modules, schools) = reading(), _listing(scope)
    counted, asked = count(session, of), of.asked
    size = service(Settings).people_per_page
    pages = max(1, -(-counted.chosen // size))
    page = min(asked.page, pages)
    ids = ids_of_page(session, of, segments(session, of, counted), (page - 1) * size, size)
    return render_template(
        "people/index.html",
        of=of,
        counted=counted,
        rows=staff_rows(session, of, ids) if ids else [],
        page=page,
        pages=pages,
        choices=_choices(of, modules, schools),
        columns=shown(OF_STAFF, asked.columns),
        all_columns=OF_STAFF,
        **words_of_page(of, Numbers(counted.everyone, _tiled(of, counted), counted.dues, counted.needing_attention)),
    )


def words_of_page(of: PeopleList, numbers: Numbers) -> dict[str, Any]:
    """Return what templates need of any list: its scope, its words, its tiles and the addresses of its links."""
    words, link = WORDS if of.module else WORDS_OF_ALL, links(of.asked)
    return {
        "asked": of.asked,
        "scope": of.scope,
        "scopes": scopes_here(),
        "link": link,
        "tiles": list(tiles(of.asked, link, numbers, words)),
        "status_words": words,
        "sort_words": SORT_WORDS,
        "by_name": Sort.NAME,
        "today": of.today,
    }


def _tiled(of: PeopleList, counted: Counts) -> dict[ListStatus, int]:
    """Return the counts of the statuses that people of a list can have."""
    found = counted.statuses
    return found if of.asking else {each: found[each] for each in found if each is not ListStatus.UNCONFIRMED}


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field of the form above a list: its options, and the one that is chosen."""

    key: str
    label: str
    any: str
    options: Sequence[tuple[Any, str]]
    chosen: Any


def _choices(of: PeopleList, modules: list[TrainingModule], schools: Options) -> list[FilterField]:
    """Return what the list can be narrowed to, without what leaves nothing to choose."""
    session, asked, words = reading(), of.asked, WORDS if of.module else WORDS_OF_ALL
    groups = [(group, group) for group in job_groups_of(session, of.scope)]
    managers = managers_in(session, of.scope, asked.school)
    standing, due = asked.standing and asked.standing.value, asked.due and asked.due.value
    grade = "attention" if asked.needs_attention else None
    statuses = [(each.value, words[each]) for each in ListStatus if of.asking or each is not ListStatus.UNCONFIRMED]
    found = (
        FilterField("module", "Training", "All training", [(each.key, each.title) for each in modules], asked.module),
        FilterField("standing", "Status", "Any status", statuses, standing),
        FilterField("due", "Due date", "Any due date", [(each.value, DUE_WORDS[each]) for each in Due], due),
        FilterField("grade", "Grade in the LMS", "Any grade", [("attention", ATTENTION_WORDS)], grade),
        FilterField("school", "School", "All schools", schools if len(schools) > 1 else [], asked.school),
        FilterField("group", "Job group", "All job groups", groups, asked.group),
        FilterField("manager", "Line manager", "All line managers", managers, asked.manager),
    )
    return [choice for choice in found if choice.options]


def _listing(scope: StaffScope) -> tuple[PeopleList, list[TrainingModule], Options]:
    """Return the list that was asked for, with the modules and the schools that someone can choose from."""
    session = reading()
    contents, policy = contents_and_policy(session, scope.trust)
    modules = [each.module for each in contents.values() if not each.module.is_practice]
    schools = schools_in(session, scope)
    asked = asked_for(scope.kind.value, request.args.get("module") or None, schools)
    if asked.module and asked.module not in {each.key for each in modules}:
        raise NotPublished(asked.module)
    return people_list(session, asked, scope, modules, policy, day_of(utcnow())), modules, schools


def staff_file(scope: StaffScope, ending: str) -> Response:
    """Answer with all of the list as a file, of what its page shows a part."""
    of, _, schools = _listing(scope)
    visit, session = current_visit(), reading()
    in_order = segments(session, of, count(session, of))
    export = export_of(of, visit.trust_name, asker(visit), utcnow(), dict(schools))
    return exported(ending, export, lambda session: rows_for_file(session, of, in_order))
