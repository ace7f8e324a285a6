"""A course with many staff, each at some point of ten modules: written straight into the tables."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bench.lms import SCORE_SCOPE, Lms
from bench.people import MODULE, under_another_key
from core.domain.days import day_of, months_after
from core.domain.names import sort_name
from core.schools import School
from db import Base
from lti.domain.delivery import DeliveryState
from lti.domain.roles import Role
from lti.models import Activity, Course, Delivery, Deployment, Membership, Person
from managers.models import StaffMember, StaffOverview, StaffTraining
from managers.staff.refresh import refresh_people
from modules.content.publish import publish
from modules.domain.content import Content
from modules.models import Acknowledgement, Attempt, ModuleVersion, Pass, ResultRow
from modules.policy.acknowledgements import digest_of

Values = dict[str, Any]

AT_ONCE = 500
GIVEN = ("Ada", "Bilal", "Chloë", "Dafydd", "Ewa", "Farida", "Gwen", "Hassan", "Isla", "Jomo", "Kiran")
FAMILY = ("Okafor", "Brown", "Nowak", "ap Rhys", "Singh", "O’Hara", "Marín")


def link_of(number: int) -> str:
    """Return the id of the activity in which a module stands."""
    return f"crowd-{number}"


def module_of(number: int) -> str:
    """Return the key of a module."""
    return f"{MODULE}-{number}"


class Crowd:
    """Staff of one course, and what they have done in some modules."""

    def __init__(self, session: Session, lms: Lms, content: Content, now: datetime) -> None:
        """Write with this session; nothing is written yet."""
        self._session, self._lms, self._content, self._now = session, lms, content, now
        self._attempts, self._platform_id = count(1), 0

    def fill(self, staff: int, modules: int) -> None:
        """Write so many staff, each with so many modules."""
        course = self._course()
        people = list(range(1, staff + 1))
        self._platform_id = self._session.scalars(select(Deployment.platform_id)).one()
        self._write(Person, ({"id": n, "platform_id": self._platform_id, **_named(n)} for n in people))
        self._write(Membership, (self._membership(course.id, n) for n in people))
        for number in range(1, modules + 1):
            self._fill_module(course, number, people)
        activity_id = self._session.scalars(select(Activity.id).order_by(Activity.id)).first()
        self._write(Acknowledgement, (self._confirmation(n, activity_id) for n in people if n % 5))

    def fill_trust(self, staff: int, schools: int) -> None:
        """Let the staff be those of a trust with so many schools, and work out how far each is with all training."""
        trust = self._content.policy.key
        self._write(School, ({"id": n, "trust": trust, **_school(n)} for n in range(1, schools + 1)))
        for first in range(1, staff + 1, AT_ONCE):
            refresh_people(self._session, range(first, min(first + AT_ONCE, staff + 1)), self._now)
        place = {"school_id": StaffMember.id % schools + 1, "school_given": True, "job_group": "Teachers"}
        self._session.execute(update(StaffMember).values(place))
        for table in (StaffTraining, StaffOverview):
            self._session.execute(update(table).values(school_id=table.staff_id % schools + 1))
        due = [{"due_on": day_of(self._now) + timedelta(days=days)} for days in (-20, 10, 90)]
        for number, values in enumerate(due):
            for table in (StaffTraining, StaffOverview):
                self._session.execute(update(table).where(table.staff_id % 3 == number).values(values))

    def _course(self) -> Course:
        deployment_id = self._session.scalars(select(Deployment.id)).one()
        course = Course(deployment_id=deployment_id, context=self._lms.course, title="Induction")
        self._session.add(course)
        self._session.flush()
        return course

    def _membership(self, course_id: int, person_id: int) -> Values:
        return {"course_id": course_id, "person_id": person_id, "role": Role.STAFF, "seen_at": self._now}

    def _confirmation(self, person: int, activity_id: int | None) -> Values:
        """Return a person's confirmation of the policy, which four of five have given."""
        policy = self._content.policy
        read = {"trust": policy.key, "version": policy.version, "digest": digest_of(policy)}
        return {"person_id": person, "activity_id": activity_id, "acknowledged_at": self._now, **read}

    def _fill_module(self, course: Course, number: int, people: list[int]) -> None:
        version = publish(self._session, under_another_key(self._content, module_of(number)), self._now)
        activity = self._activity(course, number)
        attempts = [attempt for n in people for attempt in self._attempts_of(n, number, activity, version)]
        finished = [attempt for attempt in attempts if attempt["finished_at"]]
        self._write(Attempt, attempts)
        self._write(ResultRow, (self._result(attempt) for attempt in finished))
        self._write(Pass, (self._pass(attempt) for attempt in finished if attempt["passes"]))
        best = {attempt["person_id"]: attempt for attempt in finished}
        self._write(Delivery, (self._delivery(attempt) for attempt in best.values()))

    def _activity(self, course: Course, number: int) -> Activity:
        link, module = link_of(number), module_of(number)
        to = {"line_item_url": self._lms.line_item(link), "scopes": [SCORE_SCOPE]}
        activity = Activity(course_id=course.id, resource_link=link, title="Module", module=module, **to)
        self._session.add(activity)
        self._session.flush()
        return activity

    def _attempts_of(self, person: int, number: int, activity: Activity, version: ModuleVersion) -> Iterator[Values]:
        """Give the attempts of a person: of ten, one has none, one is under way, one failed, one failed and passed."""
        case = (person * 7 + number * 3) % 10
        cases: dict[int, list[bool | None]] = {0: [], 1: [None], 2: [False], 3: [False, True]}
        for passes in cases.get(case, [True]):
            yield {
                "id": next(self._attempts),
                "person_id": person,
                "activity_id": activity.id,
                "module": version.module,
                "version_id": version.id,
                "started_at": self._now - timedelta(days=person % 300, hours=3),
                "finished_at": None if passes is None else self._now - timedelta(days=person % 300, hours=not passes),
                "passes": passes,
            }

    def _result(self, attempt: Values) -> Values:
        marks = 105 if attempt["passes"] else 60
        return {
            "attempt_id": attempt["id"],
            "marks": marks,
            "out_of": 120,
            "score": marks / 120,
            "passed": attempt["passes"],
            **{name: attempt[name] for name in ("person_id", "module", "finished_at")},
        }

    def _pass(self, attempt: Values) -> Values:
        until = months_after(day_of(attempt["finished_at"]), 12)
        whose = {name: attempt[name] for name in ("person_id", "module")}
        return {
            "attempt_id": attempt["id"],
            "cycle": 1,
            "passed_at": attempt["finished_at"],
            "valid_until": until,
            **whose,
        }

    def _delivery(self, attempt: Values) -> Values:
        """Return the delivery of a grade: of a thousand, one needs attention and one is on its way."""
        states = {0: DeliveryState.NEEDS_ATTENTION, 1: DeliveryState.WAITING}
        return {
            "state": states.get(attempt["person_id"] % 1000, DeliveryState.DELIVERED),
            "score": 105 / 120 if attempt["passes"] else 0.5,
            "comment": "Passed." if attempt["passes"] else "Not passed yet.",
            "platform_id": self._platform_id,
            "due_at": attempt["finished_at"],
            "since": attempt["finished_at"],
            "delivered_at": attempt["finished_at"],
            **{name: attempt[name] for name in ("activity_id", "person_id", "module", "started_at", "finished_at")},
        }

    def _write(self, table: type[Base], rows: Iterable[Values]) -> None:
        columns = {column.key for column in table.__table__.columns}
        fitting = [{name: value for name, value in row.items() if name in columns} for row in rows]
        self._session.execute(insert(table), fitting)


def _named(number: int) -> Values:
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]} {number}"
    sorted_by = sort_name(name, None, None)
    return {"subject": f"c{number}", "name": name, "email": f"c{number}@school.example", "sort_name": sorted_by}


def _school(number: int) -> Values:
    return {"name": f"School {number:02}", "sort_name": f"school {number:02}"}
