"""The stories of a module as plain pages, to read or print before or after the training; answers count only there."""

from flask import Blueprint, render_template

from db import reading, utcnow
from lti.visits.permission import EVERYBODY_HERE, LEADERS, current_visit, permit
from modules.content.publish import content_of, latest_version
from modules.errors import UnknownStory
from modules.play.answer_key import may_see_key

blueprint = Blueprint("stories", __name__)


@blueprint.get("/stories/<key>")
@permit(EVERYBODY_HERE)
def story(key: str) -> str:
    """Show a whole story on one page; what follows its choices only to those who have passed the module or lead."""
    visit, session = current_visit(), reading()
    version = latest_version(session, visit.module, visit.trust)
    content = content_of(version)
    told = next((scenario for scenario in content.scenarios if scenario.key == key), None)
    if not told:
        raise UnknownStory
    leads = visit.role in LEADERS
    return render_template(
        "stories/story.html",
        content=content,
        story=told,
        numbers={scene.key: number for number, scene in enumerate(told.scenes, start=1)},
        explained=leads or may_see_key(session, visit.person_id, content.module, utcnow()),
    )
