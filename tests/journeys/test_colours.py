"""The pages of those who lead a course, and what goes wrong, in dark colours."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import DESKTOP, PHONE, Visit


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["in the frame", "on a phone"])
def test_those_who_lead_see_their_pages_in_the_dark(new_visit: Callable[..., Visit], size: dict[str, int]) -> None:
    manager = new_visit(size=size, color_scheme="dark")
    manager.page.request.post(f"{manager.practice_url}/courses/invictus/person", form={"person": "4"})
    manager.open()
    manager.heading("Who has finished: Social media essentials for all staff")
    manager.look("people-dark")
    pages = {
        "/people?standing=not-started": "Who has finished: Social media essentials for all staff",
        "/policies?family=contact": "Invictus Education Trust What your policy says, by topic",
        "/module": "Social media essentials for all staff",
        "/nowhere": "Page not found",
    }
    for path, heading in pages.items():
        manager.go(path)
        manager.heading(heading)
        manager.look(f"leading{path.split('?')[0].replace('/', '-')}-dark")
