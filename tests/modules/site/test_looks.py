"""Pages look like the trust's whose they are: its colours, and its logo where it has one."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from core.trusts import File, Presentation, set_trust
from db import Database
from lti.models import Platform
from modules.certificates.certificates import certificates_of
from policies.domain.palette import palette_of
from policies.shipped import profiles
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School
from tests.support.trusts import give_logo

MARKUP = re.compile(r'<link rel="stylesheet" href="(/trusts/[^"]+)">')


@pytest.fixture
def with_logo(database: Database) -> File:
    """Give the trust a logo."""
    return give_logo(database)


def colours_of(page: str, app: Flask) -> str:
    (address,) = MARKUP.findall(page)
    return app.test_client().get(address).text


def test_the_pages_of_a_visit_load_the_colours_of_its_trust(ada: Browser, app: Flask) -> None:
    page = ada.get("/module").text
    profile = profiles()["invictus"]
    assert f"--ftp-bar:{profile.dark};" in colours_of(page, app)
    assert f"--ftp-button:{profile.accent};" in colours_of(page, app)
    assert f'<meta name="theme-color" content="{profile.dark}">' in page
    assert page.index("build/app.css") < page.index("/trusts/invictus/colours.css")


def test_two_trusts_on_one_installation_look_different(school: School, database: Database, app: Flask) -> None:
    ada = school.visit()
    first = colours_of(ada.get("/module").text, app)
    with database.transaction() as session:
        session.get_one(Platform, school.platform.id).trust = "agora"
    second = colours_of(ada.get("/accessibility").text, app)
    assert profiles()["agora"].accent in second and profiles()["invictus"].accent not in second
    assert first != second


def test_the_page_of_a_certificate_is_in_the_look_of_the_trust_that_issued_it(
    ada: Browser, app: Flask, database: Database
) -> None:
    ada.play()
    with database.reading() as session:
        code = certificates_of(session, ada.person_id)[0].code
    public = app.test_client()
    page = public.get(f"/verify/{code}", follow_redirects=True).text
    assert profiles()["invictus"].dark in colours_of(page, app)
    assert MARKUP.findall(public.get("/verify").text) == []
    assert MARKUP.findall(public.get("/verify/0000-0000-0000-0000").text) == []


def test_an_error_page_of_a_visit_keeps_the_trusts_colours(ada: Browser) -> None:
    assert MARKUP.findall(ada.get("/nowhere").text)


@pytest.mark.parametrize("trust", sorted(profiles()))
def test_a_trusts_style_sheet_is_small_names_both_schemes_and_is_kept(app: Flask, trust: str) -> None:
    answer = app.test_client().get(f"/trusts/{trust}/colours.css")
    palette = palette_of(profiles()[trust].accent, profiles()[trust].dark)
    light, dark = answer.text.split("@media screen and (prefers-color-scheme:dark)")
    assert f"--govuk-link-colour:{palette.light['link']};" in light
    assert f"--govuk-link-colour:{palette.dark['link']};" in dark
    assert answer.mimetype == "text/css" and answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(answer.data) < 2_000


def test_every_colour_of_a_trust_is_one_that_the_products_style_sheet_uses(app: Flask) -> None:
    used = set(re.findall(r"var\((--[a-z-]+)", (Path(app.root_path) / "static/build/app.css").read_text()))
    named = set(re.findall(r"(--[a-z-]+):", app.test_client().get("/trusts/agora/colours.css").text))
    assert named - used == set()


@pytest.mark.parametrize("path", ["/trusts/nowhere/colours.css", "/trusts/nowhere/logo", "/trusts/invictus/logo"])
def test_what_a_trust_does_not_have_is_not_found(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404


def test_a_trust_without_a_profile_has_the_products_look(ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        set_trust(session, "invictus", Presentation("Invictus Education Trust"), "the trust")
    page = ada.get("/module").text
    assert MARKUP.findall(page) == [] and 'name="theme-color" content="#10363c"' in page


def test_the_logo_shows_in_the_head_of_pages_with_the_trusts_name(ada: Browser, app: Flask, with_logo: File) -> None:
    page = ada.get("/module").text
    (source, alternative), *more = re.findall(r'<img class="ftp-header__logo" src="([^"]+)" alt="([^"]+)">', page)
    assert alternative == "Invictus Education Trust" and more == []
    assert page.partition("<main")[0].count("Invictus Education Trust") == 1
    answer = app.test_client().get(source)
    assert (answer.data, answer.mimetype) == (with_logo.content, "image/svg+xml")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert problems_of(page) == []


def test_the_head_of_a_page_asks_the_database_nothing_of_its_own(
    ada: Browser, database: Database, with_logo: File
) -> None:
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    assert "/trusts/invictus/logo" in ada.get("/module").text
    (about_trusts,) = [query for query in queries if "trusts" in query]
    assert "visits" in about_trusts
