"""Tables of published modules, attempts, answers and results."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db import Base


class ModuleVersion(Base):
    """A module as published for one trust; never changed, since attempts and results point at it."""

    __tablename__ = "module_versions"
    __table_args__ = (UniqueConstraint("module", "trust", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(100))
    trust: Mapped[str] = mapped_column(String(50))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    published_at: Mapped[datetime]


class Attempt(Base):
    """A person's way through a version of a module; one at a time is open for each person and module."""

    __tablename__ = "attempts"
    __table_args__ = (
        Index(
            "uq_attempts_open",
            "person_id",
            "module",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index(None, "person_id", "module"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    module: Mapped[str] = mapped_column(String(100))
    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    version: Mapped[ModuleVersion] = relationship(lazy="raise_on_sql")


class AnswerRow(Base):
    """One answer of an attempt, kept when it is given; each scene is answered once."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("attempt_id", "scenario", "scene"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    scenario: Mapped[str] = mapped_column(String(100))
    scene: Mapped[str] = mapped_column(String(100))
    choice: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[datetime]


class ResultRow(Base):
    """What a finished attempt came to; written once, with its delivery, and never changed."""

    __tablename__ = "results"
    __table_args__ = (
        CheckConstraint("marks >= 0 AND marks <= out_of AND out_of > 0", name="marks_within_out_of"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_is_a_share"),
        Index(None, "module", "person_id", "passed"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    module: Mapped[str] = mapped_column(String(100))
    marks: Mapped[int]
    out_of: Mapped[int]
    score: Mapped[float]
    passed: Mapped[bool]
    finished_at: Mapped[datetime]


class Acknowledgement(Base):
    """A person's confirmation that they have read a version of their trust's policy; given once, never changed.

    ``digest`` is that of the words which they were shown, and ``placement_id`` the activity that they came from.
    """

    __tablename__ = "acknowledgements"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    trust: Mapped[str] = mapped_column(String(50), primary_key=True)
    version: Mapped[str] = mapped_column(String(100), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    acknowledged_at: Mapped[datetime]
