"""The modules in a course, as one person sees them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti.models import Activity
from modules.content.publish import contents_by_digest, is_latest
from modules.domain.content import Content, TrainingModule
from modules.models import ModuleVersion
from modules.passes.passes import Renewal, held_by, renewal_from


@dataclass(frozen=True)
class OwnModule:
    """A module of a course, with where one person is with it."""

    content: Content
    renewal: Renewal

    @property
    def module(self) -> TrainingModule:
        """Return the module itself."""
        return self.content.module


def own_modules(session: Session, course_id: int, trust: str, person_id: int, now: datetime) -> list[OwnModule]:
    """Return the modules that stand in a course as one person sees them, by title."""
    found = _contents_in(session, course_id, trust)
    held = held_by(session, person_id, [content.module.key for content in found])
    return [OwnModule(each, renewal_from(held.get(each.module.key), each.module, now)) for each in found]


def _contents_in(session: Session, course_id: int, trust: str) -> list[Content]:
    digests = set(session.scalars(PLACED, {"course_id": course_id, "trust": trust}))
    return sorted(contents_by_digest(session, digests).values(), key=lambda content: content.module.title)


PLACED = select(ModuleVersion.digest).where(
    ModuleVersion.trust == bindparam("trust"),
    ModuleVersion.module.in_(select(Activity.module).where(Activity.course_id == bindparam("course_id"))),
    is_latest(),
)
