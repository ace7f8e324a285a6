"""Published versions: policies, stories and whatever else is published, each edition kept as it was.

This package does not know what is published. Others declare their kinds, such as ``Kind("policy", Policy)``.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import JSON, ColumnElement, String, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.cache import Cache
from core.shapes import digest_of, frozen, shape_of
from db import Base

T = TypeVar("T")
SHIPPED = "shipped"
MOST_KEPT = 1_000


class PublishedVersion(Base):
    """One edition of something that is published; never changed, and never deleted.

    ``origin`` says who published it: ``shipped`` if it came with the product. What is published here is in force
    instead of what is shipped, even if a later edition is shipped.
    """

    __tablename__ = "published_versions"
    __table_args__ = (UniqueConstraint("kind", "key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[Any] = mapped_column(JSON, deferred=True)
    origin: Mapped[str] = mapped_column(String(30))
    published_at: Mapped[datetime]


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A kind of thing that is published: its name in the table, and the type of its values."""

    name: str
    shape: type[T]


def publish(session: Session, kind: Kind[T], key: str, value: T, origin: str, now: datetime) -> PublishedVersion:
    """Return the version that holds this value: the last one if nothing has changed, otherwise a new one.

    What is shipped is compared with what was shipped last, and what is published here with what was published here
    last, whoever it was. If two publish at the same time, the database refuses the second (IntegrityError); tried
    again, it finds the first.
    """
    content = frozen(value, kind.shape)
    digest = digest_of(content)
    # Before looking for the last: what is committed in between then has this number, and the database refuses ours.
    number = (session.scalar(_LAST_NUMBER, {"kind": kind.name, "key": key}) or 0) + 1
    last = session.scalar(_LAST_SHIPPED if origin == SHIPPED else _LAST_HERE, {"kind": kind.name, "key": key})
    if last and last.digest == digest:
        return last
    version = PublishedVersion(kind=kind.name, key=key, number=number, digest=digest, content=content, origin=origin)
    version.published_at = now
    session.add(version)
    session.flush()
    return version


_OF_KEY = PublishedVersion.kind == bindparam("kind"), PublishedVersion.key == bindparam("key")
_LAST = select(PublishedVersion).where(*_OF_KEY).order_by(PublishedVersion.number.desc()).limit(1)
_LAST_SHIPPED = _LAST.where(PublishedVersion.origin == SHIPPED)
_LAST_HERE = _LAST.where(PublishedVersion.origin != SHIPPED)
_LAST_NUMBER = select(func.max(PublishedVersion.number)).where(*_OF_KEY)


def latest(session: Session, kind: Kind[T], key: str) -> T | None:
    """Return what is in force under a key, or None if nothing was published under it."""
    rows = session.execute(_LATEST, {"kind": kind.name, "key": key}).all()
    return _read(session, kind, [(key, *row) for row in rows]).get(key)


def latest_of(session: Session, kind: Kind[T]) -> dict[str, T]:
    """Return all that is in force of one kind, by key."""
    rows = session.execute(_LATEST_OF, {"kind": kind.name}).all()
    return _read(session, kind, [(key, number, digest) for key, number, digest in rows])


def keys_not_shipped(session: Session, kind: Kind[T]) -> Set[str]:
    """Return the keys under which something is in force that did not come with the product."""
    return set(session.scalars(_NOT_SHIPPED, {"kind": kind.name}))


_NOT_SHIPPED = select(PublishedVersion.key).where(
    PublishedVersion.kind == bindparam("kind"), PublishedVersion.origin != SHIPPED
)


def _best_first() -> tuple[ColumnElement[Any], ...]:
    return PublishedVersion.origin == SHIPPED, PublishedVersion.number.desc()


_LATEST = select(PublishedVersion.id, PublishedVersion.digest).where(*_OF_KEY).order_by(*_best_first()).limit(1)
_ranked = (
    select(
        PublishedVersion.id,
        PublishedVersion.key,
        PublishedVersion.digest,
        func.row_number().over(partition_by=PublishedVersion.key, order_by=_best_first()).label("place"),
    )
    .where(PublishedVersion.kind == bindparam("kind"))
    .subquery()
)
_LATEST_OF = select(_ranked.c.key, _ranked.c.id, _ranked.c.digest).where(_ranked.c.place == 1).order_by(_ranked.c.key)

# By kind and digest: what was worked out of the same content is the same in every database.
_values: Cache[tuple[str, str], Any] = Cache(MOST_KEPT)


def _read(session: Session, kind: Kind[T], found: Sequence[tuple[str, int, str]]) -> dict[str, T]:
    """Return the values of versions by their keys, with one query for all that this process has not read yet.

    Each version comes with its key, id and digest.
    """
    ids = {(kind.name, digest): number for _, number, digest in found}

    def work_out(missing: Set[tuple[str, str]]) -> dict[tuple[str, str], T]:
        wanted = _CONTENTS.where(PublishedVersion.id.in_([ids[each] for each in missing]))
        rows = session.execute(wanted).all()
        return {(kind.name, digest): shape_of(kind.shape).validate_python(content) for digest, content in rows}

    values = _values.get_all(ids, work_out)
    return {key: values[kind.name, digest] for key, _, digest in found}


_CONTENTS = select(PublishedVersion.digest, PublishedVersion.content)
