"""The table of jobs that have failed."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db import Base

LONGEST_WORDS = 500
LONGEST_ARGUMENTS = 200


class JobFailure(Base):
    """A job that failed at its last try; the row goes when the job has succeeded.

    ``arguments`` is a JSON list of whole numbers. The job is tried again at ``due_at``; where that is NULL, it is no
    longer tried by itself. ``words`` say what went wrong and name no one.
    """

    __tablename__ = "job_failures"
    __table_args__ = (UniqueConstraint("name", "arguments"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    arguments: Mapped[str] = mapped_column(String(LONGEST_ARGUMENTS))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    tries: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS))
