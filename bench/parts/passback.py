"""Passback: grades that wait when the tool starts, sent by its one worker to an LMS that answers in 50 ms."""

import time

from sqlalchemy import select

from bench.lms import SCORE_SCOPE, SCORE_SECONDS, Lms
from bench.plan import Plan
from bench.row import Row, milliseconds
from bench.served import Served
from bench.workshop import Workshop
from db import Database, utcnow
from lti.grades.deliveries import Grade, owe_grade
from lti.models import Activity, Course, Deployment, Person

REACH = "≥ 100 scores/s a worker, each once"
PATIENCE_SECONDS = 120


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Measure from the first score to the last; what starting costs is not counted."""
    with workshop.database() as database:
        owe(database, workshop.lms, plan.scores)
    with workshop.served(run_worker=True) as served:
        cost = _cost(served, workshop.lms, plan.scores)
    rate = _rate(workshop.lms)
    work = f"passback of {plan.scores} grades to an LMS that answers in {SCORE_SECONDS * 1000:.0f} ms"
    return [Row(work, REACH, f"{rate:.0f} scores/s; {milliseconds(cost)} of CPU each; {_once(workshop.lms, plan)}")]


def owe(database: Database, lms: Lms, number: int) -> None:
    """Write people whose grades are owed."""
    now = utcnow()
    with database.transaction() as session:
        deployment = session.scalars(select(Deployment)).one()
        course = Course(deployment_id=deployment.id, context=lms.course, title="Induction")
        session.add(course)
        session.flush()
        to = {"line_item_url": lms.line_item("1"), "scopes": [SCORE_SCOPE]}
        activity = Activity(course_id=course.id, resource_link="1", title="Module", **to)
        people = [Person(platform_id=deployment.platform_id, subject=f"g{n}") for n in range(number)]
        session.add_all([activity, *people])
        session.flush()
        for person in people:
            owe_grade(session, activity.id, person.id, Grade(0.9, "Passed.", now, now), now)


def _cost(served: Served, lms: Lms, number: int) -> float:
    """Wait until as many scores as are owed have arrived; the CPU of one."""
    begun, before = len(lms.score_times), served.cpu()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(lms.score_times) < number and time.monotonic() < deadline:
        time.sleep(0.05)
    return (served.cpu() - before) / max(len(lms.score_times) - begun, 1)


def _rate(lms: Lms) -> float:
    times = lms.score_times
    return (len(times) - 1) / (times[-1] - times[0])


def _once(lms: Lms, plan: Plan) -> str:
    """Say whether each score came once."""
    lost, repeated = plan.scores - len(lms.scores), sum(number - 1 for number in lms.scores.values())
    return "each once" if not lost and not repeated else f"{lost} lost, {repeated} repeated"
