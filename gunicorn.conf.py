"""How gunicorn serves us: processes with threads, and the work in the background in one of them. See core/serving.py.

Settings are ours (see config.py). A worker in a process of its own is started with ``flask lti work``.

The application is made once, before the processes are forked, so that they share the memory of what it has read. It
has no thread and no open connection then: two processes must never talk through the same one. What one process must
know of another is in the database, in a row or a lock; what each keeps for itself is worked out from rows that never
change, or may differ between them without harm.
"""

import os
from typing import Any

import db
from config import settings_from
from core.one_process import OneProcess
from core.queue.queue import Queue
from core.services import service

# More would not make a trust's pages faster, and each has its own connections and its own memory.
MOST_PROCESSES = 4

_settings = settings_from(os.environ)
_in_the_background = OneProcess()

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.web_processes or min(os.cpu_count() or 1, MOST_PROCESSES)
preload_app = True
worker_class = "core.serving.BufferedWorker"
threads = _settings.threads
# Personal data stands in no log: neither addresses nor queries are written.
accesslog = None
errorlog = "-"
proc_name = "fit-to-post"
# Nothing of ours steers gunicorn through a socket, and it would leave one in the home folder.
control_socket_disable = True


def pre_fork(server: Any, _worker: Any) -> None:
    """Close the connections that were needed to make the application, so that no process inherits them."""
    db.database(server.app.wsgi()).engine.dispose()


def post_worker_init(worker: Any) -> None:
    """Let one of the processes work in the background, where the settings want it here."""
    if _settings.run_worker:
        _in_the_background.begin(lambda: _work(worker))


def _work(worker: Any) -> None:
    queue = service(Queue, worker.wsgi)
    worker.deliveries = queue.consumer()
    worker.deliveries.start()
    queue.wake_all()


def worker_exit(_server: Any, worker: Any) -> None:
    """Let a delivery that is under way end before the process does."""
    if consumer := getattr(worker, "deliveries", None):
        consumer.stop(graceful=True)
