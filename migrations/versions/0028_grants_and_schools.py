"""Trusts have schools, people hold grants by address, and can confirm an address that their LMS does not"""

import sqlalchemy as sa
from alembic import op

import db

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("platforms", sa.Column("confirms_addresses", sa.Boolean(), nullable=True))
    op.create_table(
        "schools",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sort_name", db.bytewise(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schools")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_schools_trust")),
        sa.UniqueConstraint("trust", "sort_name", name=op.f("uq_schools_trust_sort_name")),
    )
    _create_grants()
    _create_addresses()


def _create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(50), nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("title", sa.String(200), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_grants_trust")),
    )
    op.create_index(op.f("ix_grants_trust_email"), "grants", ["trust", "email"])
    op.create_table(
        "grant_schools",
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("grant_id", "school_id", name=op.f("pk_grant_schools")),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_grant_schools_grant_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_grant_schools_school_id")),
    )
    op.create_index(op.f("ix_grant_schools_school_id"), "grant_schools", ["school_id"])


def _create_addresses() -> None:
    op.create_table(
        "confirmed_addresses",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "address", name=op.f("pk_confirmed_addresses")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_confirmed_addresses_person_id")),
    )
    op.create_table(
        "address_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_codes")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_address_codes_person_id")),
    )
    for column in ("person_id", "address", "sent_at"):
        op.create_index(op.f(f"ix_address_codes_{column}"), "address_codes", [column])


def downgrade() -> None:
    for table in ("address_codes", "confirmed_addresses", "grant_schools", "grants", "schools"):
        op.drop_table(table)
    op.drop_column("platforms", "confirms_addresses")
