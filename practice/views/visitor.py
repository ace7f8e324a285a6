"""Who the visitor is being and where: one of the practice people, kept in the session cookie, in some course."""

from flask import abort
from flask import session as cookie

from practice.courses.catalogue import course_by_key
from practice.courses.enrolments import enrolled_by_id
from practice.courses.people import PEOPLE, PracticePerson
from practice.lms import current_session
from practice.models import Course
from practice.storage import Host

# A visitor who starts without choosing is a member of staff, since the training is for them.
FIRST = next(person for person in PEOPLE if person.is_graded)


def current_person() -> PracticePerson:
    """The person that the visitor has chosen to be, or the first member of staff."""
    return enrolled_by_id(current_session(), cookie.get("person", "")) or FIRST


def leading_person() -> PracticePerson:
    """The current person, who must be a trainer or manager for what was asked."""
    person = current_person()
    if not person.leads:
        abort(403, "Only a trainer or a manager may do this. Become one of them on the course’s page.")
    return person


def become(person: PracticePerson) -> None:
    """Be that person from now on."""
    cookie["person"] = person.id


def current_host() -> Host:
    """Who answers the tool's messages in this browser, in Canvas's mood."""
    return Host(cookie.get("host", Host.PAGE))


def choose_host(host: Host) -> None:
    """Have the tool's messages answered like that from now on."""
    cookie["host"] = host.value


def course_at(key: str) -> Course:
    """The course at that address, or 404."""
    return course_by_key(current_session(), key) or abort(404)
