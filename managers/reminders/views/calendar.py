"""The calendar of a trust's holidays, on which no one is reminded."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.domain.days import day_of
from core.domain.names import legible
from db import in_transaction, reading, utcnow
from lti.visits.permission import IN_COURSE, current_visit, permit, visit_actor
from managers.reminders.settings import NoSuchHoliday, add_holiday, holidays_of, remove_holiday
from managers.reminders.views.forms import HolidayForm
from managers.reminders.views.reminders import NO_ROLE, REMINDS

blueprint = Blueprint("reminder_calendar", __name__)


@blueprint.get("/reminders/calendar")
@permit(NO_ROLE, IN_COURSE, REMINDS)
def index() -> str:
    """List the holidays, and offer to add one."""
    return _page(HolidayForm(day_of(utcnow()), formdata=None))


def _page(form: HolidayForm) -> str:
    return render_template(
        "reminder_calendar/index.html",
        holidays=holidays_of(reading(), current_visit().trust),
        today=day_of(utcnow()),
        done=request.args.get("done"),
        form=form,
        plain_form=FlaskForm(formdata=None),
    )


@blueprint.post("/reminders/calendar")
@permit(NO_ROLE, IN_COURSE, REMINDS)
def create() -> tuple[str, int] | Response:
    """Add a holiday; anything wrong is asked for again."""
    form, trust, actor, now = HolidayForm(day_of(utcnow())), current_visit().trust, visit_actor(), utcnow()
    if not form.validate():
        return _page(form), 422
    name = legible(form.called.data or "")
    in_transaction(lambda session: add_holiday(session, trust, name, form.days, actor, now))
    return redirect(url_for("reminder_calendar.index", done="added"), code=303)


@blueprint.post("/reminders/calendar/<int(max=2147483647):number>/remove")
@permit(NO_ROLE, IN_COURSE, REMINDS)
def remove(number: int) -> Response:
    """Take a holiday off the calendar."""
    trust, actor, now = current_visit().trust, visit_actor(), utcnow()
    try:
        in_transaction(lambda session: remove_holiday(session, trust, number, actor, now))
    except NoSuchHoliday as error:
        raise NotFound from error
    return redirect(url_for("reminder_calendar.index", done="removed"), code=303)
