"""Staff of a trust and their training are kept in step with the records"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "0029"
down_revision = "0028"


def _bytewise(length: int) -> sa.String:
    return sa.String(length).with_variant(VARCHAR(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "course_schools",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_schools")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_schools_course_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_course_schools_school_id")),
    )
    op.create_index(op.f("ix_course_schools_school_id"), "course_schools", ["school_id"])
    _create_staff()
    _create_training()
    op.create_table(
        "stale_courses",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_stale_courses")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_stale_courses_course_id")),
    )
    # A job works out who is in them, and how far.
    op.execute("INSERT INTO stale_courses (course_id, since) SELECT id, CURRENT_TIMESTAMP FROM courses")


def _create_staff() -> None:
    op.create_table(
        "staff_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("email", sa.String(320)),
        sa.Column("number", sa.String(100)),
        sa.Column("name", sa.String(500)),
        sa.Column("sort_name", _bytewise(200), nullable=False),
        sa.Column("school_id", sa.Integer()),
        sa.Column("school_given", sa.Boolean(), nullable=False),
        sa.Column("line_manager_id", sa.Integer()),
        sa.Column("job_group", sa.String(100)),
        sa.Column("starts_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_members")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_staff_members_trust")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_staff_members_school_id")),
        sa.ForeignKeyConstraint(
            ["line_manager_id"], ["staff_members.id"], name=op.f("fk_staff_members_line_manager_id")
        ),
        sa.UniqueConstraint("trust", "email", name=op.f("uq_staff_members_trust_email")),
        sa.UniqueConstraint("trust", "number", name=op.f("uq_staff_members_trust_number")),
    )
    for columns in (["school_id"], ["line_manager_id"], ["trust", "sort_name", "id"]):
        op.create_index(op.f(f"ix_staff_members_{'_'.join(columns)}"), "staff_members", columns)
    op.create_table(
        "staff_entries",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_staff_entries")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_staff_entries_person_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_members.id"], name=op.f("fk_staff_entries_staff_id")),
    )
    op.create_index(op.f("ix_staff_entries_staff_id"), "staff_entries", ["staff_id"])


INDEXES = (
    ["trust", "module", "sort_name", "staff_id"],
    ["trust", "module", "reached", "valid_until"],
    ["trust", "module", "school_id", "reached", "valid_until"],
    ["trust", "module", "due_on"],
)


def _create_training() -> None:
    op.create_table(
        "staff_trainings",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(100), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("school_id", sa.Integer()),
        sa.Column("sort_name", _bytewise(200), nullable=False),
        sa.Column("reached", sa.String(30), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("passed_at", sa.DateTime()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("confirmed_version", sa.String(100)),
        sa.Column("due_on", sa.Date()),
        sa.PrimaryKeyConstraint("staff_id", "module", name=op.f("pk_staff_trainings")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_members.id"], name=op.f("fk_staff_trainings_staff_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_staff_trainings_school_id")),
    )
    for columns in INDEXES:
        op.create_index(op.f(f"ix_staff_trainings_{'_'.join(columns)}"), "staff_trainings", columns)


def downgrade() -> None:
    for table in ("stale_courses", "staff_trainings", "staff_entries", "staff_members", "course_schools"):
        op.drop_table(table)
