"""Writing changes of many staff members in one go, and letting their training follow."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from core.domain.names import sort_name
from managers.models import StaffMember, StaffTraining
from managers.staff.refresh import MOST_AT_ONCE, note_schools, refresh_staff
from managers.staff.stale import mark_stale
from managers.staff_list.domain.known import StaffFacts
from managers.staff_list.domain.plan import StaffChange

AT_ONCE = 5_000
_TABLE = StaffMember.__table__
_SET = (
    update(_TABLE)  # type: ignore[arg-type]  # a table, not any selectable
    .where(_TABLE.c.id == bindparam("staff_id"))
    .values(
        email=bindparam("its_email"),
        number=bindparam("its_number"),
        school_id=bindparam("its_school"),
        school_given=bindparam("its_given"),
        line_manager_id=bindparam("its_manager"),
        job_group=bindparam("its_job"),
        starts_on=bindparam("its_start"),
    )
)
_SET_MANAGER = (
    update(_TABLE)  # type: ignore[arg-type]  # likewise
    .where(_TABLE.c.id == bindparam("staff_id"))
    .values(line_manager_id=bindparam("its_manager"))
)
_NO_NUMBER = update(_TABLE).where(_TABLE.c.id == bindparam("staff_id")).values(number=None)  # type: ignore[arg-type]  # likewise


def write_changes(
    session: Session, trust: str, changes: Sequence[StaffChange], schools: Mapping[int, int]
) -> dict[int, int]:
    """Write what changes of staff members; return the ids of new ones by what stood for them."""
    session.flush()
    connection = session.connection()
    if freed := [{"staff_id": each.staff_id} for each in changes if _frees_number(each)]:
        # Two people may swap their numbers, and no number is ever held twice.
        connection.execute(_NO_NUMBER, freed)
    new = [each for each in changes if each.before is None]
    if new:
        connection.execute(insert(_TABLE), [_new_row(trust, each.after, schools) for each in new])  # type: ignore[arg-type]  # likewise
    ids = _ids_of(session, trust, new)
    # A new line manager is known by their id only now.
    managed = [each for each in new if each.after.manager]
    if managed:
        lines = [{"staff_id": ids[each.staff_id], "its_manager": _manager(each.after, ids)} for each in managed]
        connection.execute(_SET_MANAGER, lines)
    later = [each for each in changes if each.before is not None]
    if later:
        connection.execute(
            _SET, [_row(ids.get(each.staff_id, each.staff_id), each.after, schools, ids) for each in later]
        )
    session.expire_all()
    return ids


def _frees_number(change: StaffChange) -> bool:
    before = change.before
    return before is not None and before.number is not None and before.number != change.after.number


def _new_row(trust: str, facts: StaffFacts, schools: Mapping[int, int]) -> dict[str, Any]:
    return {
        "trust": trust,
        "email": facts.email,
        "number": facts.number,
        "sort_name": sort_name(None, facts.email, facts.number),
        "school_id": schools.get(facts.school or 0, facts.school),
        "school_given": facts.is_school_given,
        "job_group": facts.job_group,
        "starts_on": facts.starts_on,
    }


def _row(staff_id: int, facts: StaffFacts, schools: Mapping[int, int], ids: Mapping[int, int]) -> dict[str, Any]:
    return {
        "staff_id": staff_id,
        "its_email": facts.email,
        "its_number": facts.number,
        "its_school": schools.get(facts.school or 0, facts.school),
        "its_given": facts.is_school_given,
        "its_manager": _manager(facts, ids),
        "its_job": facts.job_group,
        "its_start": facts.starts_on,
    }


def _manager(facts: StaffFacts, ids: Mapping[int, int]) -> int | None:
    return ids.get(facts.manager or 0, facts.manager)


def _ids_of(session: Session, trust: str, new: Sequence[StaffChange]) -> dict[int, int]:
    if not new:
        return {}
    wanted = select(_TABLE.c.id, _TABLE.c.email, _TABLE.c.number).where(_TABLE.c.trust == trust)
    rows = session.execute(wanted).all()
    by_email = {email: staff_id for staff_id, email, _ in rows if email}
    by_number = {number: staff_id for staff_id, _, number in rows if number}
    return {
        each.staff_id: by_email[each.after.email] if each.after.email else by_number[each.after.number] for each in new
    }


def follow_up(session: Session, trust: str, staff_ids: Collection[int], now: datetime) -> bool:
    """Let schools and training follow at once; say whether more of it is left to a job, as there are too many."""
    if len(staff_ids) <= MOST_AT_ONCE:
        refresh_staff(session, staff_ids, now)
        return False
    for piece in pieces_of(staff_ids):
        note_schools(session, piece)
    moved = StaffTraining.school_id.is_distinct_from(StaffMember.school_id)
    theirs = update(StaffTraining).where(StaffTraining.staff_id == StaffMember.id, StaffMember.trust == trust, moved)
    session.execute(theirs.values(school_id=StaffMember.school_id).execution_options(synchronize_session=False))
    mark_stale(session, trust, now)
    return True


def pieces_of(ids: Collection[int]) -> Iterator[list[int]]:
    """Give ids in pieces that fit into one question."""
    whole = list(ids)
    for start in range(0, len(whole), AT_ONCE):
        yield whole[start : start + AT_ONCE]
