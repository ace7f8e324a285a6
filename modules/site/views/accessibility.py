"""The accessibility statement, open to everybody."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from config import Settings
from core.services import service
from lti.visits.permission import anyone

blueprint = Blueprint("accessibility", __name__)

# To be set anew when the statement has been checked against the pages again.
PREPARED_ON = datetime(2026, 11, 21, tzinfo=UTC)


@blueprint.get("/accessibility")
@anyone
def statement() -> str:
    """Say how far everyone can use our pages, which problems we know of, and who to tell about others."""
    hours = service(Settings).visit_seconds // 3600
    return render_template("accessibility/statement.html", hours=hours, prepared_on=PREPARED_ON)
