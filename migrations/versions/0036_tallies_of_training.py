"""How far each trust is with its training is kept for the end of each month"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "training_tallies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("module", sa.String(100)),
        sa.Column("school_id", sa.Integer()),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer()),
        sa.Column("expired", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_tallies")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_training_tallies_trust")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_training_tallies_school_id"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_training_tallies_trust_day"), "training_tallies", ["trust", "day"])


def downgrade() -> None:
    op.drop_table("training_tallies")
