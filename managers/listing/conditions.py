"""What makes a row of someone's training one that a list was asked for, as conditions; what depends on the day is here.

A list reads ``StaffTraining`` where it is about one module, and ``StaffOverview`` where it is about all of them. Both
have the same columns for what is asked here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, null, or_, select, true
from sqlalchemy.orm import Session

from core.domain.names import folded
from lti.domain.delivery import DeliveryState
from lti.models import Activity, Delivery, Platform
from managers.listing.domain.query import Due, ListQuery, ListStatus
from managers.models import StaffEntry, StaffMember, StaffOverview, StaffTraining
from managers.scope import StaffScope
from modules.domain.content import TrainingModule
from modules.passes.course_progress import Standing
from modules.policy.acknowledgements import versions_that_count
from policies.domain.policy import Policy

SOON_DAYS = 14
# Where no module says from when on its passes can be renewed.
EXPIRING_DAYS = 30
Training = type[StaffTraining] | type[StaffOverview]


@dataclass(frozen=True)
class PeopleList:
    """A list of staff: what was asked for, about whom it may be, the module or all of them, and the day it is for.

    ``asking`` are the modules of it that ask for the policy to be confirmed, in one of the ``versions`` that count.
    """

    asked: ListQuery
    scope: StaffScope
    module: TrainingModule | None
    today: date
    asking: tuple[str, ...]
    versions: Sequence[str]

    @property
    def rows(self) -> Training:
        """Return the table that the list reads."""
        return StaffTraining if self.module else StaffOverview

    @property
    def expiring_days(self) -> int:
        """Return for how many days before its end a pass counts as one that ends soon."""
        return self.module.renew_days if self.module and self.module.renew_days else EXPIRING_DAYS


def people_list(
    session: Session,
    asked: ListQuery,
    scope: StaffScope,
    modules: Sequence[TrainingModule],
    policy: Policy,
    today: date,
) -> PeopleList:
    """Return the list that was asked for: of one of these modules of a trust, or of all."""
    module = next((each for each in modules if each.key == asked.module), None)
    asking = tuple(each.key for each in ([module] if module else modules) if each.acknowledges)
    versions = versions_that_count(session, policy) if asking else ()
    return PeopleList(asked, scope, module, today, asking, versions)


def among(of: PeopleList) -> ColumnElement[bool]:
    """Return the condition for a row to be about the module and about someone whom the list may show.

    It leaves out those whom the school, the job group, the line manager or the words that are looked for leave out.
    """
    asked, rows = of.asked, of.rows
    parts = [of.scope.holds(rows)]
    if of.module:
        parts.append(StaffTraining.module == of.module.key)
    if asked.school is not None:
        parts.append(rows.school_id.is_not_distinct_from(asked.school or None))
    if people := list(_about_people(of)):
        parts.append(rows.staff_id.in_(select(StaffMember.id).where(StaffMember.trust == of.scope.trust, *people)))
    return and_(*parts)


def _about_people(of: PeopleList) -> Iterator[ColumnElement[bool]]:
    asked = of.asked
    if asked.group:
        yield StaffMember.job_group == asked.group
    if asked.manager:
        yield StaffMember.line_manager_id == asked.manager
    if asked.q:
        yield is_like(asked.q)


def is_like(sought: str) -> ColumnElement[bool]:
    """Return the condition for a staff member's name or address to have these words in it, whatever the accents."""
    by_name = StaffMember.sort_name.contains(folded(sought), autoescape=True)
    return or_(by_name, StaffMember.email.contains(sought.lower(), autoescape=True))


def chosen(of: PeopleList) -> ColumnElement[bool]:
    """Return the condition for a row to be one of those chosen by status, due date and grade."""
    asked = of.asked
    return and_(is_due(of, asked.due), has_grade(of, asked.needs_attention), has_status(of, asked.standing))


def has_status(of: PeopleList, status: ListStatus | None) -> ColumnElement[bool]:
    """Return the condition for a row to have a status; for none, that any will do."""
    return STATUSES[status](of) if status else true()


def is_due(of: PeopleList, due: Due | None) -> ColumnElement[bool]:
    """Return the condition for a due date to have passed, or to come soon; for neither, that any will do."""
    if due is None:
        return true()
    if due is Due.OVERDUE:
        return of.rows.due_on < of.today
    return of.rows.due_on.between(of.today, of.today + timedelta(days=SOON_DAYS))


def has_grade(of: PeopleList, needs_attention: bool) -> ColumnElement[bool]:
    """Return the condition for a grade of someone to need attention; or that any will do."""
    return of.rows.staff_id.in_(with_refused_grades(of)) if needs_attention else true()


def with_refused_grades(of: PeopleList) -> Select[int]:
    """Select the staff members of whom an LMS of the trust did not accept a grade of what the list is about."""
    refused = Delivery.state == DeliveryState.NEEDS_ATTENTION, Activity.module == Delivery.module
    theirs = Delivery.platform_id.in_(select(Platform.id).where(Platform.trust == of.scope.trust))
    found = (
        select(StaffEntry.staff_id)
        .join(Delivery, Delivery.person_id == StaffEntry.person_id)
        .join(Activity, Activity.id == Delivery.activity_id)
        .where(theirs, *refused)
    )
    return found.where(Delivery.module == of.module.key) if of.module else found


def _is_over(of: PeopleList) -> ColumnElement[bool]:
    return of.rows.valid_until < of.today


def _lasts(of: PeopleList) -> ColumnElement[bool]:
    return func.coalesce(of.rows.valid_until, of.today) >= of.today


def _reached(of: PeopleList, standing: Standing) -> ColumnElement[bool]:
    reached = of.rows.reached == standing
    # Of one module, only a pass can have run out.
    return reached if of.module and standing is not Standing.PASSED else and_(reached, _lasts(of))


def _ends_soon(of: PeopleList) -> ColumnElement[bool]:
    return of.rows.valid_until.between(of.today, of.today + timedelta(days=of.expiring_days))


def is_confirmed(of: PeopleList) -> ColumnElement[Any]:
    """Return whether someone has confirmed the policy in a version that counts; null where nothing asks for it."""
    version = of.rows.confirmed_version
    return and_(version.is_not(None), version.in_(of.versions)) if of.asking else null()


def _is_unconfirmed(of: PeopleList) -> ColumnElement[bool]:
    """Return the condition for someone who has passed what asks for it not to have confirmed the policy."""
    if not of.asking:
        return false()
    unconfirmed = not_(is_confirmed(of))
    if of.module:
        return and_(_reached(of, Standing.PASSED), unconfirmed)
    passed = StaffTraining.reached == Standing.PASSED, StaffTraining.module.in_(of.asking)
    theirs = select(StaffTraining.staff_id).where(StaffTraining.staff_id == StaffOverview.staff_id, *passed)
    return and_(StaffOverview.passed > 0, unconfirmed, theirs.exists())


STATUSES = {
    ListStatus.NOT_STARTED: lambda of: _reached(of, Standing.NOT_STARTED),
    ListStatus.IN_PROGRESS: lambda of: _reached(of, Standing.IN_PROGRESS),
    ListStatus.NOT_PASSED: lambda of: _reached(of, Standing.NOT_PASSED),
    ListStatus.PASSED: lambda of: _reached(of, Standing.PASSED),
    ListStatus.UNCONFIRMED: _is_unconfirmed,
    ListStatus.EXPIRING: _ends_soon,
    ListStatus.EXPIRED: _is_over,
}
