"""Courses by the trust whose LMS they are on, and those that people can come from."""

from typing import Any

from sqlalchemy import Select, select

from lti.models import Course, Deployment, Platform

_AT = (
    select(Course.id)
    .join(Deployment, Deployment.id == Course.deployment_id)
    .join(Platform, Platform.id == Deployment.platform_id)
)
# Those of LMSs that are not switched off.
SERVED = _AT.where(Platform.switched_off_at.is_(None))


def courses_of(trust: str | None) -> Select[int]:
    """Select the ids of the courses of a trust, or of every trust."""
    return _AT.where(Platform.trust == trust) if trust else _AT


def with_platforms(selection: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return a selection of courses with the LMS of each, so that it can say something of them."""
    joined = selection.join(Deployment, Deployment.id == Course.deployment_id)
    return joined.join(Platform, Platform.id == Deployment.platform_id)


def named_courses(trust: str) -> Select[int, str, str]:
    """Select the courses of a trust: their ids and titles, and the names of the LMSs that they are on."""
    return with_platforms(select(Course.id, Course.title, Platform.name)).where(Platform.trust == trust)
