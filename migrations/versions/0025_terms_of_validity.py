"""A pass is valid until a day, an access token expires, and people are restricted from activities"""

from alembic import op

revision = "0025"
down_revision = "0024"

RENAMED = (
    ("passes", "good_until", "valid_until"),
    ("access_tokens", "good_until", "expires_at"),
    ("courses", "shut_out", "restricted_count"),
)


def upgrade() -> None:
    op.drop_index(op.f("ix_passes_module_person_id_good_until"), table_name="passes")
    for table, old, new in RENAMED:
        _rename_column(table, old, new)
    _rename_table("shut_out", "activity_restrictions")
    op.create_index(op.f("ix_passes_module_person_id_valid_until"), "passes", ["module", "person_id", "valid_until"])


def downgrade() -> None:
    op.drop_index(op.f("ix_passes_module_person_id_valid_until"), table_name="passes")
    for table, old, new in RENAMED:
        _rename_column(table, new, old)
    _rename_table("activity_restrictions", "shut_out")
    op.create_index(op.f("ix_passes_module_person_id_good_until"), "passes", ["module", "person_id", "good_until"])


def _rename_column(table: str, old: str, new: str) -> None:
    # Both databases rename a column in place, which leaves rows, keys and other indexes as they are.
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")


def _rename_table(old: str, new: str) -> None:
    op.drop_index(op.f(f"ix_{old}_person_id"), table_name=old)
    op.rename_table(old, new)
    with op.batch_alter_table(new) as table:
        for column in ("activity_id", "person_id"):
            table.drop_constraint(op.f(f"fk_{old}_{column}"), type_="foreignkey")
        table.drop_constraint(op.f(f"pk_{old}"), type_="primary")
        table.create_primary_key(op.f(f"pk_{new}"), ["activity_id", "person_id"])
        table.create_foreign_key(op.f(f"fk_{new}_activity_id"), "activities", ["activity_id"], ["id"])
        table.create_foreign_key(op.f(f"fk_{new}_person_id"), "persons", ["person_id"], ["id"])
    op.create_index(op.f(f"ix_{new}_person_id"), new, ["person_id"])
