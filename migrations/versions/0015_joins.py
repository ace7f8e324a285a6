"""Joins: two people known by different ids are the same person, and what that brought"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0015"
down_revision = "0014"

IN_FORCE = sa.text("state <> 'separated'")


def upgrade() -> None:
    op.create_table(
        "joins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("same_as_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("module", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("asked_at", db.Moment(), nullable=True),
        sa.Column("decided_at", db.Moment(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("because", sa.String(length=500), nullable=True),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("ended_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint("person_id <> same_as_id", name=op.f("ck_joins_two_people")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_joins_person_id")),
        sa.ForeignKeyConstraint(["same_as_id"], ["persons.id"], name=op.f("fk_joins_same_as_id")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_joins_course_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_joins_placement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joins")),
    )
    with op.batch_alter_table("joins") as joins:
        joins.create_index(
            "uq_joins_in_force",
            ["person_id", "same_as_id"],
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        )
        joins.create_index(op.f("ix_joins_course_id_state"), ["course_id", "state"])
        joins.create_index(op.f("ix_joins_same_as_id_state"), ["same_as_id", "state"])
    # Anything brought before joins were recorded has no join, and stays.
    for table in ("passes", "acknowledgements"):
        with op.batch_alter_table(table) as kept:
            kept.add_column(sa.Column("join_id", sa.Integer(), nullable=True))
            kept.create_foreign_key(op.f(f"fk_{table}_join_id"), "joins", ["join_id"], ["id"])
