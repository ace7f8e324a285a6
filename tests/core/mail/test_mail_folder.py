"""Without a mail server, messages are files in a folder."""

from email import message_from_bytes
from email.policy import default

import pytest

from core.mail.domain.ending import MailState
from core.mail.models import Mail
from tests.core.mail.conftest import ADA, message


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mail" / "box"


@pytest.fixture
def post(with_settings, folder):
    return with_settings(mail_url=f"folder:{folder}", mail_from="")


def test_a_message_is_a_file_named_after_its_id_for_its_owner_alone(post, folder):
    (number,) = post.write(message())
    post.send()
    (file,) = folder.iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert (mail["To"], mail["From"], f"<{file.stem}>") == (
        ADA,
        "Fit to Post <fit-to-post@localhost>",
        mail["Message-ID"],
    )
    assert file.suffix == ".eml" and file.stat().st_mode & 0o077 == 0
    assert post.mail(number).state is MailState.SENT


def test_a_message_that_is_written_twice_is_there_once(post, folder, monkeypatch):
    post.write(message())
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("core.mail.sender.settle", _die)
        post.send()
    first = [file.read_bytes() for file in folder.iterdir()]
    with post.database.transaction() as session:
        session.query(Mail).update({"due_at": post.now})
    post.send()
    assert [file.read_bytes() for file in folder.iterdir()] == first
    assert len(first) == 1


def _die(*_args):
    raise KeyboardInterrupt


def test_a_folder_that_cannot_be_written_is_told_of_and_tried_again(post, folder):
    folder.parent.mkdir()
    folder.write_text("a file, and no folder")
    (number,) = post.write(message())
    post.send()
    assert "folder that MAIL_URL names" in post.mail(number).words
    folder.unlink()
    post.send(after=post.mail(number).due_at - post.now)
    assert post.mail(number).state is MailState.SENT
