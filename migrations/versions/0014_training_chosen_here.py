"""Whether an activity's training was chosen with us, since the LMS names none"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("placements", sa.Column("chosen_here", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("placements") as placements:
        placements.alter_column("chosen_here", server_default=None)
