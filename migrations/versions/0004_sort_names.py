"""The name that each person is sorted by"""

import sqlalchemy as sa
from alembic import op

import db
from core.domain.names import sort_name

revision = "0004"
down_revision = "0003"

PART = 2_000


def upgrade() -> None:
    # Added empty and then filled: the order is worked out in Python, as it is from now on.
    op.add_column("persons", sa.Column("sort_name", db.bytewise(200), nullable=False, server_default=""))
    _fill()
    with op.batch_alter_table("persons") as persons:
        persons.alter_column("sort_name", server_default=None)
        persons.create_index(op.f("ix_persons_sort_name_id"), ["sort_name", "id"])


def _fill() -> None:
    persons = sa.table("persons", *map(sa.column, ("id", "name", "email", "subject", "sort_name")))
    fill = sa.update(persons).where(persons.c.id == sa.bindparam("this")).values(sort_name=sa.bindparam("found"))
    connection, last = op.get_bind(), 0
    part = (
        sa.select(persons.c.id, persons.c.name, persons.c.email, persons.c.subject).order_by(persons.c.id).limit(PART)
    )
    while rows := connection.execute(part.where(persons.c.id > last)).all():
        connection.execute(fill, [{"this": number, "found": sort_name(*who)} for number, *who in rows])
        last = rows[-1].id
