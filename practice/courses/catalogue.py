"""The courses of the practice LMS with their activities and line items: how they are found, and how they begin."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from practice.courses.people import COURSES, NEWCOMER, PracticeActivity, PracticeCourse
from practice.models import Activity, Course, LineItem

SCORE_MAXIMUM = 100  # Moodle's default for an activity
FIRST_NEW_ID = 1001  # what is made later has greater numbers than what the first start makes


def seed(session: Session) -> None:
    """Make the first courses at the first start; afterwards they are whatever has become of them."""
    if session.scalar(select(Course.key).limit(1)) is None:
        session.add_all(_course(place, course) for place, course in enumerate((*COURSES, NEWCOMER)))


def all_courses(session: Session) -> list[Course]:
    """Every course, copies beside what they were copied from."""
    return list(session.scalars(select(Course).order_by(Course.place, Course.key)))


def course_by_key(session: Session, key: str) -> Course | None:
    """The course at that address."""
    return session.get(Course, key)


def activity_by_id(session: Session, activity_id: str) -> Activity | None:
    """The activity with that id, in whichever course."""
    return session.get(Activity, activity_id)


def activity_in(course: Course, activity_id: str) -> Activity | None:
    """The activity of this course with that id."""
    return next((activity for activity in course.activities if activity.id == activity_id), None)


def line_item_in(course: Course, line_item_id: str) -> LineItem | None:
    """The line item of this course with that id."""
    return next((item for item in course.line_items if item.id == line_item_id), None)


def new_id(session: Session) -> str:
    """An id that no activity and no line item has or had while the newest of them lasts."""
    session.flush()
    taken = [int(id) for column in (Activity.id, LineItem.id) for id in session.scalars(select(column))]
    return str(max([FIRST_NEW_ID - 1, *taken]) + 1)


def make_by_hand_in(session: Session, course: Course, title: str, module: str, crossing: bool) -> Activity:
    """Make a graded activity as a trainer enters it, perhaps without a module.

    With ``crossing`` it gets the course's own id: Moodle numbers both from 1, so their ids can be the same.
    """
    place = 1 + max((activity.place for activity in course.activities), default=0)
    activity_id, item_id = (course.context_id if crossing else new_id(session)), new_id(session)
    if item_id == activity_id:
        item_id = str(int(item_id) + 1)
    custom = {"module": module.strip()} if module.strip() else {}
    item = LineItem(id=item_id, course_key=course.key, place=place, label=title, score_maximum=SCORE_MAXIMUM)
    item.is_coupled = True
    made = Activity(id=activity_id, place=place, title=title.strip() or "External tool", custom=custom)
    made.line_items = [item]
    course.activities.append(made)
    session.flush()
    return made


def _course(place: int, course: PracticeCourse) -> Course:
    return Course(
        key=course.key,
        place=place,
        trust=course.trust,
        title=course.title,
        client_id=course.client_id,
        deployment_id=course.deployment_id,
        context_id=course.context_id,
        label=course.label,
        activities=[_activity(course, place, activity) for place, activity in enumerate(course.activities)],
    )


def _activity(course: PracticeCourse, place: int, activity: PracticeActivity) -> Activity:
    item = LineItem(
        id=activity.line_item_id,
        course_key=course.key,
        place=place,
        label=activity.title,
        score_maximum=SCORE_MAXIMUM,
        is_coupled=True,
    )
    return Activity(
        id=activity.id,
        place=place,
        title=activity.title,
        description=activity.description,
        custom=dict(activity.custom),
        line_items=[item],
    )
