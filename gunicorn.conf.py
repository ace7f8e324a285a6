"""How gunicorn serves us: one process with threads, and the worker in a thread next to them. See also core/serving.py.

Settings are ours (see config.py). A worker in a process of its own is started with ``flask lti work``.
"""

import os
from typing import Any

from config import settings_from
from core.queue.queue import Queue
from core.services import service

_settings = settings_from(os.environ)

bind = f"{_settings.host}:{_settings.port}"
workers = 1
worker_class = "core.serving.BufferedWorker"
threads = _settings.threads
# Personal data stands in no log: neither addresses nor queries are written.
accesslog = None
errorlog = "-"
proc_name = "fit-to-post"
# Nothing of ours steers gunicorn through a socket, and it would leave one in the home folder.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Start the delivery of grades in this process, where the settings want it here."""
    queue = service(Queue, worker.wsgi)
    if _settings.run_worker:
        worker.deliveries = queue.consumer()
        worker.deliveries.start()
        queue.wake_all()


def worker_exit(_server: Any, worker: Any) -> None:
    """Let a delivery that is under way end before the process does."""
    if consumer := getattr(worker, "deliveries", None):
        consumer.stop(graceful=True)
