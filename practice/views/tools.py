"""The tools that were registered here: how far each has come, and the button that takes it further."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as WerkzeugResponse

from practice.courses.catalogue import all_courses, course_by_key
from practice.courses.people import NEWCOMER
from practice.lms import current_session
from practice.models import Client, Course
from practice.tools.clients import ClientState, advance, courses_of, registered_clients
from practice.views.blueprint import practice


@dataclass(frozen=True)
class Tool:
    """A registered tool as an administrator sees it."""

    client: Client
    courses: list[Course]  # those that it serves
    choices: list[Course]  # those that it may serve with the next step; none before the last

    @property
    def state(self) -> ClientState:
        """How far it has come."""
        return ClientState(self.client.state)

    @property
    def chosen(self) -> str:
        """The course that no tool serves when the practice LMS begins."""
        return NEWCOMER.key


def what_to_do(session: Session, client: Client) -> Tool:
    """The tool with the courses that it serves, or may be chosen for."""
    is_last_step = client.state in (ClientState.PENDING, ClientState.ON)
    return Tool(client, courses_of(session, client), all_courses(session) if is_last_step else [])


@practice.get("/tools")
def tools() -> str:
    """Every tool that was registered."""
    session = current_session()
    shown = [what_to_do(session, client) for client in registered_clients(session)]
    return render_template("practice/tools.html", tools=shown)


@practice.post("/tools/<client_id>/next-step")
def take_next_step(client_id: str) -> WerkzeugResponse:
    """Take a tool one step further; with the last one it serves the course that was chosen."""
    session = current_session()
    client = session.get(Client, client_id) or abort(404)
    course = course_by_key(session, request.form.get("course", NEWCOMER.key)) or abort(400)
    advance(client, course)
    session.commit()
    return redirect(url_for("practice.tools"), 303)
