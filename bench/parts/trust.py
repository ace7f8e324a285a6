"""The trust page of a large trust: counted a moment ago, counted now, and one module and one school of it."""

from functools import partial

from sqlalchemy import update

from bench.browser import Browser, Send
from bench.paged import page_rows
from bench.people import MODULE, Activity
from bench.plan import MODULES, Plan
from bench.row import Row
from bench.workforce import SCHOOLS, fill
from bench.workshop import Workshop
from core.audit.domain.event import by_command
from core.grants.domain.grant import GrantRole, Offer
from core.grants.grants import give
from db import utcnow
from lti.models import Platform
from managers.trust.jobs import count_all

LED = Activity(module=MODULE, role="Learner")
PAGES = {
    "all schools and modules": "/trust",
    "the same, counted now": "/trust?now=yes",
    "one module": f"/trust?module={MODULE}-3",
    "one school": "/trust?school=7",
}


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure the page as a trust lead sees it."""
    _fill(workshop, plan)
    work = f"trust page, {plan.staff:,} staff x {MODULES} modules x {SCHOOLS} schools"
    return page_rows(workshop, plan, partial(_lead, workshop), work, PAGES)


def _fill(workshop: Workshop, plan: Plan) -> None:
    with workshop.database() as database:
        with database.transaction() as session:
            session.execute(update(Platform).values(family="moodle"))
            fill(session, workshop.content(), plan.staff, MODULES, utcnow())
        count_all(database, utcnow())


def _lead(workshop: Workshop, send: Send) -> Browser:
    """Return the browser of someone who leads the trust, and has opened an activity."""
    lead = workshop.person(send)
    offer = Offer(workshop.content().policy.key, GrantRole.TRUST_LEAD, f"{lead.subject}@school.example")
    with workshop.database() as database, database.transaction() as session:
        give(session, offer, by_command("bench", "bench"), utcnow())
    lead.launch(LED)
    return lead.browser
