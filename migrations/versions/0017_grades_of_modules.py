"""Which module each grade is of, as an activity can be given another one"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

# What was brought from another entry of the person is of the activity's module.
OF_ACTIVITY = """
    UPDATE deliveries SET module = COALESCE(
        (SELECT placements.module FROM placements WHERE placements.id = deliveries.placement_id), '')
"""
# The result that a grade carries ended at the same moment.
OF_RESULT = """
    SELECT deliveries.id, MIN(results.module) FROM deliveries
      JOIN results ON results.person_id = deliveries.person_id AND results.finished_at = deliveries.finished_at
     WHERE results.module <> deliveries.module GROUP BY deliveries.id
"""


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.add_column(sa.Column("module", sa.String(100), nullable=False, server_default=""))
        deliveries.add_column(sa.Column("first_version", sa.Integer(), nullable=False, server_default="1"))
    _fill()
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.alter_column("module", server_default=None)
        deliveries.alter_column("first_version", server_default=None)


def _fill() -> None:
    op.execute(OF_ACTIVITY)
    rows = op.get_bind().execute(sa.text(OF_RESULT)).all()
    deliveries = sa.table("deliveries", sa.column("id"), sa.column("module"))
    fill = sa.update(deliveries).where(deliveries.c.id == sa.bindparam("this")).values(module=sa.bindparam("found"))
    if rows:
        op.get_bind().execute(fill, [{"this": number, "found": module} for number, module in rows])


def downgrade() -> None:
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_column("first_version")
        deliveries.drop_column("module")
