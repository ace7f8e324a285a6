"""Which training an activity opens if it was added to a course by hand and its settings do not say."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.changes import courses_changed
from lti.grades.deliveries import change_module
from lti.models import Activity
from modules.content.publish import NotPublished, latest_version
from modules.errors import HasTraining, NotOnOffer
from modules.models import Attempt


def assign(session: Session, activity_id: int, module: str, trust: str, now: datetime) -> None:
    """Let an activity open this module from now on; raises HasTraining or NotOnOffer if that is not possible."""
    activity = session.get_one(Activity, activity_id, with_for_update=True)
    if not may_assign(session, activity):
        raise HasTraining
    try:
        latest_version(session, module, trust)
    except NotPublished as error:
        raise NotOnOffer from error
    if module != activity.module:
        change_module(session, activity_id, module, now)
    activity.module, activity.chosen_here = module, True
    courses_changed(session, [activity.course_id], now)


def may_assign(session: Session, activity: Activity) -> bool:
    """Say whether the activity's training can be chosen: until the LMS names it, or someone has started it."""
    if activity.module is None:
        return True
    begun = select(Attempt.id).where(Attempt.activity_id == activity.id).limit(1)
    return activity.chosen_here and session.scalar(begun) is None
