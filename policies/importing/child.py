"""The process that reads one document: it limits itself, reads, and prints what it found as JSON.

Started by ``apart.py`` with the document, the seconds and the bytes that it may take. If the system cannot limit memory
or time (Windows; memory on macOS), the caller's own time limit still ends it.
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]  # it is asked for before it is used


def main() -> None:
    """Read the document that the arguments name within the limits that they name."""
    path, seconds, memory = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    limit(seconds, memory)
    # Anything a library prints would get into our answer.
    with contextlib.redirect_stdout(sys.stderr):
        answer = told_of(path, seconds, memory)
    print(json.dumps(answer))


def limit(seconds: int, memory: int) -> None:
    """Limit this process to this many seconds of computing and this many bytes, without a core dump."""
    if resource is None:
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            hard = resource.getrlimit(what)[1]
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def told_of(path: Path, seconds: int, memory: int) -> dict[str, Any]:
    """Return the outline of a document, or why it cannot be read, as JSON."""
    # Loaded within the limits, like all that is read with them.
    from policies.importing.apart import TOO_DEEP, Limits, outline_to
    from policies.importing.document import import_document
    from policies.importing.errors import UnreadableDocument

    try:
        return {"outline": outline_to(import_document(path))}
    except UnreadableDocument as error:
        return {"unreadable": [error.reason, error.remedy]}
    except MemoryError:
        return {"unreadable": Limits(seconds, memory).too_large}
    except RecursionError:
        return {"unreadable": TOO_DEEP}


if __name__ == "__main__":
    main()
    # Exit without freeing a document's objects one by one: with a deep document, that can fail.
    sys.stdout.flush()
    os._exit(0)
