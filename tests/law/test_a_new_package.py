"""A package that nobody has told the laws about obeys them from its first day: tried on a copy of the project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.law.sources import ROOT, everything, outside_tests

LAWS = ("test_docstrings", "test_import_order", "test_pure_domain", "test_sizes")
LONG_FUNCTION = "import app\n\n\ndef print_all():\n" + "    app.create_app()\n" * 59


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the project's Python files, of its tests only the laws."""
    sources = [*outside_tests(), *(source for source in everything() if source.folder == "tests/law")]
    for place in [source.place for source in sources] + [".gitignore", "pyproject.toml"]:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / place, tmp_path / place)
    return tmp_path


def judge(project: Path) -> tuple[int, str]:
    """Hold a project against its laws; return pytest's exit code, and what it says."""
    laws = [f"tests/law/{law}.py" for law in LAWS]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    run = [sys.executable, "-m", "pytest", "--noconftest", "-p", "no:cacheprovider", "-vv", *laws]
    done = subprocess.run(run, cwd=project, env=environ, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_a_new_package_that_breaks_the_laws_turns_the_run_red(copy: Path) -> None:
    (copy / "leaflets/domain").mkdir(parents=True)
    (copy / "leaflets/printing.py").write_text(LONG_FUNCTION)
    (copy / "leaflets/domain/fold.py").write_text('"""How a leaflet is folded."""\n\nimport flask\n\nflask.g\n')
    code, said = judge(copy)
    assert code == pytest.ExitCode.TESTS_FAILED
    for broken in (
        "assert ['leaflets'] == []",
        "give it a place in the line",
        "leaflets/printing.py:1 imports app",
        "leaflets/printing.py:4 print_all has 60 lines",
        "leaflets/printing.py:4 print_all'",
        "leaflets/domain/fold.py:3 imports flask",
    ):
        assert broken in said, said
