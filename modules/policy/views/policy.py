"""The policy itself: in full, searched, or as used to rate an attempt; and confirming that someone read it."""

import io
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from db import in_transaction, reading, utcnow
from lti.visits.permission import AT_ACTIVITY, EVERYBODY_HERE, IN_COURSE, activity_of, current_visit, permit
from lti.visits.visit import CurrentVisit
from modules.certificates.confirm import confirm_policy
from modules.content.publish import content_of, version_in_force
from modules.errors import NoDocument, PolicyChanged
from modules.policy.acknowledgements import confirmed_by, digest_of
from modules.policy.changes import changes_since
from modules.policy.policy_page import PolicyPage, policy_page
from modules.policy.views.forms import AcknowledgementForm
from policies.documents import KeptDocument
from policies.domain.policy import Clause, Policy
from policies.domain.search import LONGEST_SEARCH, Search, search_for
from policies.domain.sections import sections_of
from policies.profiles import document_file, document_of, profile_in_json
from policies.published import acts_in_force

blueprint = Blueprint("policy", __name__)


@blueprint.get("/policy")
@blueprint.get("/attempts/<int(max=2147483647):attempt_id>/policy")
@permit(EVERYBODY_HERE, IN_COURSE)
def document(attempt_id: int | None = None) -> tuple[str, int]:
    """Show the policy in force, or the one that an attempt was ruled by; whole, or the clauses that a search finds."""
    visit, typed = current_visit(), request.args.get("q", "")
    page = policy_page(reading(), visit.person_id, visit.trust, attempt_id)
    too_long = len(typed) > LONGEST_SEARCH
    search = search_for("" if too_long else typed)
    found, in_so_many_words = _found(page.policy, search)
    shown = render_template(
        "policy/document.html",
        page=page,
        policy=page.policy,
        sections=sections_of(found),
        total=len(found),
        in_so_many_words=in_so_many_words,
        search=search,
        typed=typed[:LONGEST_SEARCH],
        too_long=too_long,
        original=_original(visit),
        origin=_origin(),
        way_back=_way_back(page, **_origin()),
    )
    return shown, 400 if too_long else 200


def _found(policy: Policy, search: Search) -> tuple[tuple[Clause, ...], bool]:
    """Return the clauses that a search finds, and whether they have its words or only rule on what it names."""
    if found := search.among(policy.clauses):
        return found, True
    return search.behind(policy, acts_in_force(reading()).values()), False


def _original(visit: CurrentVisit) -> str | KeptDocument | None:
    return document_of(reading(), visit.trust, profile_in_json(visit.trust_profile))


def _origin() -> dict[str, Any]:
    """Return which answer, rule check, story or module's insight the person came from, if their link says so."""
    numbers = {name: request.args.get(name, 0, type=int) for name in ("answer", "check")}
    kept = {name: number if 0 < number <= LAST_ANSWER else None for name, number in numbers.items()}
    return {**kept, **{name: request.args.get(name, "")[:LONGEST_KEY] or None for name in ("story", "insight")}}


LAST_ANSWER = 10_000
LONGEST_KEY = 100


def _way_back(
    page: PolicyPage, answer: int | None, check: int | None, story: str | None, insight: str | None
) -> tuple[str, str]:
    """Return the words and the address of the link back to where the person came from."""
    if not insight and current_visit().purpose not in AT_ACTIVITY:
        return "Back to the training in your course", url_for("course.index")
    if page.attempt and (number := answer or check):
        explained = "play.consequence" if answer else "checks.explained"
        return "Back to your answer", url_for(explained, attempt_id=page.attempt.id, number=number)
    if page.attempt:
        return "Back to your attempt", url_for("play.result", attempt_id=page.attempt.id)
    if story:
        return "Back to the story", url_for("stories.story", key=story, module=insight)
    if insight:
        return "Back to insight", url_for("insight.index", module=insight)
    return "Back to the module", url_for("home.module")


@blueprint.get("/policy/original")
@permit(EVERYBODY_HERE)
def original() -> Response:
    """Give the trust's own document if it is kept here; browsers save it, since our pages cannot show it."""
    kept = document_file(reading(), current_visit().trust)
    if not kept:
        raise NoDocument
    answer = send_file(io.BytesIO(kept.content), kept.media_type, as_attachment=True, download_name=kept.name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/policy/acknowledgement")
@permit(EVERYBODY_HERE)
def acknowledgement() -> str:
    """Ask the person to confirm that they have read the policy in force, or say when they did."""
    return _acknowledgement_page()


def _acknowledgement_page(error: str = "", changed: bool = False) -> str:
    visit, session = current_visit(), reading()
    policy = content_of(version_in_force(session, visit.trust)).policy
    confirmed = confirmed_by(session, visit.person_id, policy)
    return render_template(
        "policy/acknowledgement.html",
        policy=policy,
        confirmed=confirmed,
        changes=changes_since(session, confirmed),
        original=_original(visit),
        form=AcknowledgementForm(formdata=None, words=digest_of(policy)),
        error=error,
        changed=changed,
    )


@blueprint.post("/policy/acknowledgement")
@permit(EVERYBODY_HERE)
def acknowledge() -> tuple[str, int] | Response:
    """Note that the person has read the policy; without the tick, or after a change, they are asked again."""
    visit, form = current_visit(), AcknowledgementForm()
    if not form.read.data:
        return _acknowledgement_page(error=TICK), 422
    who, words = (visit.person_id, visit.trust), form.words.data or ""
    try:
        in_transaction(lambda session: confirm_policy(session, *who, words, activity_of(visit), utcnow()))
    except PolicyChanged:
        return _acknowledgement_page(changed=True), 409
    return redirect(url_for("policy.acknowledgement"), code=303)


TICK = "Tick the box to confirm that you have read the policy"
