"""The jobs of reminders: what is due is written every hour, and what became of it is put on record."""

from collections.abc import Callable

from jinja2 import Environment

from core.mail.jobs import SEND_MAIL
from core.queue.jobs import Job
from core.queue.queue import Queue
from db import Database, utcnow
from managers.reminders.fates import are_fates_new, clear_reminders, note_fates
from managers.reminders.send import write_due_reminders

WRITE = "write_reminders"
NOTE = "note_fates_of_reminders"
CLEAR = "clear_reminders"


class ReminderJobs:
    """Writes reminders and follows them in the background; one serves a whole process."""

    def __init__(self, queue: Queue, database: Database, templates: Callable[[], Environment]) -> None:
        """Register the jobs with this queue; the templates are asked for when the first reminder is written."""
        self._queue, self._database, self._templates = queue, database, templates
        # A thread of its own: for 20,000 people it takes minutes, with pauses for others.
        queue.register(Job(WRITE, self.write, minute="5", lane=lambda: WRITE, at_start=True))
        queue.register(Job(NOTE, self.note, minute="*"))
        queue.register(Job(CLEAR, self._clear, minute="25", hour="3"))

    def wake(self) -> None:
        """Ask for what is due to be written now."""
        self._queue.put(WRITE)

    def write(self) -> None:
        """Write what is due, and have it sent."""
        if write_due_reminders(self._database, self._templates(), utcnow()):
            self._queue.put(SEND_MAIL)

    def note(self) -> None:
        """Put on record what has become of messages."""
        while self._is_anything_new():
            self._database.write(note_fates)

    def _is_anything_new(self) -> bool:
        with self._database.reading() as session:
            return are_fates_new(session)

    def _clear(self) -> None:
        while self._database.write(lambda session: clear_reminders(session, utcnow())):
            pass
