"""A tool that is served for real runs without the practice LMS and what that alone needs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT

# Put before a program: it lets Python find neither the practice LMS nor the library under it.
REFUSING = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("practice", "lti1p3platform"):
            raise ModuleNotFoundError(f"{name} is not part of a served tool", name=name)

sys.meta_path.insert(0, Refuse())
"""


def run(program: str, tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/tool.db",
        "QUEUE_URL": f"sqlite:///{tmp_path}/queue.db",
        "PUBLIC_URL": "https://tool.example",
        "SECRET_KEY": "only for tests, and long enough",
    }
    words = [sys.executable, "-c", REFUSING + program]
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("module", ["practice.app", "lti1p3platform.message_launch", "demo"])
def test_what_is_refused_cannot_be_imported(module: str, tmp_path: Path) -> None:
    ended = run(f"import {module}", tmp_path)
    assert ended.returncode != 0 and "is not part of a served tool" in ended.stderr


def test_the_tool_is_prepared_and_serves_a_page(tmp_path: Path) -> None:
    program = """
import app

tool = app.create_app()
done = tool.test_cli_runner().invoke(args=["prepare"])
assert done.exit_code == 0, done.output
print(tool.test_client().get("/health", base_url="https://tool.example").status_code)
"""
    ended = run(program, tmp_path)
    assert (ended.returncode, ended.stdout.split()[-1:]) == (0, ["200"]), ended.stderr


def test_only_the_practice_extra_asks_for_its_library() -> None:
    locks = {lock.stem: lock.read_text() for lock in (ROOT / "requirements").glob("*.txt")}
    assert [name for name, text in locks.items() if re.search("^lti1p3platform==", text, re.MULTILINE)] == ["practice"]
