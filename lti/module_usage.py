"""Which courses of which LMS use the modules: for administrators."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import Activity, Course, Deployment, Platform


@dataclass(frozen=True)
class ModuleUsage:
    """A course that uses a trust's module, with its LMS and how many activities ask for the module."""

    module: str
    trust: str
    course: str
    lms: str
    activities: int


@dataclass(frozen=True)
class LmsCourse:
    """A course as administrators know it: by its trust, its title and its LMS."""

    trust: str
    title: str
    lms: str


UNTITLED = "a course without a title"


def courses_of(session: Session, ids: Collection[int]) -> dict[int, LmsCourse]:
    """Return these courses, by LMS and title."""
    asked = (
        select(Course.id, Platform.trust, Course.title, Platform.name)
        .join(Deployment, Deployment.id == Course.deployment_id)
        .join(Platform, Platform.id == Deployment.platform_id)
        .where(Course.id.in_(ids))
        .order_by(Platform.name, Course.title, Course.id)
    )
    return {
        course_id: LmsCourse(trust, title or UNTITLED, lms) for course_id, trust, title, lms in session.execute(asked)
    }


def uses_of_modules(session: Session) -> tuple[ModuleUsage, ...]:
    """Return each course with each module that its activities ask for, by LMS and course."""
    placed = (
        select(Activity.module, Platform.trust, Course.title, Platform.name, Course.id)
        .join(Course, Course.id == Activity.course_id)
        .join(Deployment, Deployment.id == Course.deployment_id)
        .join(Platform, Platform.id == Deployment.platform_id)
        .where(Activity.module.is_not(None))
        .order_by(Platform.name, Course.title, Course.id)
    )
    counted = Counter(session.execute(placed).all())
    return tuple(
        ModuleUsage(module, trust, course or UNTITLED, lms, activities)
        for (module, trust, course, lms, _), activities in counted.items()
        if module
    )
