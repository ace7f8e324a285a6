"""Who cannot open an activity of their course"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "shut_out",
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_shut_out_placement_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_shut_out_person_id")),
        sa.PrimaryKeyConstraint("placement_id", "person_id", name=op.f("pk_shut_out")),
    )
    op.create_index(op.f("ix_shut_out_person_id"), "shut_out", ["person_id"])
    op.add_column("courses", sa.Column("shut_out", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("courses") as courses:
        courses.alter_column("shut_out", server_default=None)
