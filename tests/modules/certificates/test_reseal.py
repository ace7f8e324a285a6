"""Our keys are sealed with another sealing key, and go on being the same keys."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

import db
from config import Settings
from core.sealing import WrongSealingKey, seal, unseal
from core.services import provide, service
from lti.key_models import SigningKey
from lti.keys import keep_keys
from modules.certificates.badge_keys import keep_badge_key
from modules.certificates.reseal import reseal
from modules.models import BadgeKey
from tests.conftest import NOW

BEFORE, AFTER, NEITHER = ("sealing key number one, long enough", "sealing key number two, long enough", "n" * 40)


def private_halves(session, settings: Settings) -> list[bytes]:
    kept = [*session.scalars(select(SigningKey)), *session.scalars(select(BadgeKey))]
    return [unseal(key.private_pem, settings) for key in kept]


@pytest.fixture
def before(session, settings: Settings) -> Settings:
    sealing = replace(settings, sealing_key=BEFORE)
    keep_keys(session, sealing, NOW)
    keep_badge_key(session, sealing, NOW)
    return sealing


def test_all_keys_open_with_the_new_sealing_key_alone_and_are_the_same(session, before: Settings) -> None:
    same, after = private_halves(session, before), replace(before, sealing_key=AFTER)
    assert reseal(session, BEFORE, after) == len(same)
    assert private_halves(session, after) == same
    with pytest.raises(WrongSealingKey):
        private_halves(session, before)


def test_done_twice_it_changes_nothing_more(session, before: Settings) -> None:
    after = replace(before, sealing_key=AFTER)
    same = private_halves(session, before)
    reseal(session, BEFORE, after)
    reseal(session, BEFORE, after)
    assert private_halves(session, after) == same


def test_a_key_that_opens_with_neither_is_told(session, before: Settings) -> None:
    with pytest.raises(WrongSealingKey):
        reseal(session, NEITHER, replace(before, sealing_key=AFTER))


class TestCommand:
    """``flask lti reseal-keys`` on a database that was sealed before, perhaps with the example of an earlier guide."""

    @pytest.fixture
    def app(self, app: Flask) -> Flask:
        settings = service(Settings, app)
        with db.database(app).transaction() as session:
            for key in (*session.scalars(select(SigningKey)), *session.scalars(select(BadgeKey))):
                key.private_pem = seal(unseal(key.private_pem, settings), replace(settings, sealing_key=BEFORE))
        provide(app, replace(settings, sealing_key=AFTER))
        return app

    def run(self, app: Flask, tmp_path: Path, key: str) -> Result:
        file = tmp_path / "before"
        file.write_text(f"{key}\n")
        return app.test_cli_runner().invoke(args=["lti", "reseal-keys", "--before", str(file)])

    def test_the_tool_can_be_prepared_again(self, app: Flask, tmp_path: Path) -> None:
        said = self.run(app, tmp_path, BEFORE)
        assert said.exit_code == 0 and "sealed with the present SEALING_KEY" in said.output
        with db.database(app).reading() as session:
            assert private_halves(session, service(Settings, app))

    def test_a_wrong_file_changes_nothing_and_is_told(self, app: Flask, tmp_path: Path) -> None:
        said = self.run(app, tmp_path, NEITHER)
        assert said.exit_code == 1 and "Neither SEALING_KEY nor the key in that file opens our keys." in said.output
        assert BEFORE not in said.output and NEITHER not in said.output
        assert self.run(app, tmp_path, BEFORE).exit_code == 0
