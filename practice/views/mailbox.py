"""The mailbox as pages: a list of messages, and each with its words."""

from flask import abort, render_template

from practice.lms import current_lms
from practice.mailbox import letter as letter_with
from practice.mailbox import letters
from practice.views.blueprint import practice


@practice.get("/mailbox")
def mailbox() -> str:
    """The messages that the tool has sent, to anyone."""
    folder = current_lms().mail_folder
    return render_template("practice/mailbox.html", letters=letters(folder), folder=folder)


@practice.get("/mailbox/<key>")
def letter(key: str) -> str:
    """One message."""
    shown = letter_with(current_lms().mail_folder, key) or abort(404)
    return render_template("practice/letter.html", letter=shown)
