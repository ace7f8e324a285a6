"""Someone whose account was made again in the LMS: from the old entry's pass to the new one's grade, over HTTP."""

import re
import time
from collections.abc import Callable

import requests

from core.domain.names import sort_name
from tests.journeys.conftest import Plays
from tests.support.servers import Running
from tests.support.visitor import Form, Visitor

NAME = re.compile(r'<th scope="row"[^>]*><span[^>]*>(?:<a[^>]*>)?<bdi>(.*?)</bdi>')
OPTION = re.compile(r'<option value="(\d+)">\s*([^<]*)</option>')


def look_until(found: Callable[[], bool]) -> None:
    """Look again and again: lists of people and grades travel behind the pages that tell of them."""
    for _ in range(80):
        if found():
            return
        time.sleep(0.25)
    raise AssertionError("it did not come")


def switch_on(practice: Running, failure: str) -> None:
    requests.post(f"{practice.url}/failures", data={"failure": failure}, timeout=10).raise_for_status()


def post(visitor: Visitor, path: str, **fields: str) -> requests.Response:
    token = Form(visitor.get("/module").text).fields["csrf_token"]
    return visitor.http.post(visitor.tool_url + visitor.visit + path, data={"csrf_token": token} | fields, timeout=10)


def entries(leader: Visitor) -> dict[str, str]:
    """Return the entries that a search finds, by what they say of themselves."""
    page = leader.get("/people/joins?q=fairweather").text
    return {("now" if "LMS id \u2068105" in said else "earlier"): number for number, said in OPTION.findall(page)}


def test_what_was_passed_under_the_old_account_counts_for_the_new_one_and_its_grade_arrives(
    practice: Running, tool: Running, somebody_plays: Plays
) -> None:
    somebody_plays()
    switch_on(practice, "account-made-again")
    now = Visitor(practice.url, tool.url, person="105")
    assert "You have passed" not in now.launch().text
    leader = Visitor(practice.url, tool.url, person="3")
    leader.launch()
    found = entries(leader)
    answer = post(
        leader, "/people/joins?q=fairweather", person=found["now"], earlier=found["earlier"], because="A new account"
    )
    assert "Joined by <bdi>Priya Raman</bdi>" in answer.text
    assert "You have passed" in now.launch().text
    look_until(lambda: "Your course has your grade of 100%" in now.get("/module").text)


def test_the_earlier_account_has_left_and_the_person_is_listed_once(practice: Running, tool: Running) -> None:
    before = Visitor(practice.url, tool.url)
    before.launch()
    switch_on(practice, "account-made-again")
    Visitor(practice.url, tool.url, person="105").launch()
    leader = Visitor(practice.url, tool.url, person="3")
    leader.launch()
    look_until(lambda: leader.get("/people").text.count("Zoë Fairweather") == 1)


def test_people_with_hard_names_are_listed_in_order_and_the_page_is_not_turned_round(
    practice: Running, tool: Running
) -> None:
    switch_on(practice, "hard-names")
    leader = Visitor(practice.url, tool.url, person="3")
    leader.launch()
    look_until(lambda: "Featherstonehaugh" in leader.get("/people").text)
    page = leader.get("/people").text
    shown = NAME.findall(page)
    assert shown == sorted(shown, key=lambda name: sort_name(name, None, None)) and "\u202e" not in page
    assert "Øyvind Dahl" in shown and shown.index("Øyvind Dahl") < shown.index("x" * 120)
