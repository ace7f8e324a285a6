"""The audit trail, which the database itself lets no one change

A later migration that makes this table anew, as batch operations do on SQLite, has to make its triggers anew.
"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0018"
down_revision = "0017"

# REPLACE deletes a row of the same number without asking the trigger on deleting.
SQLITE = (
    "CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events BEGIN {refuse}; END",
    "CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events BEGIN {refuse}; END",
    "CREATE TRIGGER audit_events_no_replace BEFORE INSERT ON audit_events "
    "WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id) BEGIN {refuse}; END",
)
REFUSE_ON_SQLITE = "SELECT RAISE(ABORT, 'audit events can only be added')"
POSTGRESQL = (
    "CREATE FUNCTION refuse_to_change_audit_events() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit events can only be added'; END $$",
    "CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events "
    "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_audit_events()",
    "CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit_events()",
)


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("actor", sa.String(length=30), nullable=False),
        sa.Column("means", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("account", sa.String(length=100), nullable=True),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("thing_kind", sa.String(length=50), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(actor = 'person') = (person_id IS NOT NULL)", name=op.f("ck_audit_events_a_person_is_known")
        ),
        sa.CheckConstraint(
            "(actor = 'command') = (account IS NOT NULL)", name=op.f("ck_audit_events_a_command_has_an_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"])
    op.create_index(op.f("ix_audit_events_thing_kind_thing_id"), "audit_events", ["thing_kind", "thing_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement.format(refuse=REFUSE_ON_SQLITE))


def downgrade() -> None:
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_to_change_audit_events()")
