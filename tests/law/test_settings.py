"""Every setting has a reason, and stands in docs/settings.md under the name that it has in the environment."""

import dataclasses
import re

from config import Settings
from tests.law.sources import ROOT


def settings_without_a_reason(settings: type) -> list[str]:
    return [field.name for field in dataclasses.fields(settings) if not field.metadata.get("reason", "").strip()]


def undocumented_settings(settings: type, page: str) -> list[str]:
    named = set(re.findall(r"`([A-Z0-9_]+)`", page))
    return [field.name.upper() for field in dataclasses.fields(settings) if field.name.upper() not in named]


def test_settings_cannot_be_changed_once_read():
    assert Settings.__dataclass_params__.frozen


def test_every_setting_has_a_reason():
    assert settings_without_a_reason(Settings) == []


def test_every_setting_is_documented():
    assert undocumented_settings(Settings, (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")) == []


@dataclasses.dataclass(frozen=True)
class TwoSettings:
    """Settings of which one has no reason."""

    port: int = dataclasses.field(default=8000, metadata={"reason": "Free on most machines"})
    threads: int = 8


def test_a_setting_without_a_reason_is_noticed():
    assert settings_without_a_reason(TwoSettings) == ["threads"]


def test_a_setting_that_is_not_documented_is_noticed():
    assert undocumented_settings(TwoSettings, "| `PORT` | 8000 | free; THREADS |") == ["THREADS"]
    assert undocumented_settings(TwoSettings, "| `PORT` | 8000 |\n| `THREADS` | 8 |") == []
