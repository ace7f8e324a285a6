"""Where the queue is kept: a file of SQLite, PostgreSQL or Redis, as QUEUE_URL says."""

from pathlib import Path
from typing import Any

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.exceptions import ConfigurationError
from sqlalchemy.engine import make_url

from core.queue.entries import PlainEntries
from db import keep_to_owner

NAME = "fit-to-post"
# No one needs what a task returns, or how it failed: a result would be one more thing to read back.
WRITTEN: dict[str, Any] = {"serializer": PlainEntries(), "results": False}


class QueueUnusable(Exception):
    """The queue that QUEUE_URL names cannot be used; the message says why, in words for an administrator."""


NO_DRIVER = (
    "QUEUE_URL names a kind of queue whose driver is not installed. Install it by starting once with EXTRAS=postgres "
    "or EXTRAS=redis, such as: EXTRAS=redis ./run serve"
)
UNUSABLE = (
    "The queue cannot be used. Check QUEUE_URL, whether its server is running, and whether this user may write to it."
)


def open_store(url: str) -> Huey:
    """Return the queue at an address; QueueUnusable if its driver is not installed or its server does not answer."""
    try:
        huey = _opened(url)
        # Opened to see that it works, and again when it is used: a process that forks hands no connection on.
        huey.storage.close()
    except ConfigurationError as error:
        raise QueueUnusable(f"{NO_DRIVER} ({error})") from error
    except Exception as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise QueueUnusable(f"{UNUSABLE} It says: {reason}") from error
    return huey


def _opened(url: str) -> Huey:
    kind = url.partition(":")[0].partition("+")[0]
    if kind in {"redis", "rediss"}:
        return RedisHuey(NAME, url=url, **WRITTEN)
    if kind == "postgresql":
        # The driver's name is SQLAlchemy's affair; huey's own driver does not know it.
        return PostgresHuey(NAME, dsn=url.replace("postgresql+psycopg://", "postgresql://", 1), **WRITTEN)
    file = Path(make_url(url).database or "var/queue.db")
    keep_to_owner(file)
    return SqliteHuey(NAME, filename=str(file), fsync=False, **WRITTEN)
