"""How many entries of a course's roster could not be read"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("courses", sa.Column("roster_unread", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("courses") as courses:
        courses.alter_column("roster_unread", server_default=None)
