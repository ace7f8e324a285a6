"""A mistake in a data file is told with file, line and reason, and holds back only the modules that need the file."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

import db
import modules.content.shipped
import policies.shipped
import scenarios.shipped
from app import create_app
from config import ROOT, Settings
from core.data_files import read
from core.published import PublishedVersion, publish
from core.trusts import name_of_trust
from db import Database
from lti.domain.roles import Role
from lti.key_models import SigningKey
from lti.keys import keep_keys
from modules.certificates.badge_keys import keep_badge_key
from modules.content.ship import Shipment, ship_library
from modules.content.shipped import contents
from modules.models import ModuleVersion
from modules.prepare import shown
from policies.domain.policy import Policy
from policies.published import ACTS as ACTS_IN_FORCE
from policies.published import POLICY, VOCABULARY, acts_in_force, policies_in_force
from tests.support.factories import NOW
from tests.support.school import School, assert_polite

LIBRARIES = (policies.shipped, scenarios.shipped, modules.content.shipped)
KEPT = (
    policies.shipped.acts,
    policies.shipped.facts,
    policies.shipped.floor,
    policies.shipped.policy_shelf,
    policies.shipped.profile_shelf,
    scenarios.shipped.scenario_shelf,
    scenarios.shipped.contrast_set_shelf,
    modules.content.shipped.module_shelf,
    modules.content.shipped.offering,
)

Start = Callable[[str], Flask]
Told = Callable[[], list[str]]
ACTS = "policies/acts.yaml"
FACTS = "policies/facts.yaml"
FLOOR = "policies/floor.yaml"
AGORA = "policies/trusts/agora.yaml"
STANCES = "policies/stances/agora.yaml"
PROFILE = "policies/profiles/agora.yaml"
TAGGED = "scenarios/tagged-photos.yaml"
ESSENTIALS = "modules/essentials.yaml"
OFFERING = "offering.yaml"

# Run in a process of its own, with the libraries looking for their data in the folder given.
PREPARE = """
import sys
from pathlib import Path
import modules.content.shipped, policies.shipped, scenarios.shipped
for library in (policies.shipped, scenarios.shipped, modules.content.shipped):
    library.DATA = Path(sys.argv[1], library.__package__.partition(".")[0])
from app import create_app
create_app().cli.main(args=["prepare"])
"""


def forget() -> None:
    for library in KEPT:
        library.cache_clear()


@cache
def stories_of_essentials() -> tuple[str, ...]:
    return modules.content.shipped.modules()["essentials"].scenarios


def keep_only(folder: Path, keys: Iterable[str]) -> None:
    for file in folder.glob("*.yaml"):
        if file.stem not in keys:
            file.unlink()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the libraries read copies of their files, which a test may break; of one module alone, to be quick."""
    kept = stories_of_essentials()
    for library in LIBRARIES:
        copy = tmp_path / library.__package__.partition(".")[0]
        shutil.copytree(library.DATA, copy)
        monkeypatch.setattr(library, "DATA", copy)
    keep_only(tmp_path / "modules", ["essentials"])
    (tmp_path / "offering.yaml").write_text("order: [essentials]\nstarter: [essentials]\n", encoding="utf-8")
    keep_only(tmp_path / "scenarios", kept)
    forget()
    yield tmp_path
    forget()


def change(file: Path, old: str, new: str) -> int:
    """Replace the first such words of a file; the line, from 1, on which the new ones begin."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.fixture
def start() -> Iterator[Start]:
    """Give what starts the application on a database; what it holds open is closed at the end."""
    started: list[Flask] = []

    def begin(url: str) -> Flask:
        started.append(create_app(Settings(secret_key="only for tests", database_url=url)))
        return started[-1]

    yield begin
    for app in started:
        db.database(app).engine.dispose()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make tables and keys once; each test works on a copy."""
    file = tmp_path_factory.mktemp("migrated") / "tool.db"
    db.migrate(f"sqlite:///{file}")
    database = Database(f"sqlite:///{file}")
    with database.transaction() as session:
        keep_keys(session, Settings(), NOW)
        keep_badge_key(session, Settings(), NOW)
    database.engine.dispose()
    return file


