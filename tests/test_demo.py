"""The first command that anyone tries: it brings both halves of the demo up, and one signal ends both."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from config import ROOT
from tests.support.servers import free_port


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout that ./run has set up before, so that it installs nothing."""
    place = tmp_path / "a checkout"
    kept_out = shutil.ignore_patterns(".*", "var", "node_modules", "__pycache__", "tests")
    shutil.copytree(ROOT, place, ignore=kept_out, symlinks=True)
    (place / ".venv").mkdir()
    for part in (ROOT / ".venv").iterdir():
        if part.name != "made-at":
            (place / ".venv" / part.name).symlink_to(part)
    (place / ".venv" / "made-at").write_text(f"{place}\n")
    (place / "node_modules").symlink_to(ROOT / "node_modules")
    (place / "var").mkdir()
    for stamp in ("styles.stamp", "npm.stamp"):
        files = ["package-lock.json", *(sorted(place.glob("static/*.scss")) if stamp == "styles.stamp" else [])]
        together = b"".join((place / file).read_bytes() for file in files)
        done = subprocess.run(["cksum"], input=together, capture_output=True, check=True)
        (place / "var" / stamp).write_bytes(done.stdout)
    return place


@pytest.fixture
def demo(checkout: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    ports = {"PORT": str(free_port()), "PRACTICE_PORT": str(free_port())}
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | ports
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    running = subprocess.Popen(["sh", "run", "demo"], cwd=checkout, env=environment, start_new_session=True, **told)
    try:
        yield running, ports
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        running.stdout.close()


def test_the_demo_starts_on_the_ports_that_were_asked_for_and_one_signal_ends_it(demo) -> None:
    running, ports = demo
    lines = []
    for line in running.stdout:
        lines.append(line)
        if line.startswith("Ctrl-C"):
            break
    assert lines and lines[-1].startswith("Ctrl-C"), "".join(lines)
    tool, practice = (f"http://localhost:{ports[name]}" for name in ("PORT", "PRACTICE_PORT"))
    assert f"Start here, in the practice LMS:  {practice}\n" in lines
    assert requests.get(f"{tool}/ready", timeout=10).ok
    assert "Invictus" in requests.get(practice, timeout=10).text
    running.send_signal(signal.SIGTERM)
    running.stdout.read()
    assert running.wait(timeout=30) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{tool}/health", timeout=2)
