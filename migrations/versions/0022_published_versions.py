"""Published versions of policies, scenarios and modules; ``flask prepare`` puts the shipped library there"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "published_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(length=30), nullable=False),
        sa.Column("published_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_versions")),
        sa.UniqueConstraint("kind", "key", "number", name=op.f("uq_published_versions_kind_key_number")),
    )


def downgrade() -> None:
    op.drop_table("published_versions")
