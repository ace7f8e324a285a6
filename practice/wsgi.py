"""The practice LMS as a server runs it: settings from the environment, as the tool's own demo gives them."""

import os

from practice.app import create_practice_lms

application = create_practice_lms(
    url=os.environ.get("PRACTICE_URL", "http://localhost:8001"),
    tool_url=os.environ.get("PUBLIC_URL", "http://localhost:8000"),
    database=os.environ.get("PRACTICE_DATABASE", "var/practice.db"),
)
