"""Lists of staff for tests: written as CSV, taken in, applied and undone as an administrator does."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.domain.event import in_visit
from db import Database
from lti.models import Person, Platform
from managers.models import StaffMember
from managers.staff_list.apply import apply
from managers.staff_list.lists import Prepared, keep_list, prepare, sheet_of
from managers.staff_list.models import StaffList
from managers.staff_list.undo import undo
from tests.support.factories import NOW, add_platform

HEADINGS = "E-mail,Staff number,School,Line manager,Job group,Start date"


def written(*lines: str, headings: str = HEADINGS) -> bytes:
    """Return a list as a file."""
    return "\r\n".join([headings, *lines]).encode()


class ListKeeper:
    """An administrator of a trust, who uploads lists."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as session:
            platform = session.scalar(select(Platform).limit(1)) or add_platform(session)
            person = Person(platform_id=platform.id, subject="keeper", name="Kit Moore")
            session.add(person)
            session.flush()
            self.actor = in_visit(person.id, "f" * 64)

    def keep(self, content: bytes) -> int:
        with self._database.transaction() as session:
            return keep_list(session, "invictus", content, self.actor, NOW).id

    def look(self, number: int) -> Prepared:
        with self._database.reading() as session:
            kept = session.get_one(StaffList, number)
            sheet = sheet_of(kept)
            assert sheet
            return prepare(session, kept, sheet)

    def add_schools(self, number: int) -> None:
        with self._database.transaction() as session:
            session.get_one(StaffList, number).adds_schools = True

    def apply(self, number: int, now: datetime = NOW) -> None:
        wanted = self.look(number).plan.digest
        with self._database.transaction() as session:
            apply(session, session.get_one(StaffList, number), wanted, self.actor, now)

    def applied(self, content: bytes, adds_schools: bool = True) -> int:
        number = self.keep(content)
        if adds_schools:
            self.add_schools(number)
        assert self.look(number).plan.problems == []
        self.apply(number)
        return number

    def undo(self, number: int) -> None:
        with self._database.transaction() as session:
            undo(session, session.get_one(StaffList, number), self.actor, NOW)


def member(session: Session, email: str) -> StaffMember:
    return session.scalars(select(StaffMember).where(StaffMember.email == email)).one()
