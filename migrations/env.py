"""Runs migrations on the database that the settings name; huey's own tables are none of our business."""

import os

from alembic import context
from sqlalchemy import NullPool, create_engine

import core.audit.models
import core.grants.models
import core.mail.models
import core.published
import core.queue.models
import core.schools
import core.trusts  # noqa: F401
import lti.key_models
import lti.launch.login_limit
import lti.models  # tables are known once their modules are imported
import lti.services.restrictions
import lti.visits.models  # noqa: F401
import managers.due.models
import managers.insight.models
import managers.models
import managers.reminders.models
import managers.staff_list.models  # noqa: F401
import modules.certificates.check_limit
import modules.models  # noqa: F401
from config import settings_from
from db import Base

url = context.config.attributes.get("url") or settings_from(os.environ).database_url


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Leave out tables that are not declared here, such as the queue's."""
    return kind != "table" or name in Base.metadata.tables


# No connection stays open behind a migration.
with create_engine(url, poolclass=NullPool).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        include_object=ours,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
