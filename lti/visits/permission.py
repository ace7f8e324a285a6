"""Who may use a route: declared on each, checked against the visit before the view runs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app, g, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden

from core.audit.domain.event import Actor, in_visit
from core.grants.domain.grant import GrantRole, HeldGrant, roles_in
from db import reading, utcnow
from lti.domain.message import Purpose
from lti.domain.roles import LEADING, Role
from lti.visits.held_grants import VisitGrants, grants_in
from lti.visits.visit import CurrentVisit, find_visit, hash_of

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
    """Declare that a route is open to everyone."""
    view.permitted_to = ANYONE  # type: ignore[attr-defined]  # noted on the function itself, for the law
    return view


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may use a route: people with one of these roles in the course or one of these grants, in such visits."""

    roles: frozenset[Role]
    purposes: frozenset[Purpose]
    grants: frozenset[GrantRole]

    def lets_in(self, visit: CurrentVisit) -> bool:
        """Say whether the person of this request's visit may use the route; grants are asked for where roles differ."""
        if visit.purpose not in self.purposes:
            return False
        return visit.role in self.roles or (bool(self.grants) and bool(self.grants & roles_in(current_grants())))

    @property
    def words(self) -> frozenset[str]:
        """Name the roles and the grants, which share words."""
        return frozenset(role.value for role in self.roles) | {f"grant: {grant.value}" for grant in self.grants}


def permit(
    roles: frozenset[Role],
    purposes: frozenset[Purpose] = AT_ACTIVITY,
    grants: frozenset[GrantRole] = frozenset(),
) -> Callable[[Callable[Taken, Given]], Callable[Taken, Given]]:
    """Declare which roles or grants may use a route, in visits of which purpose; others get a page that says so."""
    permission = Permission(roles, purposes, grants)

    def declare(view: Callable[Taken, Given]) -> Callable[Taken, Given]:
        @wraps(view)
        def checked(*args: Taken.args, **kwargs: Taken.kwargs) -> Given:
            if not permission.lets_in(current_visit()):
                raise Forbidden
            return view(*args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]  # likewise, for menus
        checked.permitted_to = permission.words  # type: ignore[attr-defined]  # likewise
        return checked

    return declare


def may_use(endpoint: str) -> bool:
    """Say whether there is a route of this name and the person of this request's visit may use it."""
    permission = getattr(current_app.view_functions.get(endpoint), "permission", None)
    return isinstance(permission, Permission) and permission.lets_in(current_visit())


def current_grants() -> tuple[HeldGrant, ...]:
    """Return the grants that the person of this request's visit holds now; asked for once in a request."""
    return visit_grants().held


def visit_grants() -> VisitGrants:
    """Return these grants, or that the person has to confirm their address first."""
    if "grants" not in g:
        g.grants = grants_in(reading(), current_visit(), utcnow())
    found: VisitGrants = g.grants
    return found


def has_desk() -> bool:
    """Say whether the person of this request's visit does more here than learn, or would once they have confirmed."""
    visit = current_visit()
    return visit.purpose in IN_COURSE and (visit.role in LEADERS or _holds_something(visit_grants()))


def is_known_to_have_desk() -> bool:
    """Say the same without asking for grants, as far as this request knows of any: for what all pages show."""
    visit, asked = current_visit(), g.get("grants", VisitGrants())
    return visit.purpose in IN_COURSE and (visit.role in LEADERS or _holds_something(asked))


def _holds_something(grants: VisitGrants) -> bool:
    return bool(grants.held) or grants.has_to_confirm


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


def visit_actor() -> Actor:
    """Return the person of this request's visit as the one who acts, for the record of who did what."""
    return in_visit(current_visit().person_id, hash_of(session["visit"]))


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
