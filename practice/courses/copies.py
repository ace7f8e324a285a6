"""Copying a course as at the turn of a school year: everything has new ids, and what the tool wrote stays."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from practice.courses.catalogue import new_id
from practice.models import Activity, Course, LineItem

FIRST_COPY = 101  # contexts of copies have greater numbers than those of the courses


def copy_course(session: Session, source: Course) -> Course:
    """A new course with the activities and the gradebook's columns of that one, and without its grades."""
    number = _copies_of(session, source) + 1
    original = source.key.partition("-copy-")[0]
    copy = Course(
        key=f"{original}-copy-{number}",
        place=source.place,
        trust=source.trust,
        title=f"{source.title.partition(' (copy ')[0]} (copy {number})",
        client_id=source.client_id,
        deployment_id=source.deployment_id,
        context_id=_new_context_id(session),
        label=f"{source.label.partition('-COPY-')[0]}-COPY-{number}",
        history=",".join(filter(None, [source.context_id, source.history])),
    )
    session.add(copy)
    copies = {activity.id: _copy_activity(session, copy, activity) for activity in source.activities}
    for item in source.line_items:
        _copy_item(session, copy, copies.get(item.activity_id) if item.activity_id else None, item)
    session.flush()
    return copy


def duplicate_activity(session: Session, activity: Activity) -> Activity:
    """A second activity like this one in the same course, with its own column and without grades."""
    copy = _copy_activity(session, activity.course, activity)
    for item in [item for item in activity.line_items if item.is_coupled]:
        _copy_item(session, activity.course, copy, item)
    session.flush()
    return copy


def _copies_of(session: Session, source: Course) -> int:
    """How many copies the trust's course has, and its copies' copies with them."""
    same = select(Course.key).where(Course.client_id == source.client_id, Course.history != "")
    return len(list(session.scalars(same)))


def _new_context_id(session: Session) -> str:
    return str(max([FIRST_COPY - 1, *map(int, session.scalars(select(Course.context_id)))]) + 1)


def _copy_activity(session: Session, course: Course, activity: Activity) -> Activity:
    kept = ("place", "title", "description", "url", "icon", "is_anonymous")
    dates = ("available_from", "available_until", "submit_from", "submit_until")
    same = {name: getattr(activity, name) for name in (*kept, *dates)}
    copy = Activity(id=new_id(session), course=course, custom=dict(activity.custom), **same)
    session.add(copy)
    return copy


def _copy_item(session: Session, course: Course, activity: Activity | None, item: LineItem) -> None:
    kept = ("place", "label", "score_maximum", "resource_id", "tag", "is_coupled", "review_url")
    same = {name: getattr(item, name) for name in kept}
    session.add(LineItem(id=new_id(session), course=course, activity=activity, **same))
