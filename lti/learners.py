"""Learners: the people of a course who have to be trained. Lists count them, and an LMS takes grades for them."""

from sqlalchemy import Select, select

from lti.domain.roles import Role
from lti.models import Membership

LEARNS_NOW = Membership.role == Role.STAFF, Membership.left_at.is_(None)


def learners_in(course_id: int) -> Select[int]:
    """Select the ids of those who learn in a course now."""
    return select(Membership.person_id).where(Membership.course_id == course_id, *LEARNS_NOW)
