"""Digests for managers: once a week, how many of their people have training that is overdue or due soon, and who."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jinja2 import Environment
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from core.domain.days import day_of
from core.filters import counted
from core.grants.domain.grant import GrantRole
from core.grants.grants import in_force
from core.grants.models import Grant, GrantSchool
from core.schools import School
from lti.models import Membership
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.reminders.digests import keep_reminder
from managers.reminders.domain.plan import Occasion, Saying, is_week_over
from managers.reminders.domain.words import Filling, LetterPart, ReminderKind, said_of
from managers.reminders.letters import names_for, reminder_letter
from managers.reminders.models import Reminder
from managers.reminders.people import excepted_today
from managers.reminders.settings import TrustReminders
from managers.reminders.ways import way_for_leader

LEADING_PEOPLE = GrantRole.SCHOOL_LEAD, GrantRole.LINE_MANAGER
SOON = timedelta(days=14)
# More names than this, and the list on the page is the better place.
MOST_NAMED = 50


@dataclass(frozen=True)
class Leader:
    """Someone with grants for people: their address, who they are among the staff, and which people they look after."""

    address: str
    staff_id: int | None
    name: str | None
    school_ids: tuple[int, ...]
    manages: bool


def leaders_to_tell(session: Session, of: TrustReminders, now: datetime) -> list[Leader]:
    """Return the leaders of a trust whose weekly digest has become due: those who have left get none."""
    if of.settings.weekday is None:
        return []
    told, today, weekday = _last_told(session, of.trust), day_of(now), of.settings.weekday
    addresses = _addresses(session, of.trust, now)
    due = [each for each in addresses if is_week_over(weekday, told.get(each), today)]
    staff = _staff_with(session, of.trust, due)
    leaders = (_leader(address, addresses[address], staff.get(address)) for address in due)
    return [leader for leader in leaders if leader and not _gets_another(session, of.trust, leader, today)]


def _last_told(session: Session, trust: str) -> dict[str, date]:
    theirs = Reminder.trust == trust, Reminder.kind == ReminderKind.MANAGERS
    last = select(Reminder.recipient, func.max(Reminder.day)).where(*theirs).group_by(Reminder.recipient)
    return dict(session.execute(last).all())


def _addresses(session: Session, trust: str, now: datetime) -> dict[str, list[tuple[GrantRole, int | None]]]:
    wanted = (
        select(Grant.email, Grant.role, GrantSchool.school_id)
        .outerjoin(GrantSchool, GrantSchool.grant_id == Grant.id)
        .where(Grant.trust == trust, Grant.role.in_(LEADING_PEOPLE), *in_force(now))
        .order_by(Grant.email, GrantSchool.school_id)
    )
    found: dict[str, list[tuple[GrantRole, int | None]]] = {}
    for address, role, school_id in session.execute(wanted):
        found.setdefault(address, []).append((role, school_id))
    return found


def _staff_with(session: Session, trust: str, addresses: Sequence[str]) -> dict[str, tuple[int, str | None, bool]]:
    """Return who has these addresses, and whether they have left every course in which we knew them."""
    entries = select(StaffEntry.person_id).where(StaffEntry.staff_id == StaffMember.id)
    still = select(Membership.person_id).join(StaffEntry, StaffEntry.person_id == Membership.person_id)
    here = still.where(StaffEntry.staff_id == StaffMember.id, Membership.left_at.is_(None))
    has_left = exists(entries) & ~exists(here)
    theirs = StaffMember.trust == trust, StaffMember.email.in_(addresses)
    wanted = select(StaffMember.email, StaffMember.id, StaffMember.name, has_left).where(*theirs)
    return {str(email): (number, name, left) for email, number, name, left in session.execute(wanted)}


def _leader(
    address: str, held: Sequence[tuple[GrantRole, int | None]], known: tuple[int, str | None, bool] | None
) -> Leader | None:
    number, name, has_left = known or (None, None, False)
    if has_left:
        return None
    schools = tuple(school_id for _, school_id in held if school_id)
    return Leader(address, number, name, schools, any(role is GrantRole.LINE_MANAGER for role, _ in held))


def _gets_another(session: Session, trust: str, leader: Leader, day: date) -> bool:
    """Say whether a leader gets another message on a day; theirs then waits for the next."""
    same_address = (Reminder.trust == trust) & (Reminder.recipient == leader.address)
    same = same_address | (Reminder.staff_id == leader.staff_id) if leader.staff_id else same_address
    return session.scalar(select(Reminder.id).where(same, Reminder.day == day).limit(1)) is not None


def write_leader_digest(
    session: Session, of: TrustReminders, leader: Leader, templates: Environment, now: datetime
) -> bool:
    """Write the digest of a leader with its message; False if there is nothing to tell them, or they have it."""
    today = day_of(now)
    if _gets_another(session, of.trust, leader, today):
        return False
    parts = tuple(_parts(session, of, leader, today))
    if not parts:
        return False
    ways = way_for_leader(session, of.trust, leader.staff_id)
    filling = Filling(names_for(of, leader.name), parts, ways)
    message = reminder_letter(templates, of, ReminderKind.MANAGERS, leader.address, filling)
    keep_reminder(session, of.trust, ReminderKind.MANAGERS, leader.staff_id, message, now)
    return True


def leader_parts(session: Session, of: TrustReminders, leader: Leader, today: date) -> tuple[LetterPart, ...]:
    """Return what a leader is told today: a part for each of their schools, and one for the people they manage."""
    return tuple(_parts(session, of, leader, today))


def _parts(session: Session, of: TrustReminders, leader: Leader, today: date) -> Iterator[LetterPart]:
    schools = select(School).where(School.id.in_(leader.school_ids)).order_by(School.sort_name)
    for school in session.scalars(schools):
        yield from _part(session, of, school.name, StaffTraining.school_id == school.id, today)
    if leader.manages and leader.staff_id:
        own = select(StaffMember.id).where(StaffMember.line_manager_id == leader.staff_id)
        yield from _part(session, of, "People you manage", StaffTraining.staff_id.in_(own), today)


def _part(
    session: Session, of: TrustReminders, whose: str, theirs: ColumnElement[bool], today: date
) -> Iterator[LetterPart]:
    wanted = (
        select(StaffTraining.staff_id, StaffMember.name, StaffTraining.module, StaffTraining.due_on)
        .join(StaffMember, StaffMember.id == StaffTraining.staff_id)
        .where(StaffTraining.trust == of.trust, theirs, StaffTraining.due_on <= today + SOON)
        .order_by(StaffTraining.sort_name, StaffTraining.staff_id, StaffTraining.due_on, StaffTraining.module)
    )
    rows = session.execute(wanted).all()
    excepted = set(session.execute(excepted_today({row.staff_id for row in rows}, today)).all())
    rows = [row for row in rows if not {(row.staff_id, None), (row.staff_id, row.module)} & excepted]
    overdue = [(*row[:3], row.due_on) for row in rows if row.due_on and row.due_on < today]
    soon = {row.staff_id for row in rows if row.due_on and row.due_on >= today}
    if rows:
        late = {row[0] for row in overdue}
        words = f"{whose}: {_people(len(late), 'overdue')}, {_people(len(soon), f'due by {_day(today + SOON)}')}."
        yield LetterPart(words, tuple(_items(overdue, of, today)))


def _people(number: int, state: str) -> str:
    return f"{counted(number, 'person') if number == 1 else f'{number:,} people'} with training {state}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _items(overdue: Sequence[tuple[int, str | None, str, date]], of: TrustReminders, today: date) -> Iterator[str]:
    """Give those with something overdue, each with it; after so many names, how many there are beside them."""
    each: dict[int, list[str]] = {}
    for staff_id, name, module, due in overdue:
        saying = Saying(module, Occasion.OVERDUE, due)
        each.setdefault(staff_id, [name or "No name known"]).append(
            said_of(saying, of.titles.get(module, module), today)
        )
    lines = [f"{name}: {'; '.join(said)}" for name, *said in each.values()]
    yield from lines[:MOST_NAMED]
    if len(lines) > MOST_NAMED:
        yield f"and {len(lines) - MOST_NAMED:,} more: open the list of people to see them"
