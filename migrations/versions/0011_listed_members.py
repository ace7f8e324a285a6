"""Whether someone has been on a course's list of people"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("memberships") as batch:
        batch.add_column(sa.Column("was_listed", sa.Boolean(), nullable=False, server_default=sa.false()))
    # We know people who have never opened the training only from a list.
    memberships = sa.table("memberships", sa.column("was_listed", sa.Boolean), sa.column("seen_at", sa.DateTime))
    op.execute(memberships.update().where(memberships.c.seen_at.is_(None)).values(was_listed=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("memberships") as batch:
        batch.drop_column("was_listed")
