"""The trusts that we serve: each is a row, with the files that belong to its profile."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.published import SHIPPED
from core.shapes import digest_of
from db import Base

LONGEST_KEY = 50
LONGEST_NAME = 200


class Trust(Base):
    """A trust: its name, and how it presents itself, which is JSON here and given its meaning in ``policies``.

    ``digest`` is that of all this together, files included. ``origin`` says who set it: ``shipped`` if it came with the
    product, which does not replace anything that was set here.
    """

    __tablename__ = "trusts"

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    profile: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    digest: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(30))


class TrustFile(Base):
    """A file that belongs to a trust's profile; ``purpose`` says what it is, such as the trust's logo."""

    __tablename__ = "trust_files"

    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


@dataclass(frozen=True)
class File:
    """A file to keep with a trust: what it is called, what kind it is, and its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Presentation:
    """How a trust presents itself: its name, its profile as JSON, and files by purpose."""

    name: str
    profile: dict[str, Any] | None = None
    files: Mapping[str, File] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return what tells it from any other."""
        files = {
            purpose: [file.name, file.media_type, sha256(file.content).hexdigest()]
            for purpose, file in self.files.items()
        }
        return digest_of([self.name, self.profile, files])


def set_trust(session: Session, key: str, presented: Presentation, origin: str) -> Trust:
    """Let a trust present itself so from now on, and return it; what was set here stays as it is if this is shipped."""
    trust = session.get(Trust, key)
    if trust and (trust.digest, trust.origin) == (presented.digest, origin):
        return trust
    if trust and origin == SHIPPED != trust.origin:
        return trust
    trust = trust or Trust(key=key)
    trust.name, trust.profile = presented.name, presented.profile
    trust.digest, trust.origin = presented.digest, origin
    session.add(trust)
    session.flush()
    _replace_files(session, key, presented.files)
    return trust


def _replace_files(session: Session, key: str, files: Mapping[str, File]) -> None:
    session.execute(delete(TrustFile).where(TrustFile.trust == key))
    for purpose, file in files.items():
        about = {"name": file.name, "media_type": file.media_type, "size": len(file.content)}
        session.add(TrustFile(trust=key, purpose=purpose, content=file.content, **about))
    session.flush()


def find_trust(session: Session, key: str) -> Trust | None:
    """Return the trust with this key, or None if there is none."""
    return session.get(Trust, key)


def trusts_with(session: Session, keys: Set[str]) -> dict[str, Trust]:
    """Return those of these trusts that there are, by key."""
    return {trust.key: trust for trust in session.scalars(select(Trust).where(Trust.key.in_(keys)))}


def name_of_trust(session: Session, key: str) -> str:
    """Return a trust's name, or its key if there is no such trust."""
    trust = find_trust(session, key)
    return trust.name if trust else key


def names_of_trusts(session: Session) -> dict[str, str]:
    """Return the name of each trust by its key, in the order of the keys."""
    return dict(session.execute(_NAMES).all())


_NAMES = select(Trust.key, Trust.name).order_by(Trust.key)


def file_of(session: Session, trust: str, purpose: str) -> TrustFile | None:
    """Return a trust's file, or None if it has no such file; its bytes are read when they are asked for."""
    return session.get(TrustFile, (trust, purpose))
