"""A worker in a test: it does what pages have asked for in the queue, in the test's own thread."""

from flask import Flask

from core.queue.queue import Queue
from core.services import service
from lti.grades.jobs import COMPARE_MODULE, COMPARE_PERSON
from modules.passes.jobs import CARRY_OVER

# What a page asks for and a worker writes down; what calls an LMS for it is left out.
ASKED_BY_PAGES = frozenset({CARRY_OVER, COMPARE_MODULE, COMPARE_PERSON})


def do_jobs(app: Flask) -> None:
    """Do what pages have asked to be written down."""
    huey = service(Queue, app).huey
    while (task := huey.dequeue()) is not None:
        if task.name in ASKED_BY_PAGES:
            huey.execute(task)
