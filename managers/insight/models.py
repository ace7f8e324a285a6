"""Tables of insight: figures that a job has worked out, and those that it still has to work out."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.schools import School
from core.trusts import Trust
from db import Base


class InsightCalculation(Base):
    """The figures of a module for a trust: since when they are wanted, and when those that pages show were worked out.

    ``asked_at`` is None unless they are to be worked out. Since ``begun_at`` a job is at it, or it was ended half-way;
    ``worked_out_at`` is the moment of which the figures are, and None before the first time.
    """

    __tablename__ = "insight_calculations"

    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    asked_at: Mapped[datetime | None] = mapped_column(index=True)
    begun_at: Mapped[datetime | None]
    worked_out_at: Mapped[datetime | None]


class KeptFigures(Base):
    """What was worked out at a moment of a slice: of one school or of all (None), in one term or in all (None).

    ``figures`` is JSON, with nothing in it about fewer than five people. Rows that are not of the moment that the
    calculation names are not shown: they are being written, or about to be cleared away. Those of a school go with it.
    """

    __tablename__ = "insight_figures"
    __table_args__ = (Index(None, "trust", "module", "worked_out_at", "school_id", "term"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    module: Mapped[str] = mapped_column(String(100))
    worked_out_at: Mapped[datetime]
    school_id: Mapped[int | None] = mapped_column(ForeignKey(School.id, ondelete="CASCADE"))
    term: Mapped[str | None] = mapped_column(String(20))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
