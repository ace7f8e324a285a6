"""A list in pages, in the mood's manner."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

from flask import request

from practice.failures import standing_failure
from practice.lms import current_session
from practice.moods import Mood, mood_switch
from practice.services.canvas_paging import canvas_links, canvas_page_of, per_page_of
from practice.services.odd_links import LINKS
from practice.services.paging import next_link, page_of

Stretch = tuple[list[Any], dict[str, str]]
CANVAS_USUAL = 10  # what Canvas puts on a page of anything but the roster, as long as no limit is asked for


def page_in_mood(items: list[Any], address: str, kept: tuple[str, ...] = (), usual: int = CANVAS_USUAL) -> Stretch:
    """The stretch of a list that is asked for, and the header that leads on from it with the filters that it keeps."""
    filters = {name: request.args[name] for name in kept if name in request.args}
    filtered = address + ("&" if "?" in address else "?") + urlencode(filters) if filters else address
    switch = mood_switch(current_session())
    if switch.mood == Mood.CANVAS:
        page, headers = _canvas_page(items, filtered, usual, switch.people_per_page)
    else:
        page, headers = _moodle_page(items, filtered)
    spoil = LINKS.get(standing_failure(current_session()))
    following = _following(headers.get("Link", ""))
    return page, ({"Link": spoil(following)} if spoil and following else headers)


def _following(header: str) -> str | None:
    """The address of the next page, taken from the header that this LMS writes."""
    found = re.search(r'<([^>]*)>; rel=["“]next', header.encode("latin-1").decode())
    return unescape(found[1]) if found else None


def _moodle_page(items: list[Any], address: str) -> Stretch:
    limit = request.args.get("limit")
    page = page_of(items, limit, request.args.get("page"))
    return page.items, {"Link": next_link(address, limit, page.next_token)} if limit and page.next_token else {}


def _canvas_page(items: list[Any], address: str, usual: int, most: int) -> Stretch:
    token = request.args.get("page")
    per_page = per_page_of(request.args.get("limit") or request.args.get("per_page"), usual, most)
    page = canvas_page_of(items, per_page, token)
    return page.items, {"Link": canvas_links(address, per_page, token, page)}
