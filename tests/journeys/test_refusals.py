"""A refusal as people see it in the LMS's frame: plain words, and what administrators need folded in below."""

from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy import update

from config import Settings
from db import Database
from lti.models import Deployment
from tests.journeys.conftest import Visit
from tests.support.looks import look


def test_a_deployment_that_is_not_let_in_is_refused_with_its_command_folded_in(
    new_visit: Callable[..., Visit], settings: Settings
) -> None:
    visit = new_visit()
    database = Database(settings.database_url)
    with database.transaction() as session:
        session.execute(update(Deployment).values(deployment_id=Deployment.deployment_id + "-elsewhere"))
    database.engine.dispose()
    visit.page.request.post(f"{visit.practice_url}/courses/{visit.course}/person", form={"person": "5"})
    visit.open()
    visit.heading("The training is not set up in this part of your LMS")
    folded = visit.tool.get_by_text("./run flask lti deployments").first
    expect(folded).to_be_hidden()
    visit.tool.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    expect(folded).to_be_visible()
    assert look(visit.page, visit.tool, "refused") == []
