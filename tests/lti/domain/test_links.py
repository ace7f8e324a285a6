"""Where a list goes on: Link headers as RFC 8288 allows them and as LMSs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.domain.links import UnreadableLinks, links_in, next_in
from lti.services.paging import NotWhole, next_page

PAGE = "https://lms.example/m?page=1"
SECOND = "https://lms.example/m?page=2"
READABLE = {
    "plain": f'<{SECOND}>; rel="next"',
    "after another parameter": f'<{SECOND}>; type="application/json"; rel="next"',
    "before another parameter": f'<{SECOND}>; rel="next"; type="application/json"',
    "with a second relation": f'<{SECOND}>; rel="last next"',
    "in capitals": f'<{SECOND}>; REL="NEXT"',
    "without quotes": f"<{SECOND}>;rel=next",
    "in single quotes": f"<{SECOND}>; rel='next'",
    "with spaces": f' <{SECOND}> ; rel = "next" ; ',
    "after other links": f'</a,b;c>; rel="first",<{SECOND}>; rel="next", </z>; rel=last',
    "after a quoted comma": f'</a>; title="x, <y>; rel=\\"next\\""; rel=prev, <{SECOND}>; rel="next"',
    "with an empty link": f', ,<{SECOND}>; rel="next",,',
    "as a path": '</m?page=2>; rel="next"',
    "as a query": '<?page=2>; rel="next"',
    "with its first relation only": f'<{SECOND}>; rel="next"; rel="prev"',
    "with the usual port": '<https://LMS.example:443/m?page=2>; rel="next"',
    "twice": f'<{SECOND}>; rel="next", <{SECOND}>; rel="next"',
    "with a flag": f'<{SECOND}>; crossorigin; rel="next"',
}


@pytest.mark.parametrize("header", READABLE.values(), ids=READABLE)
def test_the_next_page_is_found_however_it_is_linked(header: str) -> None:
    assert (next_page(header, PAGE) or "").lower().replace(":443", "") == SECOND


def test_moodle_quotes_and_ampersands_are_understood_and_the_case_stays() -> None:
    link = "<https://lms.example/m?role=Learner&amp;page=bookmark:WzBd&region=2>; rel=“next”".encode().decode("latin-1")
    assert next_page(link, PAGE) == "https://lms.example/m?role=Learner&page=bookmark:WzBd&region=2"


LAST = {
    "nothing": "",
    "another relation": '<https://lms.example/m?since=1>; rel="differences"',
    "a relation that only begins like it": f'<{SECOND}>; rel="next-archive"',
    "a title that says so": f'<{SECOND}>; title="next"; rel="prev"',
    "a later relation": f'<{SECOND}>; rel="prev"; rel="next"',
    "an address that says so": '</next>; rel="prev"',
    "nothing that can be read": "see also: our home page",
}


@pytest.mark.parametrize("header", LAST.values(), ids=LAST)
def test_the_last_page_has_none(header: str) -> None:
    assert next_page(header, PAGE) is None


UNCLEAR = {
    "without an end": f'<{SECOND}; rel="next"',
    "without brackets": f'{SECOND}; rel="next"',
    "a quote without an end": f'<{SECOND}>; rel="next',
    "two at once": f'<{SECOND}>; rel="next", <{PAGE}&x=3>; rel="next"',
    "another server": '<https://elsewhere.example/m?page=2>; rel="next"',
    "another port": '<https://lms.example:444/m?page=2>; rel="next"',
    "no encryption": '<http://lms.example/m?page=2>; rel="next"',
    "not an address": '<https://lms.example:port/m>; rel="next"',
}


@pytest.mark.parametrize("header", UNCLEAR.values(), ids=UNCLEAR)
def test_a_next_page_that_is_out_of_reach_means_that_the_list_is_not_whole(header: str) -> None:
    with pytest.raises(NotWhole):
        next_page(header, PAGE)


@given(st.text())
def test_any_header_is_read_or_said_to_be_unreadable(header: str) -> None:
    try:
        assert isinstance(next_in(header), str | None)
        list(links_in(header))
    except UnreadableLinks:
        pass
