"""Lists of staff read one row for each person, and are in order by index"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "0035"
down_revision = "0034"

NO_LONGER = (
    ["trust", "module", "reached", "valid_until"],
    ["trust", "module", "school_id", "reached", "valid_until"],
    ["trust", "module", "due_on"],
)
BY_NAME = (
    ["trust", "module", "school_id", "sort_name", "staff_id"],
    ["trust", "module", "due_on", "sort_name", "staff_id"],
    ["trust", "module", "valid_until", "sort_name", "staff_id"],
)
NAMED = {
    "ix_staff_trainings_standings": ["trust", "module", "reached", "sort_name", "staff_id"],
    "ix_staff_trainings_counted": [
        *("trust", "module", "school_id", "reached", "valid_until", "due_on", "confirmed_version", "staff_id")
    ],
}
OF_OVERVIEWS = (
    ["trust", "sort_name", "staff_id"],
    ["trust", "school_id", "sort_name", "staff_id"],
    ["trust", "reached", "sort_name", "staff_id"],
    ["trust", "due_on", "sort_name", "staff_id"],
    ["trust", "valid_until", "sort_name", "staff_id"],
)


def _name(table: str, columns: list[str]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")


def upgrade() -> None:
    _create_overviews()
    op.create_index(op.f("ix_staff_members_trust_job_group"), "staff_members", ["trust", "job_group"])
    for columns in NO_LONGER:
        op.drop_index(_name("staff_trainings", columns), "staff_trainings")
    for columns in BY_NAME:
        op.create_index(_name("staff_trainings", columns), "staff_trainings", columns)
    for name, columns in NAMED.items():
        op.create_index(name, "staff_trainings", columns)


def _create_overviews() -> None:
    op.create_table(
        "staff_overviews",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("school_id", sa.Integer()),
        sa.Column("sort_name", sa.String(200).with_variant(VARCHAR(200, collation="C"), "postgresql"), nullable=False),
        sa.Column("modules", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("reached", sa.String(30), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("due_on", sa.Date()),
        sa.Column("confirmed_version", sa.String(100)),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_overviews")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_members.id"], name=op.f("fk_staff_overviews_staff_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_staff_overviews_school_id")),
    )
    for columns in OF_OVERVIEWS:
        op.create_index(_name("staff_overviews", columns), "staff_overviews", columns)
    # A job works out what the training of each comes to.
    op.execute(
        "INSERT INTO stale_courses (course_id, since) SELECT id, CURRENT_TIMESTAMP FROM courses"
        " WHERE id NOT IN (SELECT course_id FROM stale_courses)"
    )


def downgrade() -> None:
    op.drop_table("staff_overviews")
    op.drop_index(op.f("ix_staff_members_trust_job_group"), "staff_members")
    for name in NAMED:
        op.drop_index(name, "staff_trainings")
    for columns in BY_NAME:
        op.drop_index(_name("staff_trainings", columns), "staff_trainings")
    for columns in NO_LONGER:
        op.create_index(_name("staff_trainings", columns), "staff_trainings", columns)
