"""The tables of the practice LMS, in a database file of its own that the tool never sees."""

from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Moments are whole seconds since 1970, as Moodle keeps them: its rule about equal time stamps depends on that.


class Base(DeclarativeBase):
    """The practice LMS's own metadata, apart from the tool's."""


class Secret(Base):
    """A secret that must survive a restart: the signing key, and the key of the session cookie."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class LaunchHint(Base):
    """One launch under way: who opens which activity; good for one authorisation request."""

    __tablename__ = "launch_hint"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str]
    activity_id: Mapped[str]
    document_target: Mapped[str]
    used: Mapped[bool] = mapped_column(default=False)


class SpentAssertion(Base):
    """A client assertion that has bought a token, and may not buy another."""

    __tablename__ = "spent_assertion"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)


class Grade(Base):
    """One person's row in the gradebook for one line item; no score means that it was wiped."""

    __tablename__ = "grade"

    line_item_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float | None]  # share of the maximum, 0 to 1
    comment: Mapped[str | None] = mapped_column(Text)
    stamped_at: Mapped[int]  # the tool's time stamp
    writes: Mapped[int] = mapped_column(default=0)  # how often a score was taken: shows what arrived twice


class ServiceCall(Base):
    """One call that the tool made to a service, as the log shows it; tokens are never kept."""

    __tablename__ = "service_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    method: Mapped[str]
    path: Mapped[str]
    caller: Mapped[str]
    status: Mapped[int]
    words: Mapped[str]


class FailureSwitch(Base):
    """The one row that says which trouble the services give, and which generation of tokens is still good."""

    __tablename__ = "failure_switch"

    id: Mapped[int] = mapped_column(primary_key=True)
    failure: Mapped[str]
    token_generation: Mapped[int]
