"""Lists of very many people, of a course and of a trust: first and last pages, filters, and orders."""

from functools import partial

from sqlalchemy import update

from bench.browser import Browser, Send
from bench.crowd import Crowd, link_of, module_of
from bench.paged import page_rows
from bench.people import Activity
from bench.plan import MODULES, Plan
from bench.row import Row
from bench.workshop import Workshop
from core.audit.domain.event import by_command
from core.grants.domain.grant import GrantRole, Offer
from core.grants.grants import give
from db import utcnow
from lti.models import Person, Platform

MANAGED = Activity(link_of(3), module_of(3), "Instructor")
PER_PAGE = 50
SCHOOLS = 40


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure with a tenth of the staff too, to see whether the page grows with them."""
    rows = _measure(workshop, plan, plan.staff)
    workshop.begin()
    return rows + _measure(workshop, plan, plan.staff // 10)[:1]


def _measure(workshop: Workshop, plan: Plan, staff: int) -> list[Row]:
    _fill(workshop, staff)
    work = f"managers' page, {staff:,} staff x {MODULES} modules"
    return page_rows(workshop, plan, partial(_manager, workshop), work, _pages(staff))


def _pages(staff: int) -> dict[str, str]:
    """Return the paths of the pages that are measured, by what they show."""
    last, of_module = staff // PER_PAGE, f"/people?scope=trust&module={module_of(3)}"
    return {
        "first page": "/people",
        "not passed": "/people?standing=not-passed",
        "last page": f"/people?page={last}",
        "trust, first page": "/people?scope=trust",
        "trust, last page": f"/people?scope=trust&page={last}",
        "trust, overdue, by school": "/people?scope=trust&due=overdue&sort=school&page=2",
        "trust, part of a name": "/people?scope=trust&q=chloe",
        "trust, one module": of_module,
        "trust, one module, middle page by due date": f"{of_module}&sort=due&page={last // 2}",
        "trust, one module, passed, last page": f"{of_module}&standing=passed&page={last}",
        "trust, one module, one school, not passed": f"{of_module}&school=7&standing=not-passed",
        "trust, one module, by status": f"{of_module}&sort=status&page={last // 2}",
    }


def _fill(workshop: Workshop, staff: int) -> None:
    with workshop.database() as database, database.transaction() as session:
        crowd = Crowd(session, workshop.lms, workshop.content(), utcnow())
        crowd.fill(staff, MODULES)
        crowd.fill_trust(staff, SCHOOLS)


def _manager(workshop: Workshop, send: Send) -> Browser:
    """Return the browser of a manager of the course, who leads the trust too."""
    manager = workshop.person(send)
    manager.launch(MANAGED)
    address, trust = f"{manager.subject}@school.example", workshop.content().policy.key
    with workshop.database() as database, database.transaction() as session:
        session.execute(update(Platform).values(family="moodle"))
        session.execute(update(Person).where(Person.subject == manager.subject).values(email=address))
        give(session, Offer(trust, GrantRole.TRUST_LEAD, address), by_command("bench", "grants give"), utcnow())
    return manager.browser
