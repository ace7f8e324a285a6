"""The practice LMS as a server runs it: settings from the environment, as the tool's own demo gives them."""

import os

from practice.app import create_practice_lms

FOLDER = "folder:"
MAIL_URL = os.environ.get("MAIL_URL", "")

application = create_practice_lms(
    url=os.environ.get("PRACTICE_URL", "http://localhost:8001"),
    tool_url=os.environ.get("PUBLIC_URL", "http://localhost:8000"),
    database=os.environ.get("PRACTICE_DATABASE", "var/practice.db"),
    mail_folder=MAIL_URL.removeprefix(FOLDER) if MAIL_URL.startswith(FOLDER) else "var/mail",
)
