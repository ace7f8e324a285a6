"""When we looked for an activity's column and did not find it"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("placements") as batch_op:
        batch_op.add_column(sa.Column("no_column_at", db.Moment(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("placements") as batch_op:
        batch_op.drop_column("no_column_at")
