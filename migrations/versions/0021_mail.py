"""Messages to people, from the moment they are owed until they are sent"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("since", db.Moment(), nullable=False),
        sa.Column("due_at", db.Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mails_message_id")),
    )
    op.create_index(op.f("ix_mails_recipient"), "mails", ["recipient"])
    op.create_index(op.f("ix_mails_state_due_at"), "mails", ["state", "due_at"])


def downgrade() -> None:
    op.drop_table("mails")
