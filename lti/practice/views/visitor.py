"""Who the visitor is being: one of the practice people, kept in the session cookie."""

from flask import session as cookie

from lti.practice.courses import PEOPLE, PracticePerson, person_by_id

# Somebody who starts without choosing is a member of staff, since the training is for them.
FIRST = next(person for person in PEOPLE if person.is_graded)


def current_person() -> PracticePerson:
    """The person that the visitor has chosen to be, or the first member of staff."""
    return person_by_id(cookie.get("person", "")) or FIRST


def become(person: PracticePerson) -> None:
    """Be that person from now on."""
    cookie["person"] = person.id
