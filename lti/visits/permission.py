"""Who may use a route: declared on each, checked against the visit before the view runs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import g, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden

from db import reading, utcnow
from lti.domain.message import Purpose
from lti.domain.roles import LEADING, Role
from lti.visits.visit import CurrentVisit, find_visit

View = TypeVar("View", bound=Callable[..., Any])
Taken = ParamSpec("Taken")
Given = TypeVar("Given")

EVERYBODY_HERE = frozenset(Role)
LEADERS = LEADING
ANYONE = frozenset({"anyone"})
AT_ACTIVITY = frozenset({Purpose.TRAINING})
IN_COURSE = frozenset({Purpose.TRAINING, Purpose.COURSE})


class NoVisit(Exception):
    """A person asks for a page of ours without having come from a course, or too long after that."""


def anyone(view: View) -> View:
    """Declare that a route is open to all the world."""
    view.permitted_to = ANYONE  # type: ignore[attr-defined]  # noted on the function itself, for the law
    return view


def permit(
    roles: frozenset[Role], purposes: frozenset[Purpose] = AT_ACTIVITY
) -> Callable[[Callable[Taken, Given]], Callable[Taken, Given]]:
    """Declare which roles may use a route, and in visits of which purpose; others get a page that says so."""

    def declare(view: Callable[Taken, Given]) -> Callable[Taken, Given]:
        @wraps(view)
        def checked(*args: Taken.args, **kwargs: Taken.kwargs) -> Given:
            visit = current_visit()
            if visit.role not in roles or visit.purpose not in purposes:
                raise Forbidden
            return view(*args, **kwargs)

        checked.permitted_to = frozenset(role.value for role in roles)  # type: ignore[attr-defined]  # likewise
        return checked

    return declare


def current_visit() -> CurrentVisit:
    """Return the visit to which this request belongs; NoVisit where there is none."""
    if "visit" not in g:
        g.visit = _visit()
    if g.visit is None:
        raise NoVisit
    visit: CurrentVisit = g.visit
    return visit


def _visit() -> CurrentVisit | None:
    in_address = getattr(session, "in_address", False)
    return find_visit(reading(), session["visit"], utcnow(), in_address) if "visit" in session else None


def activity_of(visit: CurrentVisit) -> int:
    """Return the id of the activity that a visit is at; Forbidden where it came from none."""
    if visit.activity_id is None:
        raise Forbidden
    return visit.activity_id


def visit_or_none() -> CurrentVisit | None:
    """Return the visit to which this request belongs, if any: for pages that anyone may see."""
    try:
        return current_visit()
    except (NoVisit, SQLAlchemyError):
        # The page that says that our database is down cannot name a person either.
        return None
