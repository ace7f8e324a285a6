"""The stories of a module as plain pages, to read or print before or after the training; answers count only there."""

from flask import Blueprint, render_template, request
from werkzeug.exceptions import Forbidden

from core.domain.tolerant import storable
from core.grants.domain.grant import SEES_INSIGHT, roles_in
from db import reading, utcnow
from lti.visits.permission import EVERYBODY_HERE, IN_COURSE, LEADERS, current_grants, current_visit, permit
from modules.content.publish import content_of, latest_version
from modules.domain.explained import key_to
from modules.errors import UnknownStory
from modules.play.answer_key import may_see_key
from modules.play.answers import draw_for

blueprint = Blueprint("stories", __name__)


@blueprint.get("/stories/<key>")
@permit(EVERYBODY_HERE, IN_COURSE)
def story(key: str) -> str:
    """Show a whole story on one page; what follows its choices only to those who have passed the module or lead."""
    visit, session = current_visit(), reading()
    other = _asked_for()
    version = latest_version(session, other or visit.module, visit.trust)
    content = content_of(version)
    told = next((scenario for scenario in content.scenarios if scenario.key == key), None)
    if not told:
        raise UnknownStory
    explained = bool(other) or visit.role in LEADERS or may_see_key(session, visit.person_id, content.module, utcnow())
    own = draw_for(session, visit.person_id, version.module) % max(len(content.draws), 1)
    return render_template(
        "stories/story.html",
        content=content,
        story=told,
        numbers={scene.key: number for number, scene in enumerate(told.scenes, start=1)},
        explained=explained,
        # Those who may see the key see every draw; all others only the one that they are asked.
        draws=[content.checks_after(told, draw) for draw in (range(len(content.draws)) if explained else [own])],
        key_to=key_to,
        other=other,
    )


def _asked_for() -> str | None:
    """Return the module that the address names, whose stories are for those who may see insight into it."""
    other = storable(request.args.get("module", ""))
    if other and not roles_in(current_grants()) & SEES_INSIGHT:
        raise Forbidden
    return other or None
