"""Writing all reminders that are due, piece by piece, so that no one's answer waits for long."""

import time
from datetime import datetime

from jinja2 import Environment

from core.domain.days import day_of
from db import Database
from managers.reminders.digests import wanted_digests, write_digests
from managers.reminders.manager_digests import Leader, leaders_to_tell, write_leader_digest
from managers.reminders.nudges import write_nudges
from managers.reminders.people import next_staff
from managers.reminders.settings import TrustReminders, reminders_of_trust, trusts_that_remind

# Others who wait to write look again every tenth of a second.
PAUSE_SECONDS = 0.11


def write_due_reminders(database: Database, templates: Environment, now: datetime) -> int:
    """Write the digests that are due in trusts with reminders on, and the nudges whose time has come; say how many."""
    with database.reading() as session:
        trusts = [reminders_of_trust(session, trust) for trust in trusts_that_remind(session)]
    written = write_due_nudges(database, templates, now)
    for of in trusts:
        if not of.quiet.covers(now):
            written += _write_digests(database, of, templates, now)
            written += _write_leader_digests(database, of, templates, now)
    return written


def write_due_nudges(database: Database, templates: Environment, now: datetime) -> int:
    """Write the nudges whose time has come, and say how many were looked at."""
    written = 0
    while some := database.write(lambda session: write_nudges(session, templates, now)):
        written += some
        time.sleep(PAUSE_SECONDS)
    return written


def _write_digests(database: Database, of: TrustReminders, templates: Environment, now: datetime) -> int:
    written, after, frequency = 0, 0, of.settings.frequency
    while True:
        with database.reading() as session:
            staff_ids = next_staff(session, of.trust, after, frequency, day_of(now))
            wanted = [someone.staff_id for someone, _ in wanted_digests(session, of, staff_ids, now)]
        if not staff_ids:
            return written
        if wanted:
            written += _write_piece(database, of, wanted, templates, now)
        after = staff_ids[-1]


def _write_piece(
    database: Database, of: TrustReminders, staff_ids: list[int], templates: Environment, now: datetime
) -> int:
    written = database.write(lambda session: write_digests(session, of, staff_ids, templates, now))
    time.sleep(PAUSE_SECONDS)
    return written


def _write_leader_digests(database: Database, of: TrustReminders, templates: Environment, now: datetime) -> int:
    with database.reading() as session:
        leaders = leaders_to_tell(session, of, now)
    return sum(_write_to(database, of, leader, templates, now) for leader in leaders)


def _write_to(database: Database, of: TrustReminders, leader: Leader, templates: Environment, now: datetime) -> bool:
    return database.write(lambda session: write_leader_digest(session, of, leader, templates, now))
