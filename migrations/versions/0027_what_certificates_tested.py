"""A certificate says how many decisions and rules were tested; earlier ones do not say"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

COLUMNS = ("tested_decisions", "tested_rules")


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("certificates", sa.Column(column, sa.Integer(), nullable=True))


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_column("certificates", column)
