"""The commands ``grants`` and ``schools``: what they do, and what they say to a mistake."""

import pytest
from click.testing import Result
from flask import Flask

from core.grants.grants import held_by
from db import Database, utcnow
from tests.support.grants import ADDRESS

GIVE = ("grants", "give", "--trust", "invictus", "--email", ADDRESS, "--role")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def said(app: Flask, *words: str) -> str:
    answer = run(app, *words)
    assert answer.exit_code == 0, answer.output
    return answer.output


def refused(app: Flask, *words: str) -> str:
    answer = run(app, *words)
    assert answer.exit_code in {1, 2} and "Traceback" not in answer.output
    # click breaks lines where they are full.
    return " ".join(answer.output.split())


def test_a_school_lead_is_given_listed_and_withdrawn(app: Flask, database: Database) -> None:
    assert "is added to invictus" in said(app, "schools", "add", "--trust", "invictus", "Oak Primary")
    assert "Oak Primary" in said(app, "schools", "list", "--trust", "invictus")
    given = said(app, *GIVE, "school-lead", "--school", "oak primary", "--until", "2999-08-31")
    assert f"{ADDRESS} is school-lead for invictus until 2999-08-31." in given
    listed = said(app, "grants", "list", "--trust", "invictus")
    assert f"{ADDRESS} (Oak Primary) until 2999-08-31" in listed
    number = listed.split()[0]
    assert f"{ADDRESS} is no longer school-lead" in said(app, "grants", "withdraw", number)
    assert "withdrawn on" in said(app, "grants", "list")
    with database.reading() as session:
        assert held_by(session, "invictus", ADDRESS, utcnow()) == ()
    assert "No grant in force has the number" in refused(app, "grants", "withdraw", number)


def test_an_approver_is_given_with_a_title(app: Flask) -> None:
    said(app, *GIVE, "approver", "--title", "Headteacher")
    assert f"{ADDRESS} (Headteacher)" in said(app, "grants", "list")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("trust-leader",), "trust-lead"),
        (("school-lead",), "Name at least one school"),
        (("school-lead", "--school", "Oak Primry"), "did you mean Oak Primary"),
        (("trainer", "--school", "Oak Primary"), "Only a school lead has schools"),
        (("approver",), "Enter the title"),
        (("trainer", "--until", "2020-01-01"), "today or later"),
        (("trainer", "--until", "31.8.2027"), "does not match the format"),
        (("trainer", "--email", "jo"), "such as name@school.example"),
        (("trainer", "--trust", "invictos"), "did you mean invictus"),
    ],
)
def test_a_mistake_is_told_with_what_to_do_and_gives_nothing(app: Flask, words: tuple[str, ...], says: str) -> None:
    said(app, "schools", "add", "--trust", "invictus", "Oak Primary")
    assert says in refused(app, *GIVE, *words)
    assert "No one holds a grant yet" in said(app, "grants", "list")


def test_no_school_is_made_by_giving_a_grant_for_it(app: Flask) -> None:
    assert "has none yet. Add them first" in refused(app, *GIVE, "school-lead", "--school", "Oak Primary")
    assert "No school has been added yet" in said(app, "schools", "list")


def test_a_school_is_renamed_and_stays_the_same(app: Flask) -> None:
    said(app, "schools", "add", "--trust", "invictus", "Oak Primary")
    said(app, *GIVE, "school-lead", "--school", "Oak Primary")
    assert "is called Oak Academy" in said(
        app, "schools", "rename", "--trust", "invictus", "oak primary", "Oak Academy"
    )
    assert f"{ADDRESS} (Oak Academy)" in said(app, "grants", "list")
    assert "already a school" in refused(app, "schools", "add", "--trust", "invictus", "OAK ACADEMY")
