"""Reading a document in a separate process, with limits on time and memory whatever the document is."""

import json
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from config import ROOT
from policies.domain.outline.parts import Outline, Part, Uncertainty
from policies.importing.errors import UnreadableDocument


@dataclass(frozen=True)
class Limits:
    """What the reading process may use: seconds, and bytes of address space.

    A policy takes less than one second. The command as a whole ends within 20, on a busy machine too, where it needs
    several to begin: these are seconds by the clock.
    """

    seconds: int = 8
    memory: int = 400_000_000

    @property
    def too_long(self) -> tuple[str, str]:
        """Return the words for a document that takes more time."""
        return f"reading it took longer than {self.seconds} seconds", NO_POLICY

    @property
    def too_large(self) -> tuple[str, str]:
        """Return the words for a document that takes more memory."""
        return f"reading it takes more than {self.memory // 1_000_000} MB of memory", NO_POLICY


NO_POLICY = "No policy needs that much. Save only its words, as .txt, and import that."
TOO_DEEP = (
    "it is nested too deeply",
    "No word processor makes files like that. Save only its words, as .txt, and import that.",
)
BROKE_DOWN = (
    "the reader failed on it",
    "It may be damaged. Save it again, or save only its words, as .txt, and import that.",
)


def import_apart(path: Path, limits: Limits = Limits()) -> Outline:
    """Return a document's outline as ``import_document`` does; also raises Unreadable if it would take too much."""
    most = [str(limits.seconds), str(limits.memory)]
    command = [sys.executable, "-m", "policies.importing.child", str(path.absolute()), *most]
    try:
        ended = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=limits.seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument(path, *limits.too_long) from error
    answer = _answer_in(ended.stdout)
    if "outline" in answer:
        return outline_from(answer["outline"])
    raise UnreadableDocument(path, *(answer.get("unreadable") or _why(ended.returncode, limits)))


def _answer_in(written: bytes) -> dict[str, Any]:
    """Return what the process said, or nothing if it ended before it could."""
    try:
        answer: dict[str, Any] = json.loads(written)
    except ValueError:
        return {}
    return answer


def _why(returned: int, limits: Limits) -> tuple[str, str]:
    # A process that uses up its time is ended by a particular signal; one without memory by any signal, or none.
    if -returned == getattr(signal, "SIGXCPU", None):
        return limits.too_long
    return limits.too_large if -returned in (signal.SIGABRT, getattr(signal, "SIGKILL", None)) else BROKE_DOWN


def outline_to(outline: Outline) -> dict[str, Any]:
    """Return an outline as JSON."""
    return asdict(outline)


def outline_from(told: dict[str, Any]) -> Outline:
    """Return the outline that ``outline_to`` has written as JSON."""
    parts = tuple(Part(**{**part, "heading": tuple(part["heading"])}) for part in told["parts"])
    return Outline(parts, tuple(told["headings"]), tuple(Uncertainty(**one) for one in told["unsure"]))
