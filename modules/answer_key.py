"""The answer key: who is shown every best choice of a module, and from when on."""

from datetime import datetime

from sqlalchemy.orm import Session

from modules.domain.content import TrainingModule
from modules.domain.renewal import Stage
from modules.passes import renewal_of


def may_see_key(session: Session, person_id: int, module: TrainingModule, now: datetime) -> bool:
    """Say whether a person is shown every best choice: in practice, and while their pass need not be renewed yet.

    Before that, their next attempt would ask the same scenes, and the key would pass it for them. What each answer of
    their own came to is explained as soon as it is given, whatever this says.
    """
    return module.is_practice or renewal_of(session, person_id, module, now).stage is Stage.GOOD
