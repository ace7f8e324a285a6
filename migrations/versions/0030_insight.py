"""What staff know of their policy is worked out by a job, and kept"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "insight_calculations",
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("module", sa.String(100), nullable=False),
        sa.Column("asked_at", db.Moment(), nullable=True),
        sa.Column("begun_at", db.Moment(), nullable=True),
        sa.Column("worked_out_at", db.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "module", name=op.f("pk_insight_calculations")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_insight_calculations_trust")),
    )
    op.create_index(op.f("ix_insight_calculations_asked_at"), "insight_calculations", ["asked_at"])
    op.create_table(
        "insight_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("module", sa.String(100), nullable=False),
        sa.Column("worked_out_at", db.Moment(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("term", sa.String(20), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight_figures")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_insight_figures_trust")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name=op.f("fk_insight_figures_school_id"), ondelete="CASCADE"
        ),
    )
    columns = ["trust", "module", "worked_out_at", "school_id", "term"]
    op.create_index(op.f("ix_insight_figures_trust_module_worked_out_at_school_id_term"), "insight_figures", columns)


def downgrade() -> None:
    op.drop_table("insight_figures")
    op.drop_table("insight_calculations")
