"""Whether we are up: for load balancers and monitors, without anything about people."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import db
from core.queue.failures import count_failures
from core.queue.queue import Queue
from core.readiness import ReadyChecks, Writing
from core.services import service
from lti.visits.permission import anyone

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@anyone
def process() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/ready")
@anyone
def ready() -> tuple[Response, int]:
    """Say whether the database answers, is ours and can be written, training is published, a worker runs; else 503."""
    parts = {"database": _database_answers(), "migrations": False, "worker": service(Queue).is_alive()}
    parts["migrations"] = parts["database"] and db.is_migrated(db.database().engine)
    parts["writing"] = parts["migrations"] and service(Writing).works()
    parts |= {part: parts["migrations"] and check() for part, check in service(ReadyChecks).items()}
    words = {part: "ok" if fine else "not ready" for part, fine in parts.items()}
    # Someone may look into it, and everything can be used meanwhile: a failing job is tried again.
    failing = count_failures(db.reading(), service(Queue).names) if parts["migrations"] else 0
    return jsonify(words | {"failing_jobs": failing}), 200 if all(parts.values()) else 503


def _database_answers() -> bool:
    try:
        db.reading().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
