"""Sends what is due in a process of its own, which kills itself at a step if one is named.

Run as ``python tests/core/mail/ending_sender.py DATABASE MAIL_URL HOURS STEP``; its clock is so many hours ahead. The
sender knows nothing of this: functions are wrapped before it starts.
"""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

# Where each step is: a module, the way to a function in it, and whether the end comes before or after it.
STEPS = {
    "the message is claimed": ("core.mail.sender", "MailSender._send", "before"),
    "it is to be handed over": ("core.mail.smtp", "SmtpServer.hand_over", "before"),
    "we are connected": ("core.mail.smtp", "SmtpServer._greet", "after"),
    "all but its end is with the server": ("core.mail.smtp", "_offer", "after"),
    "its end is noted": ("core.mail.sender", "MailSender._mark", "after"),
    "the server has said that it takes it": ("core.mail.smtp", "_ended", "after"),
    "it is to be settled": ("core.mail.sender", "settle", "before"),
    "the settling is not committed": ("core.mail.sender", "settle", "after"),
    "all is done": ("core.mail.sender", "MailSender._send", "after"),
}


def end_at(step: str) -> None:
    module, path, when = STEPS[step]
    owner: Any = __import__(module, fromlist=["_"])
    *through, name = path.split(".")
    for part in through:
        owner = getattr(owner, part)
    whole = getattr(owner, name)

    def ending(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        whole(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, ending)


def main(database_url: str, mail_url: str, hours: str, step: str) -> None:
    if step:
        end_at(step)
    from config import Settings
    from core.mail.sender import MailSender
    from db import Database, utcnow

    settings = Settings(mail_url=mail_url, mail_from="training@trust.example")
    ahead = timedelta(hours=int(hours))
    MailSender(Database(database_url), settings, now=lambda: utcnow() + ahead).send_due()


if __name__ == "__main__":
    main(*sys.argv[1:])
