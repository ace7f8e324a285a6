"""A trust is a row: how it presents itself can change, and what belongs to it cannot be without it."""

import pytest
from sqlalchemy.exc import IntegrityError

from core.published import SHIPPED
from core.trusts import File, Presentation, Trust, file_of, find_trust, names_of_trusts, set_trust, trusts_with
from db import Database
from tests.support.factories import add_platform

LOGO = File("elm.svg", "image/svg+xml", b"<svg/>")
ELM = Presentation("Elm Trust", {"accent": "#0b6470"}, {"logo": LOGO})
OURS = "school"


def set_elm(database: Database, presented: Presentation, origin: str = SHIPPED) -> None:
    with database.transaction() as session:
        set_trust(session, "elm", presented, origin)


def elm(database: Database) -> tuple[str, dict[str, str] | None, bytes | None]:
    with database.reading() as session:
        trust, logo = session.get_one(Trust, "elm"), file_of(session, "elm", "logo")
        return trust.name, trust.profile, logo.content if logo else None


def test_a_trust_is_kept_with_its_profile_and_files(database: Database) -> None:
    set_elm(database, ELM)
    assert elm(database) == ("Elm Trust", {"accent": "#0b6470"}, b"<svg/>")
    with database.reading() as session:
        logo = file_of(session, "elm", "logo")
        assert logo and (logo.name, logo.media_type, logo.size) == ("elm.svg", "image/svg+xml", 6)
        assert file_of(session, "elm", "document") is None
        assert names_of_trusts(session)["elm"] == "Elm Trust"
        assert trusts_with(session, {"elm", "oak"}).keys() == {"elm"}
        assert find_trust(session, "oak") is None


def test_a_later_edition_takes_the_place_of_the_earlier_one_files_included(database: Database) -> None:
    set_elm(database, ELM)
    set_elm(database, Presentation("Elm Schools"))
    assert elm(database) == ("Elm Schools", None, None)


def test_what_was_set_here_is_not_replaced_by_what_is_shipped(database: Database) -> None:
    set_elm(database, ELM)
    set_elm(database, Presentation("Our Elm"), OURS)
    set_elm(database, Presentation("Elm Schools"))
    assert elm(database) == ("Our Elm", None, None)


def test_what_was_set_here_stays_though_the_product_shipped_the_same_at_the_time(database: Database) -> None:
    set_elm(database, ELM)
    set_elm(database, ELM, OURS)
    set_elm(database, Presentation("Elm Schools"))
    assert elm(database)[0] == "Elm Trust"


def test_another_picture_of_the_same_name_is_another_edition(database: Database) -> None:
    changed = Presentation(ELM.name, ELM.profile, {"logo": File("elm.svg", "image/svg+xml", b"<svg></svg>")})
    assert changed.digest != ELM.digest
    set_elm(database, ELM)
    set_elm(database, changed)
    assert elm(database)[2] == b"<svg></svg>"


def test_no_lms_belongs_to_a_trust_that_there_is_not(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        add_platform(session, trust="nowhere")
