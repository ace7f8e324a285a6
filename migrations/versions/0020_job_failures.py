"""Jobs that have failed, to be seen and tried again"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "job_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("arguments", sa.String(length=200), nullable=False),
        sa.Column("first_at", db.Moment(), nullable=False),
        sa.Column("last_at", db.Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", db.Moment(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_failures")),
        sa.UniqueConstraint("name", "arguments", name=op.f("uq_job_failures_name_arguments")),
    )
    op.create_index(op.f("ix_job_failures_due_at"), "job_failures", ["due_at"])


def downgrade() -> None:
    op.drop_table("job_failures")
