"""The page of reminders: whether they are on, what goes wrong with them, and when they are sent."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from core.domain.days import day_of
from core.grants.domain.grant import GrantRole
from core.services import service
from db import in_transaction, reading, utcnow
from lti.domain.roles import Role
from lti.visits.permission import IN_COURSE, current_visit, permit, visit_actor
from managers.reminders.jobs import ReminderJobs
from managers.reminders.people import without_address
from managers.reminders.record import FATE_WORDS, mail_trouble
from managers.reminders.settings import choose, holidays_of, quiet_times, settings_of, switch
from managers.reminders.views.forms import DAYS, FROM_HOURS, TO_HOURS, WEEKDAYS, ReminderSettingsForm

blueprint = Blueprint("reminders", __name__)
NO_ROLE: frozenset[Role] = frozenset()
REMINDS = frozenset({GrantRole.ADMINISTRATOR, GrantRole.TRUST_LEAD})
MOST_NAMED = 50
# What went wrong before has been seen, or the person has been reminded again since.
TROUBLE_SHOWN = timedelta(days=30)


@blueprint.get("/reminders")
@permit(NO_ROLE, IN_COURSE, REMINDS)
def index() -> str:
    """Show whether reminders are on, how they are sent, and what goes wrong with them."""
    session, trust, now = reading(), current_visit().trust, utcnow()
    settings = settings_of(session, trust)
    number, some = without_address(session, trust, MOST_NAMED)
    quiet = quiet_times(session, trust, settings)
    return render_template(
        "reminders/index.html",
        settings=settings,
        weekdays=WEEKDAYS,
        is_quiet=quiet.covers(now),
        quiet_until=quiet.end_after(now),
        holidays=[each for each in holidays_of(session, trust) if each.last_day >= day_of(now)],
        trouble=mail_trouble(session, trust, day_of(now) - TROUBLE_SHOWN),
        fate_words=FATE_WORDS,
        without_address=some,
        number_without_address=number,
        done=request.args.get("done"),
        form=FlaskForm(formdata=None),
    )


@blueprint.post("/reminders/switch")
@permit(NO_ROLE, IN_COURSE, REMINDS)
def turn() -> Response:
    """Switch reminders on or off."""
    trust, actor, now, is_on = current_visit().trust, visit_actor(), utcnow(), request.form.get("on") == "yes"
    in_transaction(lambda session: switch(session, trust, is_on, actor, now))
    if is_on:
        service(ReminderJobs).wake()
    return redirect(url_for("reminders.index", done="on" if is_on else "off"), code=303)


@blueprint.get("/reminders/settings")
@permit(NO_ROLE, IN_COURSE, REMINDS)
def settings() -> str:
    """Ask when people are reminded, and who messages come from."""
    return _form(ReminderSettingsForm.showing(settings_of(reading(), current_visit().trust)))


def _form(form: ReminderSettingsForm) -> str:
    choices = {"days": DAYS, "from_hours": FROM_HOURS, "to_hours": TO_HOURS}
    return render_template("reminders/settings.html", form=form, **choices)


@blueprint.post("/reminders/settings")
@permit(NO_ROLE, IN_COURSE, REMINDS)
def change() -> tuple[str, int] | Response:
    """Keep what was chosen; anything wrong is asked for again."""
    form, trust, actor, now = ReminderSettingsForm(), current_visit().trust, visit_actor(), utcnow()
    if not form.validate():
        return _form(form), 422
    in_transaction(lambda session: choose(session, trust, form.chosen, actor, now))
    return redirect(url_for("reminders.index", done="changed"), code=303)
