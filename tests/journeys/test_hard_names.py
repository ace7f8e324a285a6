"""Names and titles that are hard to show: very long, in one word, or turning the text round."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from lti.models import Course, Person
from tests.journeys.conftest import Plays, Visit
from tests.servers import Running

ONE_WORD = "Safeguardingandsocialmediatrainingforstaff"
LONG = "Featherstonehaugh" * 7
TURNING = "\u202eoB"
NARROW = [{"width": width, "height": 640} for width in (320, 390)]
PAGES = ("/module", "/certificates", "/attempts/1/result")
# Where the words after a name are, and where they would be if the name turned them round.
FOOTER = "[...document.querySelectorAll('.ftp-footer a')].map((link) => Math.round(link.getBoundingClientRect().left))"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RIGHT_EDGES = """[...document.querySelectorAll('.ftp-header *, .ftp-footer *, main *')]
  .filter((one) => !one.closest('.govuk-visually-hidden, .ftp-table-region, svg'))
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""


def keep(tool: Running, name: str, title: str) -> None:
    """Keep a name and a course's title as an earlier version of the tool may have done."""
    with tool.app.extensions["database"].transaction() as session:
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
