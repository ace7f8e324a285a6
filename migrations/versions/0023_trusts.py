"""Trusts as rows, to which all that is kept for one of them belongs"""

from collections.abc import Iterator
from itertools import chain

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

BELONG = ("invites", "platforms", "module_versions", "acknowledgements")


def upgrade() -> None:
    op.create_table(
        "trusts",
        sa.Column("key", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("profile", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_trusts")),
    )
    op.create_table(
        "trust_files",
        sa.Column("trust", sa.String(length=50), nullable=False),
        sa.Column("purpose", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["trust"], ["trusts.key"], name=op.f("fk_trust_files_trust")),
        sa.PrimaryKeyConstraint("trust", "purpose", name=op.f("pk_trust_files")),
    )
    _fill()
    for table in BELONG:
        with op.batch_alter_table(table) as rows:
            rows.create_foreign_key(op.f(f"fk_{table}_trust"), "trusts", ["trust"], ["key"])


def _fill() -> None:
    """Make a row for each trust that anything names; its profile comes with the next ``flask prepare``."""
    names = dict(chain(_without_names(), _names_in_certificates(), _published_names()))
    trusts = sa.table("trusts", *map(sa.column, ("key", "name", "digest", "origin")))
    for key, name in sorted(names.items()):
        op.execute(trusts.insert().values(key=key, name=name, digest="", origin="shipped"))


def _without_names() -> Iterator[tuple[str, str]]:
    for table in BELONG:
        for (key,) in op.get_bind().execute(sa.text(f"SELECT DISTINCT trust FROM {table}")):
            yield key, key


def _names_in_certificates() -> Iterator[tuple[str, str]]:
    """Give what is on certificates: who checks one is shown the trust, whatever else is left of it."""
    found = op.get_bind().execute(sa.text("SELECT trust, trust_name FROM certificates ORDER BY number"))
    yield from ((key, name) for key, name in found)


def _published_names() -> Iterator[tuple[str, str]]:
    """Give the names in the policies that were published last."""
    versions = sa.table("module_versions", sa.column("id"), sa.column("trust"), sa.column("content", sa.JSON()))
    last = sa.select(sa.func.max(versions.c.id)).group_by(versions.c.trust)
    found = sa.select(versions.c.trust, versions.c.content).where(versions.c.id.in_(last))
    for key, content in op.get_bind().execute(found):
        yield key, content["policy"]["trust"]


def downgrade() -> None:
    for table in BELONG:
        with op.batch_alter_table(table) as rows:
            rows.drop_constraint(op.f(f"fk_{table}_trust"), type_="foreignkey")
    op.drop_table("trust_files")
    op.drop_table("trusts")
