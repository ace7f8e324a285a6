"""What a list would change, person by person, and what keeps it from being applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from hashlib import sha256

from core.domain.names import folded, legible
from managers.staff_list.domain.known import KnownStaff, StaffFacts
from managers.staff_list.domain.lines import loops_in, managed_wrongly
from managers.staff_list.domain.rows import REMOVE, Row, RowProblem, Sheet

NEAR = 0.6


@dataclass(frozen=True, slots=True)
class StaffChange:
    """What a list changes of one person; a negative number stands for someone whom it adds, and who has no before."""

    staff_id: int
    line: int
    before: StaffFacts | None
    after: StaffFacts


@dataclass
class Plan:
    """What a list would do: it can be applied if there are no problems."""

    changes: list[StaffChange] = field(default_factory=list)
    unchanged: int = 0
    not_in_lms: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    new_schools: list[str] = field(default_factory=list)
    unknown_schools: dict[str, list[str]] = field(default_factory=dict)
    new_managers: set[str] = field(default_factory=set)
    former_managers: set[str] = field(default_factory=set)
    without_address: int = 0

    @property
    def new(self) -> int:
        """Return how many people are added."""
        return sum(1 for change in self.changes if change.before is None)

    @property
    def changed(self) -> int:
        """Return how many people are changed."""
        return len(self.changes) - self.new

    @property
    def digest(self) -> str:
        """Return what tells this plan from any other."""
        said = [self.changes, self.new_schools, sorted(self.new_managers), sorted(self.former_managers)]
        return sha256(repr([*said, self.problems]).encode()).hexdigest()


def plan_for(sheet: Sheet, known: KnownStaff, adds_schools: bool) -> Plan:
    """Work out what a list would change of what is known."""
    return _Planning(sheet, known, adds_schools).plan


class _Planning:
    """Works out one plan, step by step."""

    def __init__(self, sheet: Sheet, known: KnownStaff, adds_schools: bool) -> None:
        self.known, self.adds_schools = known, adds_schools
        self.plan = Plan(problems=[*sheet.problems])
        self.ids: dict[int, int] = {}
        self.keys: dict[str, str] = {}
        self.by_email, self.by_number = dict(known.by_email), dict(known.by_number)
        self.schools = {name: number for name, (number, _) in known.schools.items()}
        self._find_people(sheet)
        self.listed = frozenset(self.ids.values())
        after = {self.ids[row.line]: self._after(row) for row in sheet.rows if row.line in self.ids}
        self._check_numbers(sheet, after)
        self._check_lines(sheet, after)
        self._compare(sheet, after)
        self.plan.problems.sort(key=lambda problem: problem.line)

    def _tell(self, row: Row, says: str) -> None:
        self.plan.problems.append(RowProblem(row.line, says))

    def _find_people(self, sheet: Sheet) -> None:
        """Find out whom each row is about; those whom no one knows are added."""
        taken: dict[int, Row] = {}
        told = {problem.line for problem in sheet.problems}
        for row in sheet.rows:
            staff_id = self._whom(row)
            if staff_id in taken:
                first = taken[staff_id].line
                if row.line not in told:
                    self._tell(row, f"{row.who} is the same person as in line {first}. Delete one of the two lines.")
                continue
            self.ids[row.line], taken[staff_id] = staff_id, row
            if row.email:
                self.by_email[row.email] = staff_id
            if row.number and row.number != REMOVE:
                self.by_number[row.number] = staff_id

    def _whom(self, row: Row) -> int:
        """Return whom a row is about: an address counts for more, since a number can be given to someone else."""
        if row.email and (known := self.by_email.get(row.email)):
            return known
        known = self.by_number.get(row.number) if row.number else None
        member = self.known.members.get(known or 0)
        is_other = row.email and member and member.facts.email
        return known if known and not is_other else -row.line

    def _after(self, row: Row) -> StaffFacts:
        """Return what will be known of the person of a row; what the row leaves blank stays."""
        member = self.known.members.get(self.ids[row.line])
        now = member.facts if member else StaffFacts()
        school, given = now.school, now.is_school_given
        if row.school:
            given = row.school != REMOVE
            # Who belongs to no school of the list belongs to that of their course, which is looked for afterwards.
            school = self._school(row, row.school) if given else (None if now.is_school_given else now.school)
        return replace(
            now,
            email=now.email or row.email,
            number=_said(row.number, now.number),
            school=school,
            is_school_given=given,
            manager=self._manager(row, now),
            job_group=_said(row.job_group, now.job_group),
            starts_on=now.starts_on if not row.starts_on else _day(row.starts_on),
        )

    def _school(self, row: Row, name: str) -> int | None:
        if name not in self.keys:
            self.keys[name] = folded(legible(name))
        key = self.keys[name]
        if key in self.schools:
            return self.schools[key]
        if self.adds_schools and not name.isdecimal():
            self.plan.new_schools.append(name)
            self.schools[key] = -len(self.plan.new_schools)
            return self.schools[key]
        near = self._near(name, key)
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        self._tell(row, f"There is no school “{name}”.{meant} Correct the name, or tick the box to add the school.")
        return None

    def _near(self, name: str, key: str) -> list[str]:
        if name not in self.plan.unknown_schools:
            found = get_close_matches(key, self.known.schools, n=2, cutoff=NEAR)
            self.plan.unknown_schools[name] = [self.known.schools[each][1] for each in found]
        return self.plan.unknown_schools[name]

    def _manager(self, row: Row, now: StaffFacts) -> int | None:
        if not row.manager or row.manager == REMOVE:
            return None if row.manager else now.manager
        found = self.by_email.get(row.manager) or self.by_number.get(row.manager)
        member = self.known.members.get(found or 0)
        has_left = bool(member and member.has_left and member.id not in self.listed)
        if problem := managed_wrongly(row.manager, found, self.ids[row.line], has_left):
            self._tell(row, problem)
        return found

    def _check_numbers(self, sheet: Sheet, after: Mapping[int, StaffFacts]) -> None:
        """Find numbers that two people would have."""
        holders: dict[str | None, list[int]] = {}
        for staff_id, member in self.known.members.items():
            holders.setdefault(after.get(staff_id, member.facts).number, []).append(staff_id)
        for row in sheet.rows:
            staff_id = self.ids.get(row.line, 0)
            if not row.number or not staff_id or after[staff_id].number != row.number:
                continue
            for other in (self.known.members[each].who for each in holders.get(row.number, ()) if each != staff_id):
                says = f"The staff number {row.number} belongs to {other}."
                self._tell(row, f"{says} Correct it, or give {other} another number in the same list.")

    def _check_lines(self, sheet: Sheet, after: Mapping[int, StaffFacts]) -> None:
        """Find people who would manage themselves through others."""
        managers = {member.id: member.facts.manager for member in self.known.members.values()}
        managers |= {staff_id: facts.manager for staff_id, facts in after.items()}
        rows = {self.ids[row.line]: row for row in sheet.rows if row.line in self.ids}
        for loop in loops_in({one: other for one, other in managers.items() if other}):
            if listed := [rows[each] for each in loop if each in rows]:
                names = " → ".join(self._who(each, rows) for each in (*loop, loop[0]))
                says = f"These people are each other’s line managers in a circle: {names}. Give one of them another."
                self._tell(min(listed, key=lambda row: row.line), says)

    def _who(self, staff_id: int, rows: Mapping[int, Row]) -> str:
        return rows[staff_id].who if staff_id in rows else self.known.members[staff_id].who

    def _compare(self, sheet: Sheet, after: Mapping[int, StaffFacts]) -> None:
        plan = self.plan
        for row in sheet.rows:
            if row.line not in self.ids:
                continue
            staff_id = self.ids[row.line]
            member = self.known.members.get(staff_id)
            before = member.facts if member else None
            plan.not_in_lms += not (member and member.is_in_lms)
            if before == after[staff_id]:
                plan.unchanged += 1
            else:
                plan.changes.append(StaffChange(staff_id, row.line, before, after[staff_id]))
        self._compare_managers(after)

    def _compare_managers(self, after: Mapping[int, StaffFacts]) -> None:
        """Find out who begins or ceases to be someone's line manager; those without an address cannot be told."""
        before = {member.id: member.facts for member in self.known.members.values()}
        now = {**before, **after}
        were, are = ({facts.manager for facts in known.values() if facts.manager} for known in (before, now))
        old, new = ({known[each].email for each in ids if each in known} for known, ids in ((before, were), (now, are)))
        self.plan.without_address = sum(1 for each in are if each in now and not now[each].email)
        self.plan.new_managers = {each for each in new - old if each}
        self.plan.former_managers = {each for each in old - new if each}


def _said(cell: str | None, now: str | None) -> str | None:
    return now if not cell else None if cell == REMOVE else cell


def _day(cell: str) -> date | None:
    return None if cell == REMOVE else date.fromisoformat(cell)
