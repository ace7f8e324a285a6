"""Tables of published modules, attempts, answers, results, acknowledgements and certificates."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.trusts import Trust
from db import Base
from modules.domain.certificate import CertificateState, Term, state_of
from modules.domain.extent import Extent


class ModuleVersion(Base):
    """A module as published for one trust; never changed, since attempts and results point at it."""

    __tablename__ = "module_versions"
    __table_args__ = (UniqueConstraint("module", "trust", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module: Mapped[str] = mapped_column(String(100))
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    published_at: Mapped[datetime]


class ChosenModule(Base):
    """A trainer chose a module for a course in our dialog, and when last; only the LMS knows whether it is there."""

    __tablename__ = "chosen_modules"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    chosen_at: Mapped[datetime]


STILL_OPEN = "finished_at IS NULL AND dropped_at IS NULL"


class Attempt(Base):
    """A person's way through a version of a module; each person can have one open for each module.

    One that its owner dropped is never finished, has no result, and keeps its answers on record. ``draw`` says which
    of the version's draws of rule checks it asks.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        Index(
            "uq_attempts_open",
            "person_id",
            "module",
            unique=True,
            sqlite_where=text(STILL_OPEN),
            postgresql_where=text(STILL_OPEN),
        ),
        Index(None, "person_id", "module"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    module: Mapped[str] = mapped_column(String(100))
    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id"))
    draw: Mapped[int] = mapped_column(default=0, server_default="0")
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Say whether answers can be given in it."""
        return not self.finished_at and not self.dropped_at

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


class CheckAnswerRow(Base):
    """The answer to one rule check, numbered among the attempt's answers: a bin for each act or an answer, by key."""

    __tablename__ = "check_answers"
    __table_args__ = (UniqueConstraint("attempt_id", "rule_check"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    rule_check: Mapped[str] = mapped_column(String(100))
    given: Mapped[dict[str, str]] = mapped_column(JSON)
    given_at: Mapped[datetime]


class ResultRow(Base):
    """What a finished attempt came to; written once, with its delivery, and never changed.

    ``cycle`` counts the times that the person has set out to earn the module: results of one cycle count together.
    """

    __tablename__ = "results"
    __table_args__ = (
        CheckConstraint("marks >= 0 AND marks <= out_of AND out_of > 0", name="marks_within_out_of"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_is_a_share"),
        Index(None, "module", "person_id", "passed"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    module: Mapped[str] = mapped_column(String(100))
    cycle: Mapped[int] = mapped_column(default=1, server_default="1")
    marks: Mapped[int]
    out_of: Mapped[int]
    score: Mapped[float]
    passed: Mapped[bool]
    finished_at: Mapped[datetime]


class JoinState(Enum):
    """What has happened to a join: asked for, decided one way or the other, or undone."""

    ASKED = "asked"
    JOINED = "joined"
    DECLINED = "declined"
    SEPARATED = "separated"


class Join(Base):
    """Two people we know by different ids are the same person, or someone asks us to treat them so; never deleted.

    ``same_as_id`` is the entry that the person had before or has on another LMS. A request came from an activity and is
    about the certificate of one ``module``; without one, all that the other entry earned counts. ``decided_by`` joined
    or declined, and ``ended_by`` undid it. If it was decided in a course, people who lead that course see it.
    """

    __tablename__ = "joins"
    __table_args__ = (
        CheckConstraint("person_id <> same_as_id", name="two_people"),
        Index(
            "uq_joins_in_force",
            "person_id",
            "same_as_id",
            unique=True,
            sqlite_where=text("state <> 'separated'"),
            postgresql_where=text("state <> 'separated'"),
        ),
        Index(None, "course_id", "state"),
        Index(None, "same_as_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    same_as_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activities.id"))
    module: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[JoinState]
    asked_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    because: Mapped[str | None] = mapped_column(String(500))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))
    ended_because: Mapped[str | None] = mapped_column(String(500))


class Pass(Base):
    """What a passed attempt counts for: its own module and those it renews, until a last day or for ever.

    Someone certified under another id has the pass from that attempt under both ids; ``join_id`` brought it.
    """

    __tablename__ = "passes"
    __table_args__ = (Index(None, "module", "person_id", "valid_until"), Index(None, "person_id", "module"))

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    cycle: Mapped[int]
    passed_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    join_id: Mapped[int | None] = mapped_column(ForeignKey("joins.id"))


class Acknowledgement(Base):
    """A person's confirmation that they have read a version of their trust's policy; given once, never changed.

    ``digest`` is that of the words which they were shown, and ``activity_id`` the activity that they came from.
    """

    __tablename__ = "acknowledgements"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key), primary_key=True)
    version: Mapped[str] = mapped_column(String(100), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    acknowledged_at: Mapped[datetime]
    join_id: Mapped[int | None] = mapped_column(ForeignKey("joins.id"))


ON_DAY = ("valid_from", "valid_until", "superseded_at", "revoked_at")


class Certificate(Base):
    """What a person was certified for, as it was then; never deleted, and complete without any other table.

    ``email_hash`` lets a badge be claimed by the holder: it is salted with the code, as badges are. What was tested is
    not known of certificates from before it was kept.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        CheckConstraint("length(code) = 16", name="code_is_whole"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_is_a_share"),
        CheckConstraint(
            "(revoked_at IS NULL) = (revoked_because IS NULL) AND (revoked_at IS NULL) = (revoked_by IS NULL)",
            name="revoked_by_somebody_for_a_reason",
        ),
        Index(
            "uq_certificates_held",
            "person_id",
            "module",
            "trust",
            unique=True,
            sqlite_where=text("superseded_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL AND revoked_at IS NULL"),
        ),
        Index(None, "person_id", "issued_at"),
        # Evidence of a past date counts by the one, and lists by the other; both hold all that it looks at.
        Index("ix_certificates_on_day", "trust", "module", *ON_DAY, "person_id"),
        Index("ix_certificates_of_person_on_day", "person_id", "trust", "module", *ON_DAY),
        # A refresher earns its own certificate and renews another.
        UniqueConstraint("attempt_id", "module"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    attempt_id: Mapped[int]
    person_id: Mapped[int]
    holder_name: Mapped[str | None] = mapped_column(String(500))
    email_hash: Mapped[str | None] = mapped_column(String(64))
    trust: Mapped[str] = mapped_column(String(50))
    trust_name: Mapped[str] = mapped_column(String(200))
    module: Mapped[str] = mapped_column(String(100))
    module_title: Mapped[str] = mapped_column(String(300))
    module_version: Mapped[int]
    module_says: Mapped[str] = mapped_column(Text)
    policy_title: Mapped[str] = mapped_column(String(300))
    policy_version: Mapped[str] = mapped_column(String(100))
    pass_mark: Mapped[int]
    tested_decisions: Mapped[int | None]
    tested_rules: Mapped[int | None]
    score: Mapped[float]
    passed_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    superseded_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(200))
    revoked_because: Mapped[str | None] = mapped_column(String(500))

    @property
    def tested(self) -> Extent | None:
        """Return what was tested, or None if it is not known."""
        return Extent(self.tested_decisions, self.tested_rules or 0) if self.tested_decisions else None

    @property
    def term(self) -> Term:
        """Return all that decides the state."""
        return Term(self.module_version, self.valid_until, self.superseded_at, self.revoked_at)

    def state_at(self, now: datetime) -> CertificateState:
        """Return the state at a time."""
        return state_of(self.term, now)


class BadgeKey(Base):
    """A key pair that signs badges and nothing else; the newest signs, and all stay published."""

    __tablename__ = "badge_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    private_pem: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)
