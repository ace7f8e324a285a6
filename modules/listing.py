"""Which modules are published, in which versions, and in which courses they are used: for administrators."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti.uses import Use, uses_of_modules
from modules.models import Attempt, ModuleVersion


@dataclass(frozen=True)
class Version:
    """A version of a module as published for a trust, with how many attempts were made at it."""

    module: str
    trust: str
    number: int
    published_at: datetime
    attempts: int


@dataclass(frozen=True)
class Listing:
    """All versions, the latest of each module and trust first, and all uses, by LMS and course."""

    versions: tuple[Version, ...]
    uses: tuple[Use, ...]

    @property
    def modules(self) -> list[str]:
        """Return the keys of all modules that are published or asked for by an activity."""
        return sorted({each.module for each in (*self.versions, *self.uses)})

    def trusts_of(self, module: str) -> list[str]:
        """Return the trusts for which a module is published, or whose courses ask for it."""
        return sorted({each.trust for each in (*self.versions, *self.uses) if each.module == module})

    def versions_of(self, module: str, trust: str) -> list[Version]:
        """Return the versions of a trust's module, the latest first."""
        return [each for each in self.versions if (each.module, each.trust) == (module, trust)]

    def uses_of(self, module: str, trust: str) -> list[Use]:
        """Return the courses in which a trust's module is used."""
        return [each for each in self.uses if (each.module, each.trust) == (module, trust)]


def list_modules(session: Session) -> Listing:
    """Return what is published and where it is used."""
    return Listing(_versions(session), uses_of_modules(session))


def _versions(session: Session) -> tuple[Version, ...]:
    attempts = dict(session.execute(select(Attempt.version_id, func.count()).group_by(Attempt.version_id)).all())
    newest_first = ModuleVersion.module, ModuleVersion.trust, ModuleVersion.number.desc()
    return tuple(
        Version(each.module, each.trust, each.number, each.published_at, attempts.get(each.id, 0))
        for each in session.scalars(select(ModuleVersion).order_by(*newest_first))
    )
