"""A list in pages, in the mood's manner."""

from urllib.parse import urlencode

from flask import request

from lti.practice.canvas_paging import canvas_links, canvas_page_of, per_page_of
from lti.practice.lms import current_session
from lti.practice.moods import Mood, mood_switch
from lti.practice.paging import next_link, page_of


def page_in_mood(items: list, address: str, kept: tuple[str, ...] = ()) -> tuple[list, dict[str, str]]:
    """The stretch of a list that is asked for, and the header that leads on from it with the filters that it keeps."""
    filters = {name: request.args[name] for name in kept if name in request.args}
    filtered = address + ("&" if "?" in address else "?") + urlencode(filters) if filters else address
    switch = mood_switch(current_session())
    if switch.mood == Mood.CANVAS:
        return _canvas_page(items, filtered, switch.people_per_page)
    return _moodle_page(items, filtered)


def _moodle_page(items: list, address: str) -> tuple[list, dict[str, str]]:
    limit = request.args.get("limit")
    page = page_of(items, limit, request.args.get("page"))
    return page.items, {"Link": next_link(address, limit, page.next_token)} if page.next_token else {}


def _canvas_page(items: list, address: str, most: int) -> tuple[list, dict[str, str]]:
    token = request.args.get("page")
    per_page = per_page_of(request.args.get("limit"), request.args.get("per_page"), most)
    page = canvas_page_of(items, per_page, token)
    return page.items, {"Link": canvas_links(address, per_page, token, page)}
