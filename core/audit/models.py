"""The table of audit events."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.audit.domain.event import Actor, ActorKind, Thing
from db import Base


class AuditEvent(Base):
    """Something that was done or changed, on record for good: the database refuses to change or delete a row.

    ``actor`` says what kind of actor it was, and ``means`` how it acted: the hash of a visit's token, a command,
    something we gave out, or a job. ``account`` is the operating system's user behind a command. The ids may be those
    of rows that have gone since, so they are not foreign keys.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint("(actor = 'person') = (person_id IS NOT NULL)", name="a_person_is_known"),
        CheckConstraint("(actor = 'command') = (account IS NOT NULL)", name="a_command_has_an_account"),
        Index(None, "thing_kind", "thing_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[ActorKind]
    means: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int | None]
    account: Mapped[str | None] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(100))
    thing_kind: Mapped[str] = mapped_column(String(50))
    thing_id: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

    @property
    def done_by(self) -> Actor:
        """Who did it."""
        return Actor(self.actor, self.means, self.person_id, self.account)

    @property
    def thing(self) -> Thing:
        """What it was done to."""
        return Thing(self.thing_kind, self.thing_id)
