"""More of LTI Advantage"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "access_tokens",
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.String(length=500), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("good_until", db.Moment(), nullable=True),
        sa.Column("asked_until", db.Moment(), nullable=True),
        sa.Column("failed_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["platforms.id"], name=op.f("fk_access_tokens_platform_id")),
        sa.PrimaryKeyConstraint("platform_id", "scopes", name=op.f("pk_access_tokens")),
    )
    op.create_table(
        "invites",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("trust", sa.String(length=50), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("expires_at", db.Moment(), nullable=False),
        sa.Column("takes_new_deployments", sa.Boolean(), nullable=True),
        sa.Column("busy_until", db.Moment(), nullable=True),
        sa.Column("used_at", db.Moment(), nullable=True),
        sa.Column("platform_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["platforms.id"], name=op.f("fk_invites_platform_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invites")),
    )
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("roster_trouble", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("line_items_url", sa.String(length=1000), nullable=True))

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum("score", "completion", name="kind", native_enum=False, length=30),
                nullable=False,
                server_default="score",
            )
        )
        batch_op.drop_constraint(batch_op.f("uq_deliveries_placement_id_person_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_deliveries_placement_id_person_id_kind"), ["placement_id", "person_id", "kind"]
        )
        batch_op.add_column(sa.Column("platform_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("since", db.Moment(), nullable=True))
    platform = "SELECT platform_id FROM persons WHERE persons.id = deliveries.person_id"
    op.execute(f"UPDATE deliveries SET since = finished_at, platform_id = ({platform})")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column("platform_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("since", existing_type=db.Moment(), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_deliveries_platform_id"), "platforms", ["platform_id"], ["id"])
        batch_op.drop_index(batch_op.f("ix_deliveries_state_due_at"))
        batch_op.create_index(
            batch_op.f("ix_deliveries_platform_id_state_due_at"), ["platform_id", "state", "due_at"], unique=False
        )

    with op.batch_alter_table("logins", schema=None) as batch_op:
        batch_op.add_column(sa.Column("storage_target", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("proof_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("ticket_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("message", sa.JSON(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_logins_ticket_hash"), ["ticket_hash"])

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_test", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("marks_completion", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("completion_url", sa.String(length=1000), nullable=True))
        batch_op.add_column(sa.Column("completion_asked_until", db.Moment(), nullable=True))

    with op.batch_alter_table("platforms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("family", sa.String(length=50), nullable=True))
        batch_op.add_column(sa.Column("scopes", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("framed_by", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("rests_until", db.Moment(), nullable=True))
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("suspect_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("trouble", sa.String(length=500), nullable=True))

    with op.batch_alter_table("signing_keys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signs_from", db.Moment(), nullable=True))
    op.execute("UPDATE signing_keys SET signs_from = created_at")
    with op.batch_alter_table("signing_keys", schema=None) as batch_op:
        batch_op.alter_column("signs_from", existing_type=db.Moment(), nullable=False)

    # Visits last a day at most, and those that have begun cannot go on: their cookies belong to addresses of old.
    op.execute("DELETE FROM visits")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "purpose",
                sa.Enum("training", "course", "choosing", "review", name="purpose", native_enum=False, length=30),
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("course_id", sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("choosing", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("in_address", sa.Boolean(), nullable=False))
        batch_op.alter_column("placement_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_visits_course_id"), "courses", ["course_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_visits_about_id"), "persons", ["about_id"], ["id"])


def downgrade() -> None:
    # What the tables of before have no room for: visits from no activity, and completion columns.
    op.execute("DELETE FROM visits")
    op.execute("DELETE FROM delivery_tries WHERE delivery_id IN (SELECT id FROM deliveries WHERE kind <> 'score')")
    op.execute("DELETE FROM deliveries WHERE kind <> 'score'")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_visits_about_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_visits_course_id"), type_="foreignkey")
        batch_op.alter_column("placement_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("in_address")
        batch_op.drop_column("choosing")
        batch_op.drop_column("about_id")
        batch_op.drop_column("course_id")
        batch_op.drop_column("purpose")

    with op.batch_alter_table("signing_keys", schema=None) as batch_op:
        batch_op.drop_column("signs_from")

    with op.batch_alter_table("platforms", schema=None) as batch_op:
        batch_op.drop_column("trouble")
        batch_op.drop_column("suspect_id")
        batch_op.drop_column("failures")
        batch_op.drop_column("rests_until")
        batch_op.drop_column("framed_by")
        batch_op.drop_column("scopes")
        batch_op.drop_column("family")

    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.drop_column("completion_asked_until")
        batch_op.drop_column("completion_url")
        batch_op.drop_column("marks_completion")

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_column("is_test")

    with op.batch_alter_table("logins", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_logins_ticket_hash"), type_="unique")
        batch_op.drop_column("message")
        batch_op.drop_column("ticket_hash")
        batch_op.drop_column("proof_hash")
        batch_op.drop_column("storage_target")

    # One column for each person and activity was all there was.
    op.execute("DELETE FROM delivery_tries WHERE delivery_id IN (SELECT id FROM deliveries WHERE kind = 'completion')")
    op.execute("DELETE FROM deliveries WHERE kind = 'completion'")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_platform_id_state_due_at"))
        batch_op.create_index(batch_op.f("ix_deliveries_state_due_at"), ["state", "due_at"], unique=False)
        batch_op.drop_constraint(batch_op.f("fk_deliveries_platform_id"), type_="foreignkey")
        batch_op.drop_column("since")
        batch_op.drop_column("platform_id")
        batch_op.drop_constraint(batch_op.f("uq_deliveries_placement_id_person_id_kind"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_deliveries_placement_id_person_id"), ["placement_id", "person_id"]
        )
        batch_op.drop_column("kind")

    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_column("line_items_url")
        batch_op.drop_column("roster_trouble")

    op.drop_table("invites")
    op.drop_table("access_tokens")
