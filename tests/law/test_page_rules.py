"""The rules for pages can fail, one by one."""

import pytest

from tests.support.page_rules import problems_of

GOOD = """<!DOCTYPE html>
<html lang="en-GB"><head><title>A tag on Saturday night – Fit to Post</title>
<script nonce="abc" src="/static/player.js"></script></head>
<body><h1 id="top">A tag on Saturday night</h1><img src="/static/mark.svg" alt="">
<form method="post"><input type="hidden" name="csrf_token">
<label for="choice">Leave it</label><input id="choice"></form>
</body></html>"""


def test_a_page_that_keeps_the_rules_has_no_problems():
    assert problems_of(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ("A tag on Saturday night – Fit to Post", " – Fit to Post", "the page has no title of its own"),
        ("<title>", "<titel>", "the page has no title of its own"),
        ("<h1 ", "<h2 ", "the page has 0 h1 headings"),
        ("</body>", "<h1>Again</h1></body>", "the page has 2 h1 headings"),
        (' lang="en-GB"', "", "the page names no language"),
        ("</body>", '<p id="top"></p></body>', "the id top stands 2 times"),
        ('for="choice"', 'for="option"', "nothing has the id option that is referred to"),
        (' nonce="abc"', "", "a script has no nonce"),
        ("</head>", "<style>p {}</style></head>", "a style has no nonce"),
        ("<body>", '<body onload="go()">', "the attribute onload holds a script"),
        ("<h1 ", '<h1 style="color: red" ', "a h1 has a style attribute"),
        (' alt=""', "", "the image /static/mark.svg has no alt"),
        ('name="csrf_token"', "", "a form that posts to us has no csrf_token"),
    ],
)
def test_a_page_that_breaks_a_rule_is_told_so(good, bad, problem):
    assert good in GOOD
    assert problems_of(GOOD.replace(good, bad)) == [problem]


def test_a_form_that_posts_to_an_lms_needs_no_csrf_token():
    abroad = '<form method="post" action="https://lms.example/return"></form>'
    assert problems_of(GOOD.replace("</body>", abroad + "</body>")) == []


def test_a_title_inside_a_drawing_is_not_the_pages():
    drawn = "<svg><title>A map</title></svg>"
    assert problems_of(GOOD.replace("</body>", drawn + "</body>")) == []
    assert "the page has no title of its own" not in problems_of(GOOD.replace("<img", drawn + "<img"))
