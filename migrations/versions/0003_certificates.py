"""Certificates, acknowledgements, and until when passes are good"""

from calendar import monthrange
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

import db

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _add_passes()
    op.create_table(
        "acknowledgements",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("trust", sa.String(length=50), nullable=False),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_acknowledgements_person_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_acknowledgements_placement_id")),
        sa.PrimaryKeyConstraint("person_id", "trust", "version", name=op.f("pk_acknowledgements")),
    )

    op.create_table(
        "certificates",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("holder_name", sa.String(length=500), nullable=True),
        sa.Column("email_hash", sa.String(length=64), nullable=True),
        sa.Column("trust", sa.String(length=50), nullable=False),
        sa.Column("trust_name", sa.String(length=200), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("module_title", sa.String(length=300), nullable=False),
        sa.Column("module_version", sa.Integer(), nullable=False),
        sa.Column("module_says", sa.Text(), nullable=False),
        sa.Column("policy_title", sa.String(length=300), nullable=False),
        sa.Column("policy_version", sa.String(length=100), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("passed_at", db.Moment(), nullable=False),
        sa.Column("issued_at", db.Moment(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("superseded_at", db.Moment(), nullable=True),
        sa.Column("revoked_at", db.Moment(), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=True),
        sa.Column("revoked_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_because IS NULL) AND (revoked_at IS NULL) = (revoked_by IS NULL)",
            name=op.f("ck_certificates_revoked_by_somebody_for_a_reason"),
        ),
        sa.CheckConstraint("length(code) = 16", name=op.f("ck_certificates_code_is_whole")),
        sa.CheckConstraint("score >= 0 AND score <= 1", name=op.f("ck_certificates_score_is_a_share")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_certificates")),
        sa.UniqueConstraint("attempt_id", "module", name=op.f("uq_certificates_attempt_id_module")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificates_person_id_issued_at"), ["person_id", "issued_at"], unique=False
        )
        batch_op.create_index(
            "uq_certificates_held",
            ["person_id", "module", "trust"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL AND revoked_at IS NULL"),
        )

    op.create_table(
        "badge_keys",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("private_pem", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_badge_keys")),
    )
    with op.batch_alter_table("badge_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_badge_keys_created_at"), ["created_at"], unique=False)

    op.create_table(
        "check_counts",
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", "minute", name=op.f("pk_check_counts")),
    )


def _add_passes() -> None:
    with op.batch_alter_table("results", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cycle", sa.Integer(), nullable=False, server_default="1"))
    passes = op.create_table(
        "passes",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("passed_at", db.Moment(), nullable=False),
        sa.Column("good_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_passes_attempt_id_attempts")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_passes_person_id_persons")),
        sa.PrimaryKeyConstraint("attempt_id", "module", "person_id", name=op.f("pk_passes")),
    )
    with op.batch_alter_table("passes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_passes_module_person_id_good_until"), ["module", "person_id", "good_until"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_passes_person_id_module"), ["person_id", "module"], unique=False)
    if earlier := [_pass_of(row) for row in op.get_bind().execute(PASSED)]:
        op.bulk_insert(passes, earlier)


PASSED: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        sa.column("attempt_id"),
        sa.literal_column("results.module").label("module"),
        sa.literal_column("results.person_id").label("person_id"),
        sa.literal_column("results.finished_at", db.Moment()).label("passed_at"),
        sa.literal_column("module_versions.content", sa.JSON()).label("content"),
    )
    .select_from(
        sa.text(
            "results JOIN attempts ON attempts.id = results.attempt_id"
            " JOIN module_versions ON module_versions.id = attempts.version_id"
        )
    )
    .where(sa.literal_column("results.passed", sa.Boolean()).is_(True))
)


def _pass_of(row: sa.Row[tuple[int, str, int, datetime, dict[str, Any]]]) -> dict[str, Any]:
    """Return the pass that a result of before is: good for as long as its module said then."""
    months = row.content["module"].get("valid_months")
    day = row.passed_at.astimezone(ZoneInfo("Europe/London")).date()
    until = _months_after(day, months) if months else None
    whose = {"attempt_id": row.attempt_id, "module": row.module, "person_id": row.person_id}
    return whose | {"cycle": 1, "passed_at": row.passed_at, "good_until": until}


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def downgrade() -> None:
    op.drop_table("passes")
    with op.batch_alter_table("results", schema=None) as batch_op:
        batch_op.drop_column("cycle")
    op.drop_table("check_counts")
    with op.batch_alter_table("badge_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_badge_keys_created_at"))

    op.drop_table("badge_keys")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_certificates_held",
            sqlite_where=sa.text("superseded_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL AND revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_certificates_person_id_issued_at"))

    op.drop_table("certificates")
    op.drop_table("acknowledgements")
