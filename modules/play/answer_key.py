"""The answer key: who is shown every best choice in a module, and from when."""

from datetime import datetime

from sqlalchemy.orm import Session

from modules.content.publish import content_of
from modules.domain.content import TrainingModule
from modules.domain.renewal import Stage
from modules.models import Attempt
from modules.passes.passes import renewal_of


def may_see_key(session: Session, person_id: int, module: TrainingModule, now: datetime) -> bool:
    """Say whether a person is shown every best choice: in practice, and while their pass does not need renewing yet.

    Before that, their next attempt would have the same scenes, and the key would let them pass. Each of their own
    answers is explained as soon as they give it, whatever this says.
    """
    return module.is_practice or renewal_of(session, person_id, module, now).stage is Stage.VALID


def still_explains(session: Session, attempt: Attempt, now: datetime) -> bool:
    """Say whether an earlier answer still shows what would have been right: while it is played, or with the key."""
    return attempt.is_open or may_see_key(session, attempt.person_id, content_of(attempt.version).module, now)
