"""The mailbox of the practice LMS: what the tool has sent can be read there."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from practice.app import create_practice_lms


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


@pytest.fixture
def browser(tmp_path: Path, folder: Path):
    app = create_practice_lms(database=tmp_path / "practice.db", mail_folder=folder)
    yield app.test_client()
    app.extensions["practice_lms"].engine.dispose()


def leave(folder: Path, name: str, subject: str) -> None:
    """Leave a message in the folder, as the tool does."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "t@trust.example", "ada@school.example", subject
    message["Date"] = "Fri, 20 Nov 2026 09:00:00 +0000"
    message.set_content("Hello <b>Ada</b>,\n\nhttps://lms.example/course\n")
    message.add_alternative("<p>Hello</p>", subtype="html")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


def test_an_empty_mailbox_says_where_messages_would_come_from(browser, folder: Path):
    page = browser.get("/mailbox").text
    assert "has not sent an e-mail yet" in page
    assert str(folder) in page


def test_messages_are_listed_and_can_be_read(browser, folder: Path):
    leave(folder, "1@trust.example", "Your training is due")
    page = browser.get("/mailbox").text
    assert '<a href="/mailbox/1@trust.example">Your training is due</a>' in page
    assert "20 Nov 2026, 09:00:00 UTC" in page
    letter = browser.get("/mailbox/1@trust.example").text
    assert "Hello &lt;b&gt;Ada&lt;/b&gt;," in letter
    assert 'href="https://lms.example/course"' in letter


@pytest.mark.parametrize("key", ["2@trust.example", "..", "%2e%2e%2fpractice"])
def test_there_is_nothing_else_to_read(browser, folder: Path, key: str):
    leave(folder, "1@trust.example", "Your training is due")
    assert browser.get(f"/mailbox/{key}").status_code == 404


def test_the_first_page_leads_to_the_mailbox(browser):
    assert 'href="/mailbox"' in browser.get("/").text
