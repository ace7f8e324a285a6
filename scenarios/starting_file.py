"""What authors of scenarios start from: a commented starting file."""

import re
from pathlib import Path

STARTING_FILE = Path(__file__).parent / "starting-file.yaml"
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class NotStarted(Exception):
    """A new scenario that cannot be started; the message says why, and what to do about it."""


def start(key: str, folder: Path) -> Path:
    """Write a starting file for a new scenario and return its path; NotStarted where the key is wrong or taken."""
    if not KEY.fullmatch(key):
        raise NotStarted(f"“{key}” will not do: use lower-case letters, digits and hyphens, as in tagged-photos")
    path = folder / f"{key}.yaml"
    try:
        with path.open("x", encoding="utf-8") as new:
            new.write(STARTING_FILE.read_text(encoding="utf-8").replace("KEY", key, 1))
    except FileExistsError as error:
        raise NotStarted(f"{path.name} is there already: choose another key, or go on with that file") from error
    return path
