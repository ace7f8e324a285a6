"""Pages of a staff member's due dates: when each module is due, and exceptions, which are added and ended here."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.domain.days import day_of
from db import in_transaction, reading, utcnow
from lti.visits.permission import IN_COURSE, current_visit, permit, visit_actor
from managers.due.exceptions import (
    NoSuchException,
    add_exception,
    end_exception,
    exceptions_of,
    find_open,
    trainings_of,
)
from managers.due.models import DueException, ExceptionReason
from managers.due.rules import may_decide
from managers.due.views.forms import EndForm, ExceptionForm
from managers.due.views.rules import NO_ROLE, RULE_MAKERS, decides_for
from managers.models import StaffMember
from modules.content.publish import contents_of_trust

blueprint = Blueprint("exceptions", __name__)
REASONS = {
    ExceptionReason.LEAVE: "Leave",
    ExceptionReason.LONG_SICKNESS: "Long-term sickness",
    ExceptionReason.OTHER_DUTY: "Other duties",
}


def _member(staff_id: int) -> StaffMember:
    """Return a staff member about whose due dates the person of this visit decides; NotFound for anyone else."""
    member = reading().get(StaffMember, staff_id)
    if not member or member.trust != current_visit().trust or not may_decide(member.school_id, decides_for()):
        raise NotFound
    return member


def _titles() -> Mapping[str, str]:
    contents = contents_of_trust(reading(), current_visit().trust)
    return {key: content.module.title for key, content in contents.items()}


@blueprint.get("/people/<int(max=2147483647):staff_id>/due")
@permit(NO_ROLE, IN_COURSE, RULE_MAKERS)
def index(staff_id: int) -> str:
    """Show when a staff member's training is due, and the exceptions."""
    member = _member(staff_id)
    return _page(member, ExceptionForm(day_of(utcnow()), (), formdata=None))


def _page(member: StaffMember, form: ExceptionForm) -> str:
    session = reading()
    return render_template(
        "exceptions/index.html",
        member=member,
        trainings=trainings_of(session, member.id),
        exceptions=exceptions_of(session, member.id),
        titles=_titles(),
        reasons=REASONS,
        today=form.today,
        done=request.args.get("done"),
        form=form,
    )


@blueprint.post("/people/<int(max=2147483647):staff_id>/due")
@permit(NO_ROLE, IN_COURSE, RULE_MAKERS)
def create(staff_id: int) -> tuple[str, int] | Response:
    """Except a staff member for some time; anything missing is asked for again."""
    member = _member(staff_id)
    form = ExceptionForm(day_of(utcnow()), [row.module for row in trainings_of(reading(), member.id)])
    if not form.validate():
        return _page(member, form), 422
    module, reason, actor = form.module.data or None, ExceptionReason(form.reason.data), visit_actor()
    in_transaction(lambda session: add_exception(session, staff_id, module, reason, form.absence, actor, utcnow()))
    return redirect(url_for("exceptions.index", staff_id=staff_id, done="added"), code=303)


@blueprint.get("/people/<int(max=2147483647):staff_id>/due/<int(max=2147483647):number>/end")
@permit(NO_ROLE, IN_COURSE, RULE_MAKERS)
def ask(staff_id: int, number: int) -> str:
    """Ask why an exception ends, and since when."""
    exception = _open(staff_id, number)
    return _question(staff_id, exception, EndForm(day_of(utcnow()), exception.first_day, formdata=None))


def _open(staff_id: int, number: int) -> DueException:
    found = find_open(reading(), number, _member(staff_id).id)
    if not found:
        raise NotFound
    return found


def _question(staff_id: int, exception: DueException, form: EndForm) -> str:
    member, titles = _member(staff_id), _titles()
    return render_template("exceptions/ask.html", member=member, exception=exception, titles=titles, form=form)


@blueprint.post("/people/<int(max=2147483647):staff_id>/due/<int(max=2147483647):number>/end")
@permit(NO_ROLE, IN_COURSE, RULE_MAKERS)
def end(staff_id: int, number: int) -> tuple[str, int] | Response:
    """End an exception; anything missing is asked for again."""
    exception = _open(staff_id, number)
    form, actor = EndForm(day_of(utcnow()), exception.first_day), visit_actor()
    if not form.validate():
        return _question(staff_id, exception, form), 422
    try:
        in_transaction(lambda session: end_exception(session, number, staff_id, form.last, actor, utcnow()))
    except NoSuchException as error:
        raise NotFound from error
    return redirect(url_for("exceptions.index", staff_id=staff_id, done="ended"), code=303)
