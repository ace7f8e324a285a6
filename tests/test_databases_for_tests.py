"""The databases that tests are given: each as it was prepared, whatever an earlier test did with it."""

from pathlib import Path

from sqlalchemy import delete, func, select, text, update

from db import Database
from lti.key_models import SigningKey
from modules.models import ModuleVersion
from tests.support.databases import Databases
from tests.support.factories import add_platform


def rows(url: str) -> list[tuple[object, ...]]:
    database = Database(url)
    with database.reading() as session:
        found = session.execute(select(ModuleVersion.id, ModuleVersion.number, ModuleVersion.digest).order_by("id"))
        told = [tuple(row) for row in found]
        told.append((session.scalar(select(func.count()).select_from(SigningKey)),))
    database.engine.dispose()
    return told


def test_a_database_is_as_it_was_prepared_whatever_was_done_with_the_one_before(
    databases: Databases, tmp_path: Path
) -> None:
    with databases.prepared(tmp_path) as url:
        before = rows(url)
        database = Database(url)
        with database.transaction() as session:
            assert add_platform(session).id == 1
            session.execute(update(ModuleVersion).values(digest="another"))
            session.execute(delete(SigningKey))
    # The connection above is still open: whoever is late is sent away.
    with databases.prepared(tmp_path) as url:
        assert rows(url) == before and len(before) > 1 and before[-1] == (1,)
        again = Database(url)
        with again.transaction() as session:
            assert add_platform(session).id == 1
        again.engine.dispose()
    database.engine.dispose()


def test_a_database_whose_tables_were_changed_is_not_used_again(databases: Databases, tmp_path: Path) -> None:
    with databases.prepared(tmp_path) as url:
        before = rows(url)
        database = Database(url)
        with database.transaction() as session:
            session.execute(text("ALTER TABLE module_versions RENAME TO elsewhere"))
        database.engine.dispose()
    with databases.prepared(tmp_path) as url:
        assert rows(url) == before
