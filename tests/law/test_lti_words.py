"""LTI's own words stay inside lti/: the rest of the house speaks of courses, activities, people and grades.

Left out on purpose, since they mean something else elsewhere: claim (somebody claims), issuer (of a certificate),
audience, context, the nonce of a page's scripts, and the addresses of Open Badges, which have the same owner as LTI's.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.law.sources import Source, served

# Of the files at the top, which put the parts together, all may be named; the practice LMS is an LMS.
AT_HOME = ("lti", "practice")
PARTS_OF_NAMES = {"ags", "deployment", "deployments", "jwks", "lineitem", "lineitems", "nonce", "nrps"}
PHRASES = re.compile(
    r"\b(deployment[ _]ids?|id_token|imsglobal(?!\.org/(?:spec/)?ob/)|jwks|line[ _]?items?|nrps|resource[ _]?links?"
    r"|(?<!csp_)nonce)\b",
    re.IGNORECASE,
)


def lti_words_in(source: Source) -> list[str]:
    return [f"{source.at(node)} says {word}" for node, text in names_and_strings(source) if (word := lti_word(text))]


def names_and_strings(source: Source) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(source.tree):
        for field in ("id", "attr", "arg", "name", "asname", "module", "value"):
            text = getattr(node, field, None)
            if isinstance(text, str):
                yield node, text


def lti_word(text: str) -> str | None:
    if phrase := PHRASES.search(text):
        return phrase[0]
    if text.isidentifier() and text != "csp_nonce":
        parts = re.split(r"_|(?<=[a-z])(?=[A-Z])", text)
        return next((part for part in parts if part.lower() in PARTS_OF_NAMES), None)
    return None


def test_lti_words_stay_in_lti():
    elsewhere = [source for source in served() if source.folder and source.package not in AT_HOME]
    assert elsewhere
    assert [problem for source in elsewhere for problem in lti_words_in(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "line_item = activity.line_item",
        "from lti.models import LineItem",
        "def send(deployment): ...",
        "key = visit['id_token']",
        '"""Find the resource link of a course."""',
        "url = 'https://purl.imsglobal.org/spec/lti'",
        "fetch(ags_url=1)",
    ],
)
def test_an_lti_word_is_noticed(text):
    assert lti_words_in(Source("modules/grade.py", text))


@pytest.mark.parametrize(
    "text",
    [
        '"""A person who claims to be 18."""',
        "issuer = trust.name",
        "tags = flags = pages = 1",
        "script = csp_nonce()",
        '"""What a software deployment needs."""',
        "timeline = [item for item in items]",
        "context = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'",
    ],
)
def test_a_false_friend_is_let_through(text):
    assert lti_words_in(Source("modules/grade.py", text)) == []
