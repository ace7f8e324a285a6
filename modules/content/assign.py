"""Which training an activity opens if it was added to a course by hand and its settings do not say."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.grades.deliveries import change_module
from lti.models import Placement
from modules.content.publish import NotPublished, latest_version
from modules.errors import HasTraining, NotOnOffer
from modules.models import Attempt


def assign(session: Session, placement_id: int, module: str, trust: str, now: datetime) -> None:
    """Let an activity open this module from now on; raises HasTraining or NotOnOffer if that is not possible."""
    placement = session.get_one(Placement, placement_id, with_for_update=True)
    if not may_assign(session, placement):
        raise HasTraining
    try:
        latest_version(session, module, trust)
    except NotPublished as error:
        raise NotOnOffer from error
    if module != placement.module:
        change_module(session, placement_id, module, now)
    placement.module, placement.chosen_here = module, True


def may_assign(session: Session, placement: Placement) -> bool:
    """Say whether the activity's training can be chosen: until the LMS names it, or someone has started it."""
    if placement.module is None:
        return True
    begun = select(Attempt.id).where(Attempt.placement_id == placement.id).limit(1)
    return placement.chosen_here and session.scalar(begun) is None
