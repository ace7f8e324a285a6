"""The schools of a trust: each once, whatever its accents, and found by name or number."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from core.schools import WrongSchool, add_school, find_school, rename_school, schools_of, the_school
from tests.support.factories import NOW
from tests.support.grants import COMMAND


def add(session: Session, name: str, trust: str = "invictus") -> int:
    return add_school(session, trust, name, COMMAND, NOW).id


def test_a_school_is_found_by_its_number_or_its_name_whatever_accents_and_case_are_typed(session: Session) -> None:
    number = add(session, "St. Zoë’s  Primary")
    for given in ("st. zoe's primary", "ST. ZOË’S PRIMARY", str(number)):
        found = find_school(session, "invictus", given)
        assert found and (found.id, found.name) == (number, "St. Zoë’s Primary")


def test_schools_of_another_trust_are_not_found(session: Session) -> None:
    number = add(session, "Oak Primary", "agora")
    assert find_school(session, "invictus", "Oak Primary") is find_school(session, "invictus", str(number)) is None
    assert schools_of(session, "invictus") == []


def test_schools_are_listed_by_name_with_accents_where_people_look_for_them(session: Session) -> None:
    for name in ("Zebra High", "Élan Academy", "Farm Primary"):
        add(session, name)
    assert [school.name for school in schools_of(session, "invictus")] == ["Élan Academy", "Farm Primary", "Zebra High"]


def test_a_trust_has_each_school_once(session: Session) -> None:
    number = add(session, "Élan Academy")
    with pytest.raises(WrongSchool, match=f"already a school “Élan Academy”, with the number {number}"):
        add(session, "elan academy")
    assert add(session, "Elan Academy", "agora") != number


@pytest.mark.parametrize("name", ["", "  ", "\u202e", "12", "x" * 201])
def test_a_name_that_cannot_be_used_is_refused(session: Session, name: str) -> None:
    with pytest.raises(WrongSchool):
        add(session, name)


def test_a_school_can_be_renamed_but_not_like_another(session: Session) -> None:
    oak = the_school(session, "invictus", str(add(session, "Oak Primary")))
    add(session, "Elm Primary")
    with pytest.raises(WrongSchool, match="already a school “Elm Primary”"):
        rename_school(session, oak, "ELM primary", COMMAND, NOW)
    rename_school(session, oak, "OAK Primary", COMMAND, NOW)
    found = find_school(session, "invictus", "oak primary")
    assert found is oak and oak.name == "OAK Primary"
    recorded = select(AuditEvent.action).where(AuditEvent.thing_kind == "school").order_by(AuditEvent.id)
    assert session.scalars(recorded).all() == [*("added", "added", "renamed")]


def test_an_unknown_school_is_told_with_what_was_perhaps_meant(session: Session) -> None:
    with pytest.raises(WrongSchool, match="the trust invictus has none yet"):
        the_school(session, "invictus", "Oak Primary")
    add(session, "Oak Primary")
    with pytest.raises(WrongSchool, match="there is no school Oak Primry; did you mean Oak Primary"):
        the_school(session, "invictus", "Oak Primry")
    with pytest.raises(WrongSchool, match="there is no school 99999999999"):
        the_school(session, "invictus", "99999999999")