@pytest.fixture
def told(data: Path, migrated: Path, start: Start) -> Told:
    """Give what prepares the database, which it does whatever is wrong, and returns the mistakes that it tells."""
    url = f"sqlite:///{shutil.copy(migrated, data / 'tool.db')}"

    def prepare() -> list[str]:
        ended = start(url).test_cli_runner().invoke(args=["prepare"])
        assert ended.exit_code == 0
        first, *lines = ended.stderr.splitlines()
        assert first.startswith("Mistakes in files.")
        return [line.strip() for line in lines]

    return prepare


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (ACTS, "key: contact.block-current-pupil", "key: contact.accept-current-pupil", "is listed twice"),
        (FACTS, "key: cover.also", "key: doubt.ask", "is listed twice"),
        (AGORA, "answer: manager", "answer: headmaster", "headmaster is not an answer to doubt.ask"),
        (AGORA, 'answer: manager, clauses: ["6.4"]', "answer: manager", "the fact doubt.ask names no clause"),
        (STANCES, "ask.at-school-first:", "ask.nobody:", "ask.nobody is not an act in the vocabulary"),
        (STANCES, "stance: permitted,", "stance: allowed,", "stance: Input should be"),
        (AGORA, "key: agora", "key: agoraphobia", "the key is agoraphobia, but the file is called agora.yaml"),
        (PROFILE, "accent: ", 'accent: "#ffffff" #', "too pale"),
        (PROFILE, "shows: name", "shows: all", "verification_shows: Input should be 'name' or 'initials'"),
        (TAGGED, "leads_to: ", "leads_to: nowhere-", "which is not a scene"),
        (TAGGED, "acts: [", "acts: [dance.on-table, ", "dance.on-table is not an act in the vocabulary"),
        (TAGGED, "topic: ", "mood: merry\ntopic: ", "mood: there is no field of this name here"),
        (TAGGED, "topic: ", "title: Again\ntopic: ", 'found duplicate key "title"'),
        (TAGGED, "summary: ", "summary: once: ", "mapping values are not allowed here"),
        (ESSENTIALS, "pass_mark: 80", "pass_mark: 800", "the pass mark must be a percentage from 1 to 100"),
        (ESSENTIALS, "- privacy-settings/picture", "- privacy-settings/video", "is not a scene of this module"),
        (ESSENTIALS, "[privacy-settings,", "[privacy-setings,", "privacy-setings is not a scenario"),
        (OFFERING, "starter: [", "starter: [boundaries, ", "boundaries is not a module"),
        (OFFERING, "order: [", "order: [essentials, ", "essentials is listed twice"),
        (OFFERING, "order: ", "sequence: ", "there is no field of this name here"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(data: Path, told: Told, file: str, old: str, new: str, says: str) -> None:
    line = change(data / file, old, new)
    first = told()[0]
    assert first.startswith(f"{data / file}:{line}: ")
    assert says in first


@pytest.mark.parametrize("file", [ACTS, FACTS, AGORA, STANCES, PROFILE, TAGGED, ESSENTIALS])
def test_an_empty_file_is_told(data: Path, told: Told, file: str) -> None:
    (data / file).write_text("", encoding="utf-8")
    lines = told()
    assert [line for line in lines if ".yaml" in line] == [f"{data / file}:1: the file is empty"]


@pytest.mark.parametrize("file", [AGORA, TAGGED, ESSENTIALS])
def test_a_list_in_place_of_a_mapping_is_told(data: Path, told: Told, file: str) -> None:
    (data / file).write_text("- key: a\n- key: b\n", encoding="utf-8")
    assert f"{data / file}:1: the file: a mapping is wanted here" in told()[0]


@pytest.mark.parametrize("file", [AGORA, TAGGED, ESSENTIALS])
@pytest.mark.parametrize("name", ["a-copy", "z-copy"])
def test_a_second_file_with_the_same_key_is_told_and_the_first_stays_in_use(
    data: Path, told: Told, file: str, name: str
) -> None:
    first = data / file
    second = Path(shutil.copy(first, first.with_stem(name)))
    lines = told()
    assert f"{second}:1: the key {first.stem} is that of another file, {first.name}" in lines
    assert len(contents()) == 5


def test_a_scenario_without_scenes_is_told(data: Path, told: Told) -> None:
    file = data / TAGGED
    file.write_text("key: tagged-photos\ntitle: T\ntopic: T\nsummary: S\nscenes: []\n", encoding="utf-8")
    assert told() == [
        f"{file}:5: a scenario needs scenes",
        "Held back for every trust: essentials",
    ]


def test_preparing_from_the_command_line_tells_the_mistake_and_goes_on(data: Path, migrated: Path) -> None:
    line = change(data / TAGGED, "acts: [", "acts: [dance.on-table, ")
    command = [sys.executable, "-c", PREPARE, str(data)]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{shutil.copy(migrated, data / 'tool.db')}"}
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False, env=environment
    )
    assert ended.returncode == 0
    assert f"{data / TAGGED}:{line}: scene " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "meant"),
    [
        (TAGGED, "acts: [photo.", "acts: [fotos.", "photo."),
        (TAGGED, "leads_to: stage", "leads_to: stages", "stage"),
        (TAGGED, "summary: ", "sumary: ", "summary"),
        (STANCES, "ask.at-school-first:", "ask.at-school-frist:", "ask.at-school-first"),
        (PROFILE, "key: agora", "key: agroa", "agora"),
        (ESSENTIALS, "[privacy-settings,", "[privacy-setings,", "privacy-settings"),
        (ESSENTIALS, "- privacy-settings/picture", "- privacy-settings/pictures", "privacy-settings/picture"),
        (OFFERING, "starter: [", "starter: [esentials, ", "essentials"),
        (ESSENTIALS, "scenarios: ", "renews: [esentials]\nscenarios: ", "essentials"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_what_was_probably_meant(
    data: Path, told: Told, file: str, old: str, new: str, meant: str
) -> None:
    change(data / file, old, new)
    assert any(f"; did you mean {meant}" in line for line in told())


class Prepared:
    """A database that was prepared while every file was right, and the command that prepares it again."""

    def __init__(self, url: str, start: Start) -> None:
        self.url, self._start = url, start
        assert self.prepare().exit_code == 0

    def prepare(self, *words: str) -> Result:
        forget()
        return self.app().test_cli_runner().invoke(args=["prepare", *words])

    def app(self) -> Flask:
        return self._start(self.url)

    def versions(self) -> dict[str, int]:
        with db.database(self.app()).reading() as session:
            latest = session.scalars(select(ModuleVersion).order_by(ModuleVersion.number)).all()
        return {version.trust: version.number for version in latest}


@pytest.fixture
def prepared(data: Path, empty_database: str, start: Start) -> Prepared:
    return Prepared(empty_database, start)


TRUSTS = ("agora", "chancery", "invictus", "societas", "unnamed")


def test_preparing_says_which_database_and_what_was_done(prepared: Prepared, data: Path) -> None:
    said = prepared.prepare().output.splitlines()
    assert said[0] == f"Database: {prepared.url}"
    assert said[1].startswith("Tables: up to date (version ")
    assert said[2:] == ["Keys: no new keys needed", "Modules: 0 published, 5 unchanged"]
    change(data / AGORA, "title: ", "title: New ")
    assert prepared.prepare().output.splitlines()[3:] == [
        "Modules: 1 published, 4 unchanged",
        "  essentials, version 2: agora",
    ]


def test_the_first_preparing_says_what_it_made(data: Path, empty_database: str, start: Start) -> None:
    app = start(empty_database)
    said = app.test_cli_runner().invoke(args=["prepare"]).output.splitlines()
    assert said[1].startswith("Tables: made (version ")
    assert said[2:4] == [
        "Keys: made 1 for launches and grades and 1 for badges",
        "Modules: 5 published, 0 unchanged",
    ]


def test_preparing_is_done_whole_although_no_one_reads_all_that_it_says(empty_database: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": empty_database,
        "QUEUE_URL": f"sqlite:///{tmp_path}/queue.db",
        "SECRET_KEY_FILE": str(tmp_path / "secret-key"),
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "prepare"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as preparing:
        assert preparing.stdout and preparing.stdout.readline().startswith("Database: ")
        preparing.stdout.close()
        said = preparing.stderr.read() if preparing.stderr else ""
    assert "cannot be used" not in said and "Traceback" not in said
    database = Database(empty_database)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SigningKey)) == 1
        assert session.scalar(select(func.count()).select_from(ModuleVersion))
    database.engine.dispose()


def test_keys_that_could_not_be_kept_are_not_told_of_as_made(
    data: Path, empty_database: str, monkeypatch: pytest.MonkeyPatch, start: Start
) -> None:
    def full(*_told: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("modules.prepare.ship_library", full)
    app = start(empty_database)
    ended = app.test_cli_runner().invoke(args=["prepare"])
    assert ended.exit_code == 1 and "No space left on device" in ended.output
    assert "Keys: made" not in ended.output


def test_something_published_elsewhere_at_the_same_moment_does_not_stop_the_preparing(
    prepared: Prepared, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def ship_with_another(session: Session, now: datetime) -> Shipment:
        outcome = ship_library(session, now)
        tries.append(outcome)
        if len(tries) == 1:
            # The number that someone else was quicker to take.
            taken = session.scalars(select(PublishedVersion)).first()
            assert taken
            same = {name: getattr(taken, name) for name in ("kind", "key", "number", "digest", "content", "origin")}
            session.add(PublishedVersion(**same, published_at=now))
            session.flush()
        return outcome

    change(data / AGORA, "title: ", "title: New ")
    monkeypatch.setattr("modules.prepare.ship_library", ship_with_another)
    ended = prepared.prepare()
    assert ended.exit_code == 0 and "Modules: 1 published, 4 unchanged" in ended.output
    assert len(tries) == 2
    assert prepared.versions() == dict.fromkeys(TRUSTS, 1) | {"agora": 2}


@pytest.mark.parametrize(
    ("url", "shown_as"),
    [
        ("postgresql://fit:s3cret@db.example/fit", "postgresql://fit:***@db.example/fit"),
        (
            "postgresql://db.example/fit?user=fit&password=s3cret",
            "postgresql://db.example/fit?password=HIDDEN&user=fit",
        ),
    ],
)
def test_a_password_of_the_database_is_not_shown(url: str, shown_as: str) -> None:
    assert shown(url) == shown_as


def test_a_mistake_in_a_draft_leaves_the_last_published_version_in_use(prepared: Prepared, data: Path) -> None:
    line = change(data / TAGGED, "acts: [", "acts: [dance.on-table, ")
    again = prepared.prepare()
    assert again.exit_code == 0
    assert f"{data / TAGGED}:{line}: scene " in again.stderr
    assert "Held back for every trust: essentials" in again.stderr
    assert prepared.versions() == dict.fromkeys(TRUSTS, 1)
    assert prepared.app().test_client().get("/ready").json["training"] == "ok"
    assert prepared.prepare("--strict").exit_code == 1


def test_nothing_is_published_without_the_floor_that_fails_what_is_forbidden_everywhere(
    data: Path, told: Told, empty_database: str, start: Start
) -> None:
    (data / FLOOR).write_text("", encoding="utf-8")
    assert told() == [f"{data / FLOOR}:1: the file is empty", "Held back for every trust: essentials"]
    prepared = start(empty_database).test_cli_runner().invoke(args=["prepare"])
    assert "Modules: 0 published, 0 unchanged" in prepared.stdout


def test_a_module_that_mistakes_leave_without_rule_checks_keeps_its_last_version(
    prepared: Prepared, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = shutil.copytree(scenarios.shipped.CONTRAST_SETS, data / "contrast_sets")
    monkeypatch.setattr(scenarios.shipped, "CONTRAST_SETS", sets)
    for file in sets.glob("*.yaml"):
        file.write_text("", encoding="utf-8")
    change(data / TAGGED, "title: ", "title: New ")
    again = prepared.prepare()
    assert f"{sets / 'photo.yaml'}:1: the file is empty" in again.stderr
    assert "Held back for every trust: essentials" in again.stderr
    assert prepared.versions() == dict.fromkeys(TRUSTS, 1)


def test_a_mistake_in_one_trusts_policy_holds_back_that_trust_alone(prepared: Prepared, data: Path) -> None:
    change(data / STANCES, "stance: permitted,", "stance: allowed,")
    change(data / TAGGED, "title: ", "title: New ")
    again = prepared.prepare()
    assert "Held back with every module: agora" in again.stderr
    assert prepared.versions() == dict.fromkeys(TRUSTS, 2) | {"agora": 1}
    with db.database(prepared.app()).reading() as session:
        assert name_of_trust(session, "agora") == policy_of_agora(data).trust


def test_a_mistake_in_a_shipped_policy_holds_back_nothing_where_the_trust_has_published_its_own(
    prepared: Prepared, data: Path
) -> None:
    with db.database(prepared.app()).transaction() as session:
        own = replace(policies_in_force(session)["agora"], title="Our own policy")
        publish(session, POLICY, "agora", own, "the trust", NOW)
    change(data / STANCES, "stance: permitted,", "stance: allowed,")
    again = prepared.prepare()
    assert f"{data / STANCES}" in again.stderr and "Held back" not in again.stderr
    assert prepared.versions() == dict.fromkeys(TRUSTS, 1) | {"agora": 2}


def test_a_module_that_needs_an_act_that_is_not_in_force_is_named_with_it(prepared: Prepared) -> None:
    with db.database(prepared.app()).transaction() as session:
        shorter = tuple(act for act in acts_in_force(session).values() if act.key != "photo.leave-tagged-picture")
        publish(session, ACTS_IN_FORCE, VOCABULARY, shorter, "the trusts", NOW)
    said = prepared.prepare().stdout.splitlines()
    assert said[3:] == [
        "Modules: 0 published, 0 unchanged",
        "  essentials is left as it is: what is in force lacks act photo.leave-tagged-picture",
    ]


def policy_of_agora(data: Path) -> Policy:
    """Return what the file says though it cannot be used because of its stances."""
    return read(data / AGORA, Policy).value


def test_where_nothing_was_ever_published_the_tool_starts_and_says_that_it_is_not_ready(
    data: Path, empty_database: str, start: Start
) -> None:
    (data / ACTS).write_text("", encoding="utf-8")
    app = start(empty_database)
    prepared = app.test_cli_runner().invoke(args=["prepare"])
    assert prepared.exit_code == 0 and f"{data / ACTS}:1: the file is empty" in prepared.stderr
    ready = app.test_client().get("/ready")
    assert (ready.status_code, ready.json["training"]) == (503, "not ready")


def test_a_database_that_cannot_be_used_ends_the_preparing_with_words(data: Path, tmp_path: Path, start: Start) -> None:
    file = tmp_path / "notes.db"
    file.write_text("These are my notes, and no database at all. " * 100, encoding="utf-8")
    app = start(f"sqlite:///{file}")
    ended = app.test_cli_runner().invoke(args=["prepare"])
    assert ended.exit_code == 1
    assert f"Database: sqlite:///{file}" in ended.output and "Check DATABASE_URL" in ended.output


def test_a_driver_that_is_not_installed_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SystemExit) as ended:
        create_app(Settings(secret_key="only for tests", database_url="postgresql+psycopg://fit@db.example/fit"))
    assert str(ended.value).startswith("Fit to Post cannot start.\nDATABASE_URL names a kind of database")
    assert "(psycopg)" in str(ended.value) and "EXTRAS=postgres ./run serve" in str(ended.value)


def test_a_database_of_a_newer_version_ends_the_preparing_with_words(prepared: Prepared) -> None:
    database = Database(prepared.url)
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.engine.dispose()
    ended = prepared.prepare()
    assert ended.exit_code == 1
    assert "The database has tables from a different version of Fit to Post" in ended.output


@pytest.mark.parametrize(
    "command", [["policies", "compare"], ["policies", "coverage"], ["policies", "check-scenarios"]]
)
def test_a_command_that_needs_the_vocabulary_ends_with_its_mistake(
    data: Path, tmp_path: Path, command: list[str], start: Start
) -> None:
    (data / ACTS).write_text("", encoding="utf-8")
    app = start(f"sqlite:///{tmp_path}/new.db")
    ended = app.test_cli_runner().invoke(args=command)
    assert ended.exit_code == 1
    assert f"{data / ACTS}:1: the file is empty" in ended.output
    assert ended.exception is None or isinstance(ended.exception, SystemExit)


def test_pages_that_need_a_policy_say_that_none_is_published_and_the_others_stay(
    app: Flask, database: Database
) -> None:
    with database.transaction() as session:
        session.execute(delete(PublishedVersion))
    mara = School(app, database).visit("Mara Lindqvist", Role.TRAINER)
    assert_polite(mara.get("/compare"), 503, "This page cannot be shown at the moment")
    assert mara.get("/people").status_code == 200
    found = mara.get("/policy?q=photos")
    assert found.status_code == 200 and "2 clauses" in found.text
    assert mara.get("/policy?q=joke").status_code == 200


@pytest.fixture
def without_files(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Start the application, though no data file can be read."""

    def unreadable(path: Path) -> str:
        raise AssertionError(f"{path} is read")

    monkeypatch.setattr("core.data_files._text_of", unreadable)
    forget()
    app = create_app(settings)
    yield app
    db.database(app).engine.dispose()
    forget()


def test_every_kind_of_page_is_served_though_no_data_file_can_be_read(without_files: Flask) -> None:
    school = School(without_files, db.database(without_files))
    ada, mara = school.visit(), school.visit("Mara Lindqvist", Role.TRAINER)
    attempt = ada.play()
    own = ("/module", "/certificates", "/policy", "/policy?q=joke", "/stories/fork", f"/attempts/{attempt}/result")
    assert [path for path in own if ada.get(path).status_code != 200] == []
    assert [path for path in ("/people", "/compare", "/nowhere") if mara.get(path).status_code >= 500] == []
    world = without_files.test_client()
    public = ("/verify", "/trusts/invictus/colours.css", "/issuers/invictus.json", "/issuers/invictus.png", "/health")
    assert [path for path in public if world.get(path).status_code != 200] == []


def test_a_mistake_that_is_made_after_the_start_changes_no_page(data: Path, app: Flask, database: Database) -> None:
    mara = School(app, database).visit("Mara Lindqvist", Role.TRAINER)
    before = main_of(mara.get("/compare").text)
    (data / ACTS).write_text("", encoding="utf-8")
    assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    assert main_of(mara.get("/compare").text) == before


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]
