"""What is written to find out whether anything can be written"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "writing_probes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filling", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writing_probes")),
    )


def downgrade() -> None:
    op.drop_table("writing_probes")
