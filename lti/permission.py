"""Who may use a route: declared on each, checked against the visit before the view runs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden

from db import reading, utcnow
from lti.domain.message import Purpose
from lti.domain.roles import LEADING, Role
from lti.visits import CurrentVisit, find_visit

View = TypeVar("View", bound=Callable[..., Any])

EVERYBODY_HERE = frozenset(Role)
LEADERS = LEADING
ANYONE = frozenset({"anyone"})
AT_ACTIVITY = frozenset({Purpose.TRAINING})
IN_COURSE = frozenset({Purpose.TRAINING, Purpose.COURSE})


class NoVisit(Exception):
    """Somebody asks for a page of ours without having come from a course, or too long ago."""


def anyone(view: View) -> View:
    """Declare that a route is open to all the world."""
    view.permitted_to = ANYONE  # type: ignore[attr-defined]
    return view


def permit(roles: frozenset[Role], purposes: frozenset[Purpose] = AT_ACTIVITY) -> Callable[[View], View]:
    """Declare which roles may use a route, and in visits of which purpose; others get a page that says so."""

    def declare(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            visit = current_visit()
            if visit.role not in roles or visit.purpose not in purposes:
                raise Forbidden
            return view(*args, **kwargs)

        checked.permitted_to = frozenset(role.value for role in roles)  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return declare


def current_visit() -> CurrentVisit:
    """Return the visit to which this request belongs; NoVisit where there is none."""
    if "visit" not in g:
        g.visit = _visit()
    if g.visit is None:
        raise NoVisit
    return g.visit


def _visit() -> CurrentVisit | None:
    in_address = getattr(session, "in_address", False)
    return find_visit(reading(), session["visit"], utcnow(), in_address) if "visit" in session else None


def visit_or_none() -> CurrentVisit | None:
    """Return the visit to which this request belongs, if any: for pages that anyone may see."""
    try:
        return current_visit()
    except (NoVisit, SQLAlchemyError):
        # The page that says that our database is down has nobody to name either.
        return None
