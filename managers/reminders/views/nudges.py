"""Pages of a nudge: the first says how many get a message and what it says, and the second sends it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response

from core.domain.days import day_of
from core.domain.tolerant import storable
from core.mail.domain.message import MailMessage
from core.services import service
from db import in_transaction, reading, utcnow
from lti.visits.permission import IN_COURSE, LEADERS, current_visit, permit, visit_actor
from managers.listing.choices import schools_in
from managers.listing.conditions import PeopleList, among, chosen, people_list
from managers.listing.views.address import asked_for
from managers.reminders.jobs import ReminderJobs
from managers.reminders.nudges import Nudger, Nudges, nudge, nudge_preview, possible_nudges
from managers.reminders.people import AT_ONCE
from managers.reminders.settings import TrustReminders, reminders_of_trust
from managers.scope import SEES_STAFF, ScopeKind, scope_here
from modules.content.publish import NotPublished, contents_and_policy

blueprint = Blueprint("nudges", __name__)
# So many messages are written in a few seconds; a trust's own reminders are for everyone.
MOST = 2_000


@blueprint.get("/people/nudge")
@permit(LEADERS, IN_COURSE, SEES_STAFF)
def ask() -> str:
    """Ask before people are nudged: how many get a message, who gets none and why, and what it says."""
    return _question(_listing())


def _listing() -> PeopleList:
    """Return the list of people that the address of this request asks for, as the page of people does."""
    visit, session = current_visit(), reading()
    scope = scope_here(request.args.get("scope", ""))
    contents, policy = contents_and_policy(session, scope.trust)
    modules = [each.module for each in contents.values() if not each.module.is_practice]
    named = storable(request.args.get("module", "")) or None
    wanted = visit.module or named if scope.kind is ScopeKind.COURSE else named
    # Those who lead a course see one module of it at a time.
    has_to_name = wanted or scope.kind is ScopeKind.COURSE
    if has_to_name and wanted not in {each.key for each in modules}:
        raise NotPublished(wanted)
    asked = asked_for(scope.kind.value, wanted, schools_in(session, scope))
    return people_list(session, asked, scope, modules, policy, day_of(utcnow()))


def _people(of: PeopleList) -> Sequence[int]:
    """Return the staff members on the list, or those of them who were chosen one by one; one more than may be."""
    wanted = select(of.rows.staff_id).where(among(of), chosen(of))
    if "person" in request.args:
        wanted = wanted.where(of.rows.staff_id.in_(_named()))
    return reading().scalars(wanted.order_by(of.rows.staff_id).limit(MOST + 1)).all()


def _named() -> list[int]:
    numbers = request.args.getlist("person", type=int)
    return [number for number in numbers if 0 < number < 2**31][:MOST]


def _question(of: PeopleList, has_changed: bool = False) -> str:
    people, trust = _people(of), reminders_of_trust(reading(), of.scope.trust)
    found = Nudges() if len(people) > MOST else _possible(of, trust, people)
    now = utcnow()
    return render_template(
        "nudges/ask.html",
        found=found,
        number=len(found.wanted),
        query=_query(of),
        is_too_many=len(people) > MOST,
        most=MOST,
        has_changed=has_changed,
        is_quiet=trust.quiet.covers(now),
        send_at=trust.quiet.end_after(now),
        today=of.today,
        preview=_preview(trust, found),
        module=of.module,
        form=FlaskForm(formdata=None),
    )


def _query(of: PeopleList) -> dict[str, Any]:
    """Return what the address of the same list asks for."""
    return {name: value for name, value in of.asked.query.items() if name != "page"} | {"person": _named()}


def _possible(of: PeopleList, trust: TrustReminders, people: Sequence[int]) -> Nudges:
    return possible_nudges(reading(), trust, people, of.module.key if of.module else None, utcnow())


def _preview(trust: TrustReminders, found: Nudges) -> MailMessage | None:
    if not found.wanted:
        return None
    manager = current_visit().person_name
    return nudge_preview(reading(), trust, found.wanted[0], manager, current_app.jinja_env, utcnow())


@blueprint.post("/people/nudge")
@permit(LEADERS, IN_COURSE, SEES_STAFF)
def send() -> tuple[str, int] | Response:
    """Nudge the people on the list, if they are as many as were asked about."""
    of, expected = _listing(), request.form.get("expected", type=int)
    people = _people(of)
    wanted = [] if len(people) > MOST else _possible(of, reminders_of_trust(reading(), of.scope.trust), people).wanted
    if not wanted or len(wanted) != expected:
        return _question(of, has_changed=True), 409
    count = _nudged([someone.staff_id for someone, _ in wanted], of)
    service(ReminderJobs).wake()
    return redirect(url_for("nudges.done", **{**_query(of), "count": count}), code=303)


def _nudged(staff_ids: Sequence[int], of: PeopleList) -> int:
    """Nudge people some at a time, so that others can write in between."""
    pieces = [staff_ids[start : start + AT_ONCE] for start in range(0, len(staff_ids), AT_ONCE)]
    return sum(_nudge_some(piece, of) for piece in pieces)


def _nudge_some(staff_ids: Sequence[int], of: PeopleList) -> int:
    by = Nudger(visit_actor(), current_visit().person_id, of.module.key if of.module else None)
    return in_transaction(lambda session: nudge(session, of.scope.trust, staff_ids, by, utcnow()))


@blueprint.get("/people/nudge/done")
@permit(LEADERS, IN_COURSE, SEES_STAFF)
def done() -> str:
    """Say how many are reminded, and when."""
    of = _listing()
    trust, now = reminders_of_trust(reading(), of.scope.trust), utcnow()
    return render_template(
        "nudges/done.html",
        count=request.args.get("count", 0, type=int),
        is_quiet=trust.quiet.covers(now),
        send_at=trust.quiet.end_after(now),
        query=of.asked.query,
    )
