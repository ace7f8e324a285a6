"""Addresses of visits as a server hands them over."""

import pytest

from lti.visits.addresses import in_ascii


@pytest.mark.parametrize(
    ("given", "escaped"),
    [
        ("q=\xff\xfe&page=2", "q=%FF%FE&page=2"),
        ("q=Zo\xc3\xab", "q=Zo%C3%AB"),
        ('q=a%20b+c&sort=-name#[]{}|^`"<>\\', 'q=a%20b+c&sort=-name#[]{}|^`"<>\\'),
        ("", ""),
    ],
)
def test_bytes_that_a_browser_would_have_escaped_are_escaped_and_nothing_else_is(given: str, escaped: str) -> None:
    assert in_ascii(given) == escaped
