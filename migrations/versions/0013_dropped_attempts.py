"""Attempts that their owners dropped, and room for a new one after that"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0013"
down_revision = "0012"

OPEN = "finished_at IS NULL AND dropped_at IS NULL"
UNFINISHED = "finished_at IS NULL"


def upgrade() -> None:
    op.add_column("attempts", sa.Column("dropped_at", db.Moment(), nullable=True))
    _one_open(OPEN)


def downgrade() -> None:
    # Nothing in a dropped attempt counts, and there is no room for it next to an open attempt.
    op.execute("DELETE FROM answers WHERE attempt_id IN (SELECT id FROM attempts WHERE dropped_at IS NOT NULL)")
    op.execute("DELETE FROM attempts WHERE dropped_at IS NOT NULL")
    _one_open(UNFINISHED)
    op.drop_column("attempts", "dropped_at")


def _one_open(where: str) -> None:
    op.drop_index("uq_attempts_open", table_name="attempts")
    condition = sa.text(where)
    op.create_index(
        "uq_attempts_open",
        "attempts",
        ["person_id", "module"],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )
