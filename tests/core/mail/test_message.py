"""A message goes to one address and adds no headers of its own, whatever it is made of."""

import pytest

from core.mail.domain.message import WrongMessage, is_address
from core.mail.letters import letter
from tests.core.mail.conftest import ADA, message


@pytest.mark.parametrize(
    "address",
    [
        "ada@trust.example\nBcc: all@trust.example",
        "ada@trust.example\r\n",
        "ada@trust.example, ben@trust.example",
        "ada@trust.example ben@trust.example",
        "Ada <ada@trust.example>",
        "ada@trust.example>",
        '"ada b"@trust.example',
        "@trust.example",
        "ada@",
        "ada",
        "",
        "ada@trust..example",
        f"ada@{'a' * 64}.example",
        f"{'a' * 250}@trust.example",
        "ada@[10.0.0.1]",
    ],
)
def test_what_is_not_one_address_is_refused_without_repeating_it(address):
    with pytest.raises(WrongMessage) as refused:
        message(to=address)
    assert not address or address not in str(refused.value)


@pytest.mark.parametrize("address", [ADA, "a.o'neill+training@mail.trust.example", "x@localhost"])
def test_an_address_is_taken_as_it_is(address):
    assert is_address(address)
    assert message(to=address).to == address


@pytest.mark.parametrize(
    "subject", ["Due\nBcc: all@trust.example", "Due\r", "Due\u2028now", "Due\x00", "", "  ", "a" * 201]
)
def test_a_subject_that_is_not_one_line_is_refused(subject):
    with pytest.raises(WrongMessage):
        message(subject=subject)


@pytest.mark.parametrize(
    "subject", ["=?utf-8?q?Due=0D=0ABcc:_all@trust.example?=", "Due =?utf-8?b?DQpCY2M6IHg=?=", "\ud800"]
)
def test_a_subject_that_hides_a_line_break_in_an_encoded_word_or_cannot_be_written_is_refused(subject):
    with pytest.raises(WrongMessage):
        message(subject=subject)


def test_a_letter_says_the_same_in_both_forms_and_escapes_what_it_is_given_in_html(app):
    app.jinja_loader.loaders.insert(0, _templates())
    letter_ = letter(app.jinja_env, "greeting", ADA, "Hello", name="<Ada> & co")
    assert letter_.text == "Hello <Ada> & co"
    assert letter_.html == "<p>Hello &lt;Ada&gt; &amp; co</p>"


def _templates():
    from jinja2 import DictLoader

    return DictLoader({"mail/greeting.txt": "Hello {{ name }}", "mail/greeting.html": "<p>Hello {{ name }}</p>"})
