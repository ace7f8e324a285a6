"""How often certificates can be checked from one place, counted in the database so that all processes count together.

The limit spares the server; it is not what keeps codes from being guessed (modules/domain/check_code.py).
"""

from datetime import datetime

from sqlalchemy import String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.domain import client as clients
from core.rows import change_rows
from db import Base


class CheckCount(Base):
    """How many checks of certificates came from one place in one minute; kept no longer than that.

    ``client`` is a keyed hash of the network address, and ``minute`` counts from 1970.
    """

    __tablename__ = "check_counts"

    client: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True)
    checks: Mapped[int]


_SO_FAR = select(CheckCount.checks).where(
    CheckCount.client == bindparam("client"), CheckCount.minute == bindparam("minute")
)
_ONE_MORE = (
    update(CheckCount)
    .where(CheckCount.client == bindparam("client_is"), CheckCount.minute == bindparam("minute_is"))
    .values(checks=CheckCount.checks + 1)
    .execution_options(synchronize_session=False)
)
# Minutes in the future were counted by a clock that was wrong.
_OUTDATED = delete(CheckCount).where(CheckCount.minute != bindparam("minute_is"))


def client_of(address: str | None, secret: str) -> str:
    """Return what identifies where a request comes from, in a form that does not reveal the address."""
    return clients.client_of(address, secret, "checks")


def seconds_to_wait(session: Session, client: str, limit: int, now: datetime) -> int:
    """Return how long a client has to wait before it can check again; 0 if it does not have to.

    This only reads, so someone who keeps asking does not make the database write.
    """
    so_far = session.scalar(_SO_FAR, {"client": client, "minute": _minute_of(now)}) or 0
    return 60 - int(now.timestamp()) % 60 if so_far >= limit else 0


def count_check(session: Session, client: str, now: datetime) -> None:
    """Count one check, and forget those of minutes that are over."""
    place = {"client_is": client, "minute_is": _minute_of(now)}
    if not change_rows(session, _ONE_MORE, place):
        session.execute(_OUTDATED, {"minute_is": _minute_of(now)})
        session.add(CheckCount(client=client, minute=_minute_of(now), checks=1))
        session.flush()


def _minute_of(now: datetime) -> int:
    return int(now.timestamp()) // 60
