"""Certificates are found by the day on which they were in force"""

from alembic import op

revision = "0032"
down_revision = "0031"

ON_DAY = ("valid_from", "valid_until", "superseded_at", "revoked_at")
INDEXES = {
    "ix_certificates_on_day": ("trust", "module", *ON_DAY, "person_id"),
    "ix_certificates_of_person_on_day": ("person_id", "trust", "module", *ON_DAY),
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "certificates", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "certificates")
