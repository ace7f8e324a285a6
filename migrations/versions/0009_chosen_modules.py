"""Which modules a trainer chose for a course"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "chosen_modules",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("chosen_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_chosen_modules_course_id")),
        sa.PrimaryKeyConstraint("course_id", "module", name=op.f("pk_chosen_modules")),
    )


def downgrade() -> None:
    op.drop_table("chosen_modules")
