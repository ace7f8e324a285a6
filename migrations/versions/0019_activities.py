"""Activities bear their own name; LTI calls the places of an LMS's screens placements"""

from alembic import op

revision = "0019"
down_revision = "0018"

POINTING = ("acknowledgements", "attempts", "deliveries", "joins", "shut_out", "visits")


def upgrade() -> None:
    _rename("placement", "placements", "activity", "activities")


def downgrade() -> None:
    _rename("activity", "activities", "placement", "placements")


def _rename(old: str, olds: str, new: str, news: str) -> None:
    op.drop_index(op.f(f"ix_{olds}_compare_at"), table_name=olds)
    op.drop_index(op.f(f"ix_deliveries_{old}_id_state"), table_name="deliveries")
    for table in POINTING:
        with op.batch_alter_table(table) as pointing:
            pointing.drop_constraint(op.f(f"fk_{table}_{old}_id"), type_="foreignkey")
    op.rename_table(olds, news)
    _name_constraints(olds, news)
    for table in POINTING:
        with op.batch_alter_table(table) as pointing:
            pointing.alter_column(f"{old}_id", new_column_name=f"{new}_id")
        with op.batch_alter_table(table) as pointing:
            pointing.create_foreign_key(op.f(f"fk_{table}_{new}_id"), news, [f"{new}_id"], ["id"])
    _name_unique("deliveries", old, new)
    op.create_index(op.f(f"ix_{news}_compare_at"), news, ["compare_at"])
    op.create_index(op.f(f"ix_deliveries_{new}_id_state"), "deliveries", [f"{new}_id", "state"])


def _name_constraints(olds: str, news: str) -> None:
    with op.batch_alter_table(news) as table:
        table.drop_constraint(op.f(f"uq_{olds}_course_id_resource_link"), type_="unique")
        table.drop_constraint(op.f(f"fk_{olds}_course_id"), type_="foreignkey")
        table.drop_constraint(op.f(f"pk_{olds}"), type_="primary")
        table.create_primary_key(op.f(f"pk_{news}"), ["id"])
        table.create_foreign_key(op.f(f"fk_{news}_course_id"), "courses", ["course_id"], ["id"])
        table.create_unique_constraint(op.f(f"uq_{news}_course_id_resource_link"), ["course_id", "resource_link"])


def _name_unique(table: str, old: str, new: str) -> None:
    with op.batch_alter_table(table) as deliveries:
        deliveries.drop_constraint(op.f(f"uq_deliveries_{old}_id_person_id_kind"), type_="unique")
        columns = [f"{new}_id", "person_id", "kind"]
        deliveries.create_unique_constraint(op.f(f"uq_deliveries_{new}_id_person_id_kind"), columns)
