"""Publishing: a module's content is frozen into a version when it differs from the latest one."""

from collections.abc import Mapping, Set
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session, aliased

from core.cache import Cache
from core.shapes import digest_of, frozen, shape_of
from modules.domain.content import Content
from modules.models import ModuleVersion
from policies.domain.policy import Policy


class NotPublished(Exception):
    """A module that an activity asks for, and that this trust does not have."""


def publish(session: Session, content: Content, now: datetime) -> ModuleVersion:
    """Return the version that holds this content: the latest one where nothing has changed, otherwise a new one."""
    made_of = frozen(content, Content)
    digest = digest_of(made_of)
    latest = _latest(session, content.module.key, content.policy.key)
    if latest and latest.digest == digest:
        return latest
    version = ModuleVersion(
        module=content.module.key,
        trust=content.policy.key,
        number=latest.number + 1 if latest else 1,
        digest=digest,
        content=made_of,
        published_at=now,
    )
    session.add(version)
    return version


def latest_version(session: Session, module: str | None, trust: str) -> ModuleVersion:
    """Return the version that a new attempt at this module gets; NotPublished if the trust has no such module."""
    latest = _latest(session, module, trust) if module else None
    if not latest:
        raise NotPublished(module)
    return latest


def is_latest() -> ColumnElement[bool]:
    """Return what makes a version the latest one of its module, to its trust."""
    newer = aliased(ModuleVersion)
    same = newer.module == ModuleVersion.module, newer.trust == ModuleVersion.trust
    return ~select(newer.id).where(*same, newer.number > ModuleVersion.number).exists()


def version_in_force(session: Session, trust: str) -> ModuleVersion:
    """Return what a trust published last: its policy is the one in force; NotPublished where there is nothing."""
    latest = session.scalar(IN_FORCE, {"trust": trust})
    if not latest:
        raise NotPublished(trust)
    return latest


def is_anything_published(session: Session) -> bool:
    """Say whether there is a module that staff could take."""
    return session.scalar(select(ModuleVersion.id).limit(1)) is not None


def latest_and_in_force(session: Session, module: str | None, trust: str) -> tuple[ModuleVersion, ModuleVersion]:
    """Return the latest version of a module and the one whose policy is in force, in one query.

    NotPublished if the trust has no such module.
    """
    asked = {"module": module, "trust": trust}
    found = session.execute(BOTH, asked).one_or_none() if module else None
    if not found:
        raise NotPublished(module)
    return found[0], found[1]


def contents_by_digest(session: Session, digests: Set[str]) -> Mapping[str, Content]:
    """Return what versions are made of, with one query for all that this process has not worked out yet."""

    def read(missing: Set[str]) -> dict[str, Content]:
        wanted = select(ModuleVersion.digest, ModuleVersion.content).where(ModuleVersion.digest.in_(missing))
        return {digest: shape_of(Content).validate_python(content) for digest, content in session.execute(wanted)}

    return _contents.get_all(digests, read)


def contents_of_trust(session: Session, trust: str) -> dict[str, Content]:
    """Return what each module of a trust is made of now, by the module's key; in the order of their titles."""
    digests = set(session.scalars(LATEST_OF_TRUST, {"trust": trust}))
    found = sorted(contents_by_digest(session, digests).values(), key=lambda content: content.module.title)
    return {content.module.key: content for content in found}


def contents_and_policy(session: Session, trust: str) -> tuple[dict[str, Content], Policy]:
    """Return what each module of a trust is made of now, and the policy in force; NotPublished where there is nothing.

    Only digests are asked for: what versions are made of is known in this process, once it has been worked out.
    """
    latest = session.execute(LATEST_MOMENTS, {"trust": trust}).all()
    if not latest:
        raise NotPublished(trust)
    found = contents_by_digest(session, {digest for digest, _, _ in latest})
    in_order = sorted(found.values(), key=lambda content: content.module.title)
    last = max(latest, key=lambda row: row[1:])
    return {content.module.key: content for content in in_order}, found[last.digest].policy


def content_of(version: ModuleVersion) -> Content:
    """Return what a version is made of; versions never change, so this is rarely worked out twice."""
    return _contents.get(version.digest, lambda: shape_of(Content).validate_python(version.content))


# Some five trusts' modules in a few versions each: every attempt and every policy page needs those of its people.
# One takes a third of a megabyte, so these come to some 80 MB in each process; one that is read again takes 3 ms.
_contents: Cache[str, Content] = Cache(250)


def _latest(session: Session, module: str, trust: str) -> ModuleVersion | None:
    return session.scalar(LATEST, {"module": module, "trust": trust})


LATEST = (
    select(ModuleVersion)
    .where(ModuleVersion.module == bindparam("module"), ModuleVersion.trust == bindparam("trust"))
    .order_by(ModuleVersion.number.desc())
    .limit(1)
)

LATEST_OF_TRUST = select(ModuleVersion.digest).where(ModuleVersion.trust == bindparam("trust"), is_latest())

LATEST_MOMENTS = select(ModuleVersion.digest, ModuleVersion.published_at, ModuleVersion.id).where(
    ModuleVersion.trust == bindparam("trust"), is_latest()
)

IN_FORCE = (
    select(ModuleVersion)
    .where(ModuleVersion.trust == bindparam("trust"))
    .order_by(ModuleVersion.published_at.desc(), ModuleVersion.id.desc())
    .limit(1)
)
_in_force = aliased(ModuleVersion)
BOTH = (
    select(ModuleVersion, _in_force)
    .join(_in_force, _in_force.trust == ModuleVersion.trust)
    .where(
        ModuleVersion.id == LATEST.with_only_columns(ModuleVersion.id).correlate(None).scalar_subquery(),
        _in_force.id == IN_FORCE.with_only_columns(ModuleVersion.id).correlate(None).scalar_subquery(),
    )
)
