"""The wording of reminders: changed by a trust, previewed by the person who changes it, and set back to ours."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.grants.domain.grant import GrantRole, roles_in, schools_led
from db import in_transaction, reading, utcnow
from lti.visits.permission import IN_COURSE, current_grants, current_visit, permit, visit_actor
from managers.reminders.domain.words import MEANINGS, PLACEHOLDERS, ReminderKind, Words
from managers.reminders.preview import Looker, Preview, preview_of
from managers.reminders.record import KIND_WORDS
from managers.reminders.settings import reminders_of_trust, set_words, settings_of
from managers.reminders.views.forms import WordsForm
from managers.reminders.views.reminders import NO_ROLE, REMINDS

blueprint = Blueprint("reminder_words", __name__)


@blueprint.get("/reminders/words/<word>")
@permit(NO_ROLE, IN_COURSE, REMINDS)
def index(word: str) -> str:
    """Show the words of a kind of reminder, and the message that they make."""
    kind = _kind(word)
    words = settings_of(reading(), current_visit().trust).words_of(kind)
    return _page(kind, WordsForm(kind, formdata=None, data={"heading": words.subject, "text": words.text}), words)


def _kind(word: str) -> ReminderKind:
    found = next((kind for kind in ReminderKind if kind.value == word), None)
    if not found:
        raise NotFound
    return found


def _page(kind: ReminderKind, form: WordsForm, words: Words | None) -> str:
    own = settings_of(reading(), current_visit().trust).words
    return render_template(
        "reminder_words/index.html",
        kind=kind,
        kind_words=KIND_WORDS,
        form=form,
        meanings={name: MEANINGS[name] for name in PLACEHOLDERS[kind]},
        is_own=kind.value in own,
        preview=_preview(kind, words) if words else None,
        done=request.args.get("done"),
    )


def _preview(kind: ReminderKind, words: Words) -> Preview:
    visit, session, held = current_visit(), reading(), current_grants()
    manages = GrantRole.LINE_MANAGER in roles_in(held)
    looker = Looker(visit.person_id, visit.person_name, visit.person_email, tuple(sorted(schools_led(held))), manages)
    of = reminders_of_trust(session, visit.trust)
    return preview_of(session, of, kind, words, looker, current_app.jinja_env, utcnow())


@blueprint.post("/reminders/words/<word>")
@permit(NO_ROLE, IN_COURSE, REMINDS)
def change(word: str) -> tuple[str, int] | str | Response:
    """Keep the words, show the message that they would make, or go back to ours."""
    kind, step = _kind(word), request.form.get("step")
    form = WordsForm(kind)
    if step == "reset":
        return _keep(kind, None, "reset")
    if not form.validate():
        return _page(kind, form, None), 422
    return _page(kind, form, form.words) if step == "look" else _keep(kind, form.words, "changed")


def _keep(kind: ReminderKind, words: Words | None, done: str) -> Response:
    trust, actor, now = current_visit().trust, visit_actor(), utcnow()
    in_transaction(lambda session: set_words(session, trust, kind, words, actor, now))
    return redirect(url_for("reminder_words.index", word=kind.value, done=done), code=303)
