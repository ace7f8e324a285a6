"""What joins transfer from a person's entries to the newer ones, and what goes away again when a join is undone.

Passes and confirmations of the policy are copied under the person's other id, each with the join that it came by. So
code that asks for someone's pass finds it without knowing about joins. What an entry has of its own never changes.
Whenever a join, a pass, a confirmation or a certificate changes, what is transferred is worked out again from the joins
in force, and the tables are made to agree with that.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.changes import people_changed
from lti.models import Person
from modules.domain.join_links import JoinLink, first_on_the_way, transferred
from modules.models import Acknowledgement, Certificate, Join, JoinState, Pass
from modules.passes.entries import entries_of
from modules.passes.joined_grades import owe_here, settle_grades
from modules.passes.joined_passes import copy_of, keep_copies, passes_of


def apply_joins_of(session: Session, person_id: int, now: datetime) -> None:
    """Let what someone earned, confirmed or lost under one entry count under those that it is joined with."""
    people = entries_of(session, person_id)
    if len(people) > 1:
        apply_joins(session, people, now)


def apply_joins(session: Session, people: Collection[int], now: datetime) -> None:
    """Make what is transferred to these entries agree with the joins in force, and the grades with that.

    The entries have to be all those that are joined with one of them, or were until now. A second call changes nothing.
    """
    # Where writes go on side by side, each waits here for those who change something of the same entries.
    theirs = select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
    session.execute(theirs.with_for_update(key_share=True))
    links = _links(session, people)
    passes = passes_of(session, people, links)
    for person_id in sorted(people):
        keep_copies(session, person_id, passes)
    _bring_confirmations(session, people, links)
    session.flush()
    settle_grades(session, people, links, passes, now)
    people_changed(session, people, now)


def _links(session: Session, people: Collection[int]) -> list[JoinLink]:
    theirs = Join.state == JoinState.JOINED, Join.person_id.in_(people), Join.same_as_id.in_(people)
    found = session.scalars(select(Join).where(*theirs).order_by(Join.id)).all()
    return [JoinLink(made.id, made.person_id, made.same_as_id, made.module, made.course_id) for made in found]


def use(session: Session, person_id: int, certificate: Certificate, course_id: int, now: datetime) -> None:
    """Let the pass behind a certificate under another entry count for a person, and owe its grade in a course."""
    people = entries_of(session, person_id)
    link = first_on_the_way(person_id, certificate.person_id, _links(session, people))
    which = certificate.attempt_id, certificate.module
    theirs = session.get_one(Pass, (*which, certificate.person_id))
    if link and not session.get(Pass, (*which, person_id)):
        session.add(copy_of(theirs, person_id, link.number))
        session.flush()
    apply_joins(session, people, now)
    owe_here(session, person_id, theirs, course_id, now)


def _bring_confirmations(session: Session, people: Collection[int], links: Sequence[JoinLink]) -> None:
    """Keep the copies of the confirmations that are transferred to each entry, and no others."""
    rows = session.scalars(select(Acknowledgement).where(Acknowledgement.person_id.in_(people))).all()
    own = {(row.person_id, row.trust, row.version): row for row in rows if row.join_id is None}
    theirs = {person_id: [key for key in own if key[0] == person_id] for person_id in people}
    found = transferred(theirs, {}, links, lambda link, key: True)
    wanted: dict[tuple[int, str, str], Acknowledgement] = {}
    for person_id, came in found.items():
        for key in sorted(came, key=lambda key: (own[key].acknowledged_at, key)):
            which = person_id, *key[1:]
            if which not in own:
                wanted.setdefault(which, _copy(own[key], person_id, came[key]))
    for row in rows:
        if row.join_id is not None and (row.person_id, row.trust, row.version) not in wanted:
            session.delete(row)
    for row in wanted.values():
        session.merge(row)


def _copy(given: Acknowledgement, person_id: int, join_id: int) -> Acknowledgement:
    which = {"trust": given.trust, "version": given.version, "digest": given.digest}
    when = {"activity_id": given.activity_id, "acknowledged_at": given.acknowledged_at}
    return Acknowledgement(person_id=person_id, join_id=join_id, **which, **when)
