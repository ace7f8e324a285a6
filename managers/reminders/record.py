"""The record of reminders: who got which message when, about what, who sent it, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from lti.models import Person
from managers.models import StaffMember
from managers.reminders.domain.plan import Occasion, Saying
from managers.reminders.domain.words import ReminderKind
from managers.reminders.fates import meaning_of
from managers.reminders.models import Fate, Reminder, ReminderModule

KIND_WORDS = {
    ReminderKind.DIGEST: "Reminder",
    ReminderKind.MANAGERS: "Weekly message to a manager",
    ReminderKind.NUDGE: "Nudge",
}
FATE_WORDS = {
    Fate.QUEUED: "Waiting",
    Fate.SENT: "Sent",
    Fate.REFUSED: "Address refused",
    Fate.BOUNCED: "Message rejected",
    Fate.GIVEN_UP: "Given up",
    Fate.UNCONFIRMED: "Possibly sent",
    Fate.NOT_NEEDED: "No longer needed",
}
IN_TROUBLE = Fate.REFUSED, Fate.BOUNCED, Fate.GIVEN_UP, Fate.UNCONFIRMED
_asker = aliased(Person)


@dataclass(frozen=True, slots=True)
class RecordedReminder:
    """A reminder as the record shows it; ``meaning`` is what a mail server's status means, if we can tell."""

    number: int
    staff_id: int | None
    name: str | None
    recipient: str
    kind: ReminderKind
    day: date
    at: datetime
    send_at: datetime
    manager: str | None
    fate: Fate
    words: str
    sayings: tuple[Saying, ...] = ()

    @property
    def meaning(self) -> str:
        """Return what the mail server's status means."""
        return meaning_of(self.words)


@dataclass(frozen=True, slots=True)
class Sought:
    """What someone looks for on the record: a kind, a fate, words of a name or address, and what is before a number."""

    kind: ReminderKind | None = None
    fate: Fate | None = None
    q: str = ""
    before: int | None = None


def recorded(
    session: Session, trust: str, schools: Collection[int] | None, sought: Sought, most: int
) -> list[RecordedReminder]:
    """Return reminders of a trust, or of these schools' staff alone, the newest first."""
    wanted = [Reminder.trust == trust, *_conditions(sought)]
    if schools is not None:
        wanted.append(StaffMember.school_id.in_(schools))
    return _read(session, wanted, most)


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.kind:
        found.append(Reminder.kind == sought.kind)
    if sought.fate:
        found.append(Reminder.fate == sought.fate)
    if sought.before:
        found.append(Reminder.id < sought.before)
    if sought.q:
        by_name = StaffMember.sort_name.contains(sought.q.casefold(), autoescape=True)
        found.append(or_(by_name, Reminder.recipient.contains(sought.q.lower(), autoescape=True)))
    return found or [true()]


def _read(session: Session, conditions: Sequence[ColumnElement[bool]], most: int) -> list[RecordedReminder]:
    columns = Reminder.id, Reminder.staff_id, StaffMember.name, Reminder.recipient, Reminder.kind, Reminder.day
    further = Reminder.at, Reminder.send_at, _asker.name, Reminder.fate, Reminder.words
    wanted = (
        select(*columns, *further)
        .outerjoin(StaffMember, StaffMember.id == Reminder.staff_id)
        .outerjoin(_asker, _asker.id == Reminder.by_person_id)
        .where(*conditions)
        .order_by(Reminder.id.desc())
    )
    rows = session.execute(wanted.limit(most)).all()
    said = _sayings(session, [row[0] for row in rows])
    return [RecordedReminder(*row, tuple(said.get(row[0], ()))) for row in rows]


def _sayings(session: Session, numbers: Collection[int]) -> dict[int, list[Saying]]:
    wanted = select(ReminderModule).where(ReminderModule.reminder_id.in_(numbers)).order_by(ReminderModule.module)
    found: dict[int, list[Saying]] = {}
    for each in session.scalars(wanted):
        found.setdefault(each.reminder_id, []).append(Saying(each.module, Occasion(each.reason), each.about))
    return found


@dataclass(frozen=True, slots=True)
class MailTrouble:
    """What goes wrong with a trust's reminders: how many are in each state of trouble, and why messages wait."""

    numbers: dict[Fate, int]
    waiting: int
    says: str


def mail_trouble(session: Session, trust: str, since: date) -> MailTrouble:
    """Return what goes wrong with reminders of a trust, of those since a day."""
    of_trust = Reminder.trust == trust, Reminder.day >= since
    counted = select(Reminder.fate, func.count()).where(*of_trust, Reminder.fate.in_(IN_TROUBLE))
    numbers = dict(session.execute(counted.group_by(Reminder.fate)).all())
    waiting = of_trust[0], Reminder.fate == Fate.QUEUED, Reminder.words != ""
    found = session.execute(select(func.count(), func.max(Reminder.words)).where(*waiting)).one()
    return MailTrouble(numbers, found[0], found[1] or "")
