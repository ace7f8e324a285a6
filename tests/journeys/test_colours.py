"""The pages of those who lead a course, and what goes wrong, in dark colours."""

from collections.abc import Callable

import pytest

import db
from tests.journeys.conftest import Visit
from tests.support.servers import Running
from tests.support.trusts import give_logo


def test_those_who_lead_can_read_their_pages_in_every_window_and_scheme(new_visit: Callable[..., Visit]) -> None:
    manager = new_visit()
    manager.page.request.post(f"{manager.practice_url}/courses/invictus/person", form={"person": "4"})
    manager.open()
    manager.heading("Who has finished: Social media essentials for all staff")
    manager.look("people")
    pages = {
        "/people?standing=not-started": "Who has finished: Social media essentials for all staff",
        "/compare?family=contact": "Invictus Education Trust What your policy says, by topic",
        "/compare?family=images": "Invictus Education Trust What your policy says, by topic",
        "/floor": "What national law and guidance say",
        "/module": "Social media essentials for all staff",
        "/nowhere": "Page not found",
    }
    for path, heading in pages.items():
        manager.go(path)
        manager.heading(heading)
        manager.look(f"leading{path.replace('?family=', '-').split('?')[0].replace('/', '-')}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_two_trusts_have_their_own_colours_and_a_wide_logo_fits_a_small_phone(
    new_visit: Callable[..., Visit], tool: Running, scheme: str
) -> None:
    give_logo(db.database(tool.app), width=400, height=60)
    bars, logos = {}, {}
    for trust in ("invictus", "agora"):
        staff = new_visit(trust, size={"width": 320, "height": 640}, color_scheme=scheme)
        staff.open()
        staff.look(f"look-of-{trust}-{scheme}")
        bars[trust] = staff.tool.evaluate("getComputedStyle(document.querySelector('.ftp-header')).backgroundColor")
        logos[trust] = staff.tool.get_by_role("img", name="Invictus Education Trust").count()
    assert bars == {"invictus": "rgb(59, 29, 42)", "agora": "rgb(18, 53, 47)"}
    assert logos == {"invictus": 1, "agora": 0}
