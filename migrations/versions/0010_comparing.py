"""What an LMS has in place of the grades that we sent, and which grades were carried over"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("placements") as batch_op:
        batch_op.add_column(sa.Column("compare_at", db.Moment(), nullable=True))
        batch_op.add_column(sa.Column("compared_at", db.Moment(), nullable=True))
        batch_op.create_index(batch_op.f("ix_placements_compare_at"), ["compare_at"], unique=False)
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.add_column(sa.Column("held", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("compared_at", db.Moment(), nullable=True))
        batch_op.add_column(sa.Column("compare_at", db.Moment(), nullable=True))
        batch_op.add_column(sa.Column("carried", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f("ix_deliveries_compare_at"), ["compare_at"], unique=False)
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.alter_column("carried", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_compare_at"))
        for column in ("carried", "compare_at", "compared_at", "held"):
            batch_op.drop_column(column)
    with op.batch_alter_table("placements") as batch_op:
        batch_op.drop_index(batch_op.f("ix_placements_compare_at"))
        for column in ("compared_at", "compare_at"):
            batch_op.drop_column(column)
