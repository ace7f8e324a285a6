"""Certificates and acknowledgements"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0003"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(length=50), nullable=False),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_acknowledgements_person_id_persons")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placements.id"], name=op.f("fk_acknowledgements_placement_id_placements")
        ),
        sa.PrimaryKeyConstraint("person_id", "trust", "version", name=op.f("pk_acknowledgements")),
    )


def downgrade() -> None:
    op.drop_table("acknowledgements")
