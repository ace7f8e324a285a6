"""The list of staff that a trust uploads: looked at first, then applied as a whole, and undone by one button."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response

from core.grants.domain.grant import GrantRole
from core.services import service
from db import in_transaction, reading, utcnow
from lti.domain.roles import Role
from lti.visits.permission import IN_COURSE, current_visit, permit, visit_actor
from managers.staff.stale import is_under_way
from managers.staff_list.apply import NoLongerFits, NothingToApply, apply, ask_to_apply
from managers.staff_list.domain.columns import ListColumn, WrongList
from managers.staff_list.jobs import LONG, NO_LONGER_FITS, StaffListJobs
from managers.staff_list.lists import LARGEST, find_list, keep_list, lists_of, prepare, sheet_of, to_undo
from managers.staff_list.models import ListState, StaffList
from managers.staff_list.preview import SHOWN, first_changes
from managers.staff_list.undo import CannotUndo, undo

blueprint = Blueprint("staff_list", __name__)
NO_ROLE: frozenset[Role] = frozenset()
WHO_MAY = frozenset({GrantRole.ADMINISTRATOR, GrantRole.TRUST_LEAD})
MOST_LISTED = 20
NUMBER = "int(max=2147483647):number"
TOO_LARGE = (
    f"The file is larger than {LARGEST // 1_000_000} MB. Delete the columns that are not needed, or split it in two."
)
NO_FILE = "Select a CSV file"
CANNOT_UNDO = (
    "This list cannot be undone now: a later list was applied, this one was already undone, or it was applied "
    "more than 90 days ago. Undo a later list first, or upload a list that corrects this one."
)


@blueprint.url_value_preprocessor
def take_large_files(endpoint: str | None, _values: object) -> None:
    """Let a list be larger than what other pages take; this comes before anyone reads the form."""
    if endpoint == "staff_list.create":
        request.max_content_length = LARGEST


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    """Say how large a file may be, on the page that it was sent from."""
    return _page(TOO_LARGE), 413


@blueprint.get("/staff-list")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def index() -> str:
    """Offer to upload a list, and show those that were applied."""
    return _page()


def _page(error: str | None = None) -> str:
    session, trust = reading(), current_visit().trust
    latest = to_undo(session, trust)
    return render_template(
        "staff_list/index.html",
        lists=lists_of(session, trust, MOST_LISTED),
        to_undo=latest.id if latest and latest.before else None,
        undone=request.args.get("undone", type=int),
        is_under_way=is_under_way(session, trust),
        largest=LARGEST // 1_000_000,
        form=FlaskForm(formdata=None),
        error=error,
    )


@blueprint.get("/staff-list/template.csv")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def template() -> Response:
    """Give an empty list with the names of all columns."""
    text = "\ufeff" + ",".join(column.value for column in ListColumn) + "\r\n"
    answer = Response(text, content_type="text/csv; charset=utf-8; header=present")
    answer.headers.set("Content-Disposition", "attachment", filename="staff-list.csv")
    return answer


@blueprint.post("/staff-list")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def create() -> tuple[str, int] | Response:
    """Take in a list, and lead to what it would change; a file that is no list is asked for again."""
    file = request.files.get("file")
    content = file.read() if file else b""
    for each in request.files.values():
        each.close()
    if not content:
        return _page(NO_FILE if not file or not file.filename else f"{file.filename} is empty. {NO_FILE}"), 422
    trust, actor, now = current_visit().trust, visit_actor(), utcnow()
    try:
        number = in_transaction(lambda session: keep_list(session, trust, content, actor, now).id)
    except WrongList as error:
        return _page(str(error)), 422
    return redirect(url_for("staff_list.show", number=number), code=303)


@blueprint.get(f"/staff-list/<{NUMBER}>")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def show(number: int) -> str:
    """Show what a list would change, that it is being applied, or what it has changed."""
    return _list_page(number)


def _list_page(number: int, trouble: str | None = None) -> str:
    session = reading()
    kept = _list(session, number)
    sheet = sheet_of(kept) if kept.state is ListState.READ else None
    prepared = prepare(session, kept, sheet) if sheet else None
    latest = to_undo(session, kept.trust)
    return render_template(
        "staff_list/show.html",
        list=kept,
        sheet=sheet,
        plan=prepared.plan if prepared else None,
        changes=first_changes(prepared, sheet) if prepared and sheet else [],
        shown=SHOWN,
        trouble=trouble or kept.trouble,
        can_undo=bool(latest and latest.id == kept.id and kept.before),
        latest=latest,
        is_under_way=is_under_way(session, kept.trust),
        form=FlaskForm(formdata=None),
    )


def _list(session: Session, number: int) -> StaffList:
    kept = find_list(session, current_visit().trust, number)
    if not kept:
        raise NotFound
    return kept


@blueprint.post(f"/staff-list/<{NUMBER}>/schools")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def add_schools(number: int) -> Response:
    """Look at a list again, with or without adding the schools that only it names."""
    adds = request.form.get("add_schools") == "yes"

    def work(session: Session) -> None:
        kept = _list(session, number)
        if kept.state is ListState.READ:
            kept.adds_schools, kept.trouble = adds, None

    in_transaction(work)
    return redirect(url_for("staff_list.show", number=number), code=303)


@blueprint.post(f"/staff-list/<{NUMBER}>/apply")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def apply_all(number: int) -> tuple[str, int] | Response:
    """Apply a list as it was shown: at once, or in the background if it is long."""
    actor, now, wanted = visit_actor(), utcnow(), request.form.get("wanted", "")
    is_long = _list(reading(), number).rows > LONG

    def work(session: Session) -> bool:
        kept = _list(session, number)
        if is_long:
            ask_to_apply(session, kept, wanted, actor, now)
            return False
        return apply(session, kept, wanted, actor, now)

    try:
        is_left = in_transaction(work)
    except NoLongerFits:
        return _list_page(number, NO_LONGER_FITS), 409
    except NothingToApply:
        return redirect(url_for("staff_list.show", number=number), code=303)
    _wake(is_long, is_left)
    return redirect(url_for("staff_list.show", number=number), code=303)


def _wake(has_list: bool, has_training: bool) -> None:
    if has_list:
        service(StaffListJobs).apply()
    if has_training:
        service(StaffListJobs).follow()


@blueprint.post(f"/staff-list/<{NUMBER}>/undo")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def undo_all(number: int) -> tuple[str, int] | Response:
    """Put back all that a list changed."""
    actor, now = visit_actor(), utcnow()
    try:
        is_left = in_transaction(lambda session: undo(session, _list(session, number), actor, now))
    except CannotUndo:
        return _list_page(number, CANNOT_UNDO), 409
    _wake(False, is_left)
    return redirect(url_for("staff_list.index", undone=number), code=303)
