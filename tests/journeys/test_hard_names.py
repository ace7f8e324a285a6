"""Names and titles that are hard to show: very long, in one word, or turning the text round."""

import time
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

import db
from lti.models import Course, Person
from tests.journeys.conftest import Plays, Visit
from tests.support.looks import SIDEWAYS
from tests.support.servers import Running

ONE_WORD = "Safeguardingandsocialmediatrainingforstaff"
LONG = "Featherstonehaugh" * 7
TURNING = "\u202eoB"
NARROW = [{"width": width, "height": 640} for width in (320, 390)]
PAGES = ("/module", "/certificates", "/attempts/1/result")
# Where the words after a name are, and where they would be if the name turned them round.
FOOTER = "[...document.querySelectorAll('.ftp-footer a')].map((link) => Math.round(link.getBoundingClientRect().left))"
RIGHT_EDGES = """[...document.querySelectorAll('.ftp-header *, .ftp-footer *, main *')]
  .filter((one) => !one.closest('.govuk-visually-hidden, .ftp-table-region, svg'))
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""


# The lines on which the words of a cell are shown.
LINES = """(cell) => {
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = document.createRange(), lines = [];
  for (let text = walker.nextNode(), bottom = 0; text; text = walker.nextNode()) {
    for (let at = 0; at < text.length; at++) {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const place = range.getBoundingClientRect();
      if (place.width && place.bottom > bottom + 5) lines.push('');
      if (place.width) [bottom, lines[lines.length - 1]] = [place.bottom, lines.at(-1) + text.data[at]];
    }
  }
  return lines.map((line) => line.trim());
}"""


def wait_for_the_list(tool: Running) -> None:
    """Wait until the course's people have been read: that brings them back under their own names."""
    for _ in range(40):
        with db.database(tool.app).reading() as session:
            if session.scalar(select(Course.roster_read_at).where(Course.roster_read_at.is_not(None))):
                return
        time.sleep(0.25)
    raise AssertionError("the list of people was never read")


def keep(tool: Running, name: str, title: str) -> None:
    """Keep a name and a course's title as an earlier version of the tool may have done."""
    wait_for_the_list(tool)
    with db.database(tool.app).transaction() as session:
        session.execute(update(Person).values(name=name))
        session.execute(update(Course).values(title=title))


@pytest.mark.parametrize("size", NARROW, ids=["320", "390"])
def test_long_names_and_titles_stay_on_the_page(
    somebody_plays: Plays, new_visit: Callable[..., Visit], tool: Running, size: dict[str, int]
) -> None:
    somebody_plays()
    staff, beyond = new_visit(size=size), {}
    staff.open()
    staff.heading()
    keep(tool, LONG, ONE_WORD)
    for path in PAGES:
        staff.go(path)
        beyond[path] = (staff.tool.evaluate(SIDEWAYS), staff.tool.evaluate(RIGHT_EDGES))
    assert beyond == dict.fromkeys(PAGES, (0, []))


def test_a_name_that_turns_text_round_leaves_the_rest_of_the_page_as_it_was(
    new_visit: Callable[..., Visit], tool: Running
) -> None:
    staff = new_visit()
    staff.open()
    staff.heading()
    places = []
    for name in ("Bo", TURNING):
        keep(tool, name, "Induction")
        staff.go("/module")
        places.append(staff.tool.evaluate(FOOTER))
    assert len(places[0]) > 1
    assert [abs(with_it - without) <= 4 for without, with_it in zip(*places, strict=True)] == [True] * len(places[0])


def test_the_list_of_people_breaks_a_name_between_its_parts_and_an_id_stays_within_its_brackets(
    new_visit: Callable[..., Visit], tool: Running
) -> None:
    manager = new_visit()
    manager.page.request.post(f"{manager.practice_url}/courses/invictus/person", form={"person": "4"})
    manager.open()
    wait_for_the_list(tool)
    with db.database(tool.app).transaction() as session:
        first, second = session.scalars(select(Person).where(Person.subject.in_(["5", "6"])).order_by(Person.subject))
        first.name, second.name, second.email = "Zoë Featherstonehaugh-Cholmondeley", None, None
    manager.go("/people")
    named = manager.tool.get_by_role("rowheader", name="Featherstonehaugh")
    assert named.evaluate(LINES)[-2:] == ["Featherstonehaugh-", "Cholmondeley"]
    unnamed = manager.tool.get_by_role("rowheader", name="No name shared (LMS id 6)")
    assert unnamed.evaluate(LINES)[-1].endswith("6)")
    manager.look("long-name-in-the-list")
