"""When an LMS was switched off"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("platforms") as batch:
        batch.add_column(sa.Column("switched_off_at", db.Moment(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("platforms") as batch:
        batch.drop_column("switched_off_at")
