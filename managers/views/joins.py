"""Those who lead a course decide whether two entries are one person: requests, joining by hand, and undoing it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from core.domain.tolerant import storable, words
from core.services import service
from db import in_transaction, reading, utcnow
from lti.grades.jobs import GradeJobs
from lti.visits.permission import IN_COURSE, LEADERS, current_visit, permit
from managers.find import MOST_FOUND, people_like
from managers.views.forms import JoinForm
from modules.passes.decider import decider_of
from modules.passes.join_errors import CannotJoin
from modules.passes.join_requests import confirm, decided_in, decline, requests_in
from modules.passes.joins import LONGEST_REASON, join_in_course, separate_in_course

blueprint = Blueprint("joins", __name__)
LONGEST_SOUGHT = 100


@blueprint.get("/people/joins")
@permit(LEADERS, IN_COURSE)
def index() -> str:
    """Show the requests that wait, a search for entries to join, and what was decided and undone before."""
    return _page(JoinForm(formdata=None))


def _page(form: JoinForm) -> str:
    visit, session = current_visit(), reading()
    sought = storable(request.args.get("q", ""))[:LONGEST_SOUGHT].strip()
    return render_template(
        "joins/index.html",
        requests=requests_in(session, visit.course_id),
        decided=decided_in(session, visit.course_id),
        sought=sought,
        found=people_like(session, visit.course_id, sought) if sought else [],
        most_found=MOST_FOUND,
        longest_reason=LONGEST_REASON,
        own=decider_of(session, visit.person_id),
        chosen=_chosen(),
        form=form,
        plain_form=FlaskForm(formdata=None),
    )


@blueprint.post("/people/joins")
@permit(LEADERS, IN_COURSE)
def create() -> tuple[str, int] | Response:
    """Join two entries in the course; anything missing is asked for again."""
    form, visit = JoinForm(), current_visit()
    if not form.validate():
        return _page(form), 422
    both, because = form.both, words(form.because.data, LONGEST_REASON) or ""
    try:
        in_transaction(lambda session: join_in_course(session, visit.course_id, both, _who(), because, utcnow()))
    except CannotJoin as error:
        form.person.errors = [error.trouble.happened]
        return _page(form), 409
    return _decided()


@blueprint.post("/people/joins/<int(max=2147483647):join_id>/confirm")
@permit(LEADERS, IN_COURSE)
def confirm_request(join_id: int) -> Response:
    """Confirm that the person who asked is the one whose certificate it is."""
    course_id = current_visit().course_id
    in_transaction(lambda session: confirm(session, join_id, course_id, _who(), utcnow()))
    return _decided()


@blueprint.post("/people/joins/<int(max=2147483647):join_id>/decline")
@permit(LEADERS, IN_COURSE)
def decline_request(join_id: int) -> Response:
    """Decline a request."""
    course_id = current_visit().course_id
    in_transaction(lambda session: decline(session, join_id, course_id, _who(), utcnow()))
    return _decided()


@blueprint.post("/people/joins/<int(max=2147483647):join_id>/undo")
@permit(LEADERS, IN_COURSE)
def undo(join_id: int) -> Response:
    """Undo a join of the course."""
    course_id = current_visit().course_id
    in_transaction(lambda session: separate_in_course(session, course_id, join_id, _who(), utcnow()))
    return _decided()


def _decided() -> Response:
    """Let grades go out, and show what was decided."""
    service(GradeJobs).send()
    return redirect(url_for("joins.index", module=_chosen(), _anchor="decided"), code=303)


def _who() -> tuple[int, str]:
    """Return who decides, by our id and by the name that the LMS gives them."""
    visit = current_visit()
    return visit.person_id, visit.person_name or visit.person_email or f"person {visit.person_id}"


def _chosen() -> str | None:
    """Return the module that someone looked at before, for the way back; a visit from an activity needs none."""
    return storable(request.args.get("module", ""))[:100] or None if current_visit().module is None else None
