"""Which modules are published, in which versions, and which courses use them: for administrators."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from lti.models import Activity
from lti.module_usage import ModuleUsage, courses_of, uses_of_modules
from modules.models import Attempt, ChosenModule, ModuleVersion


@dataclass(frozen=True)
class Version:
    """A version of a module as published for a trust, with how many attempts were made at it."""

    module: str
    trust: str
    number: int
    published_at: datetime
    attempts: int


@dataclass(frozen=True)
class Added:
    """A course to which a trainer added a module in our dialog, where no one has opened it yet."""

    module: str
    trust: str
    course: str
    lms: str
    chosen_at: datetime


@dataclass(frozen=True)
class Listing:
    """All versions, the latest of each module and trust first, and all uses, by LMS and course.

    ``added`` are the courses to which modules were added where no one has opened them yet.
    """

    versions: tuple[Version, ...]
    uses: tuple[ModuleUsage, ...]
    added: tuple[Added, ...]

    @property
    def modules(self) -> list[str]:
        """Return the keys of all modules that are published, asked for by an activity, or added to a course."""
        return sorted({each.module for each in self._named})

    def trusts_of(self, module: str) -> list[str]:
        """Return the trusts that a module is published for, or whose courses ask for it."""
        return sorted({each.trust for each in self._named if each.module == module})

    @property
    def _named(self) -> tuple[Version | ModuleUsage | Added, ...]:
        return *self.versions, *self.uses, *self.added

    def versions_of(self, module: str, trust: str) -> list[Version]:
        """Return the versions of a trust's module, the latest first."""
        return [each for each in self.versions if (each.module, each.trust) == (module, trust)]

    def uses_of(self, module: str, trust: str) -> list[ModuleUsage]:
        """Return the courses that use a trust's module."""
        return [each for each in self.uses if (each.module, each.trust) == (module, trust)]

    def added_to(self, module: str, trust: str) -> list[Added]:
        """Return the courses to which a trust's module was added and where no one has opened it yet."""
        return [each for each in self.added if (each.module, each.trust) == (module, trust)]


def list_modules(session: Session) -> Listing:
    """Return what is published, where it is used, and where it was added."""
    return Listing(_versions(session), uses_of_modules(session), _added(session))


def _added(session: Session) -> tuple[Added, ...]:
    opened = Activity.course_id == ChosenModule.course_id, Activity.module == ChosenModule.module
    chosen = session.scalars(select(ChosenModule).where(~exists().where(*opened)).order_by(ChosenModule.module)).all()
    courses = courses_of(session, {each.course_id for each in chosen})
    return tuple(
        Added(each.module, course.trust, course.title, course.lms, each.chosen_at)
        for course_id, course in courses.items()
        for each in chosen
        if each.course_id == course_id
    )


def _versions(session: Session) -> tuple[Version, ...]:
    attempts = dict(session.execute(select(Attempt.version_id, func.count()).group_by(Attempt.version_id)).all())
    newest_first = ModuleVersion.module, ModuleVersion.trust, ModuleVersion.number.desc()
    return tuple(
        Version(each.module, each.trust, each.number, each.published_at, attempts.get(each.id, 0))
        for each in session.scalars(select(ModuleVersion).order_by(*newest_first))
    )
