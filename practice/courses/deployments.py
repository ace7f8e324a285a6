"""The deployment that a launch names: a number in Moodle's mood, hexadecimal text in Canvas's."""

from hashlib import sha1

from practice.models import Course
from practice.moods import Mood


def deployment_id(mood: Mood, course: Course) -> str:
    """The course's deployment; that of a client registered here is what its registration made it in either mood."""
    if mood is Mood.CANVAS and course.tool.registered_at is None:
        return canvas_deployment_id(course.client_id)
    return course.deployment_id


def canvas_deployment_id(client_id: str) -> str:
    """The deployment that Canvas gives to a client of the first start."""
    return sha1(client_id.encode(), usedforsecurity=False).hexdigest()
