"""Trusts upload lists of staff, staff have numbers, and someone can decide who is one person"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("persons", sa.Column("number", sa.String(100), nullable=True))
    _create_lists()
    op.create_table(
        "same_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer()),
        sa.Column("address", sa.String(320)),
        sa.Column("is_same", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_same_people")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_same_people_person_id")),
        sa.ForeignKeyConstraint(["other_id"], ["persons.id"], name=op.f("fk_same_people_other_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["persons.id"], name=op.f("fk_same_people_decided_by_id")),
    )
    for column in ("person_id", "other_id"):
        op.create_index(op.f(f"ix_same_people_{column}"), "same_people", [column])


def _create_lists() -> None:
    op.create_table(
        "staff_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("adds_schools", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.String(64)),
        sa.Column("wanted_by_id", sa.Integer()),
        sa.Column("wanted_at", sa.DateTime()),
        sa.Column("visit", sa.String(64)),
        sa.Column("trouble", sa.String(500)),
        sa.Column("applied_at", sa.DateTime()),
        sa.Column("undone_at", sa.DateTime()),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.LargeBinary()),
        sa.Column("before", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_lists")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_staff_lists_trust")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["persons.id"], name=op.f("fk_staff_lists_uploaded_by_id")),
        sa.ForeignKeyConstraint(["wanted_by_id"], ["persons.id"], name=op.f("fk_staff_lists_wanted_by_id")),
    )
    for columns in (["state"], ["trust", "uploaded_at"]):
        op.create_index(op.f(f"ix_staff_lists_{'_'.join(columns)}"), "staff_lists", columns)


def downgrade() -> None:
    for table in ("same_people", "staff_lists"):
        op.drop_table(table)
    op.drop_column("persons", "number")
