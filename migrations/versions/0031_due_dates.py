"""Rules say when training is due, and there are exceptions for people who are away"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "due_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("module", sa.String(100)),
        sa.Column("school_id", sa.Integer()),
        sa.Column("job_group", sa.String(100)),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_rules")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_due_rules_trust")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_due_rules_school_id")),
        sa.CheckConstraint(
            "(day IS NULL) = (kind IN ('start', 'joining'))", name=op.f("ck_due_rules_a_date_has_a_day")
        ),
        sa.CheckConstraint("days >= 0", name=op.f("ck_due_rules_days_are_counted_forwards")),
    )
    op.create_index(op.f("ix_due_rules_trust_ended_at"), "due_rules", ["trust", "ended_at"])
    op.create_table(
        "due_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(100)),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_exceptions")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_members.id"], name=op.f("fk_due_exceptions_staff_id")),
    )
    op.create_index(op.f("ix_due_exceptions_staff_id"), "due_exceptions", ["staff_id"])
    op.create_table(
        "due_refreshes",
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("done_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("trust", name=op.f("pk_due_refreshes")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_due_refreshes_trust")),
    )


def downgrade() -> None:
    for table in ("due_refreshes", "due_exceptions", "due_rules"):
        op.drop_table(table)
