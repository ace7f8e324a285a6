"""Insight: what it takes to work the figures of a module out, and to show them."""

import time
import tracemalloc
from functools import partial

from bench.answers import SCHOOLS, give_answers, put_in_schools
from bench.browser import Browser, Send
from bench.crowd import Crowd, link_of, module_of
from bench.paged import page_rows
from bench.people import Activity, under_another_key
from bench.plan import Plan
from bench.row import Row
from bench.workshop import Workshop
from core.audit.domain.event import by_command
from core.grants.domain.grant import GrantRole, Offer
from core.grants.grants import give
from db import Database, utcnow
from lti.models import Person as LmsPerson
from lti.models import Platform
from managers.insight.work_out import work_out_figures

FLAT = "flat memory"
SEEN_AT = Activity(link_of(1), module_of(1))
ADDRESS = "policy.owner@school.example"
PAGES = {
    "the whole trust": "/insight",
    "a school in a term": "/insight?school=7&term=2026-27-autumn",
    "CSV": "/insight.csv",
}


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Work the figures of all staff out, and of a tenth of them to see whether memory grows, and look at them."""
    few, _ = _worked_out(workshop, plan.staff // 10)
    workshop.begin()
    many, row = _worked_out(workshop, plan.staff)
    memory = f"{few:.0f} MB with {plan.staff // 10:,} staff, {many:.0f} MB with all"
    return [Row(row.work, row.reach, f"{row.measured}; {memory}"), *_pages(workshop, plan)]


def _worked_out(workshop: Workshop, staff: int) -> tuple[float, Row]:
    """Fill a module with answers, work its figures out, and return the most memory in use, and the CPU as a row."""
    named = workshop.lms.facts()["trust"], module_of(1)
    with workshop.database() as database:
        _fill(workshop, database, staff)
        began = time.process_time()
        work_out_figures(database, named, utcnow())
        took = time.process_time() - began
        tracemalloc.start()
        work_out_figures(database, named, utcnow())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    work = f"insight: figures of a module, {staff:,} staff in {SCHOOLS} schools"
    return peak / 1_000_000, Row(work, FLAT, f"{took:.1f} s of CPU")


def _fill(workshop: Workshop, database: Database, staff: int) -> None:
    content = under_another_key(workshop.content(), module_of(1))
    with database.transaction() as session:
        Crowd(session, workshop.lms, workshop.content(), utcnow()).fill(staff, 1)
        give_answers(session, content)
        put_in_schools(session, workshop.lms.facts()["trust"], staff)


def _pages(workshop: Workshop, plan: Plan) -> list[Row]:
    work = f"insight, {plan.staff:,} staff in {SCHOOLS} schools"
    return page_rows(workshop, plan, partial(_owner, workshop), work, PAGES)


def _owner(workshop: Workshop, send: Send) -> Browser:
    """Return the browser of someone who owns the policy and has seen the page already."""
    person = workshop.person(send)
    person.launch(SEEN_AT)
    with workshop.database() as database, database.transaction() as session:
        known = session.query(LmsPerson).filter_by(subject=person.subject).one()
        known.email = ADDRESS
        session.get_one(Platform, known.platform_id).confirms_addresses = True
        trust = workshop.lms.facts()["trust"]
        give(session, Offer(trust, GrantRole.POLICY_OWNER, ADDRESS), by_command("bench", "grants give"), utcnow())
    person.browser.get("/insight")
    return person.browser
