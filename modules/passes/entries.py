"""Entries: the ids under which we know one person, as far as joins that are in force link them.

Each entry is joined to one newer entry at most, and no two entries are linked in two ways. So the joins form trees, and
the entry that the person uses now is the root.
"""

from functools import lru_cache

from sqlalchemy import CTE, Integer, Select, bindparam, case, or_, select
from sqlalchemy.orm import Session, aliased

from lti.models import Membership
from modules.models import Join, JoinState


def same_people() -> CTE:
    """Return all the ids of one person, ``person_id``, as far as they are joined."""
    me = select(bindparam("person_id", type_=Integer).label("id")).cte("same_people", recursive=True)
    other = case((Join.person_id == me.c.id, Join.same_as_id), else_=Join.person_id)
    linked = or_(Join.person_id == me.c.id, Join.same_as_id == me.c.id)
    return me.union(select(other).join_from(me, Join, linked).where(Join.state == JoinState.JOINED))


_ALL_IDS = select(same_people().c.id)


def entries_of(session: Session, person_id: int) -> set[int]:
    """Return all the ids of one person, as far as they are joined."""
    return set(session.scalars(_ALL_IDS, {"person_id": person_id}))


# Putting it together costs more than running it, and a page of people needs it several times.
@lru_cache(maxsize=256)
def earlier_entries(course_id: int) -> Select[int]:
    """Select the entries of people who are in a course under a newer entry, however many joins lie between the two."""
    now_here, joined = aliased(Membership), Join.state == JoinState.JOINED
    first = select(Join.same_as_id.label("id")).join(now_here, now_here.person_id == Join.person_id)
    first = first.where(joined, now_here.course_id == course_id, now_here.left_at.is_(None))
    earlier = first.cte(recursive=True)
    further = select(Join.same_as_id).join_from(earlier, Join, Join.person_id == earlier.c.id).where(joined)
    return select(earlier.union(further).c.id)
