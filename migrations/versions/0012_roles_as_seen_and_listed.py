"""The role at the latest launch and the one on the roster, kept apart from the one that counts"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

ROLES = ("observer", "staff", "trainer", "manager", "administrator")


def upgrade() -> None:
    role = sa.Enum(*ROLES, name="role", native_enum=False, length=30)
    for name in ("seen_as", "listed_as"):
        op.add_column("memberships", sa.Column(name, role, nullable=True))
    # The role we kept is the launch's if there was one, otherwise the roster's.
    memberships = sa.table("memberships", *map(sa.column, ("role", "seen_at", "seen_as", "listed_as")))
    seen = memberships.c.seen_at.is_not(None)
    op.execute(memberships.update().where(seen).values(seen_as=memberships.c.role))
    op.execute(memberships.update().where(~seen).values(listed_as=memberships.c.role))
    # Every roster is read again soon: someone we took for a learner may be an observer.
    op.execute(sa.text("UPDATE courses SET roster_asked_at = NULL"))
    for name in ("roster_others", "roster_differs"):
        op.add_column("courses", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("courses") as courses:
        for name in ("roster_others", "roster_differs"):
            courses.alter_column(name, server_default=None)
