"""Attempts ask rule checks, and answers to these are kept"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "check_answers",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule_check", sa.String(100), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_check_answers")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_check_answers_attempt_id")),
        sa.UniqueConstraint("attempt_id", "rule_check", name=op.f("uq_check_answers_attempt_id_rule_check")),
    )
    # All attempts so far have the first draw of a version that has none.
    op.add_column("attempts", sa.Column("draw", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("attempts", "draw")
    op.drop_table("check_answers")
