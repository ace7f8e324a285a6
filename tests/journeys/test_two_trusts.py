"""The same choice in the same scene under two trusts that disagree: another ruling, and another clause."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from modules.library import content_for, modules
from policies.library import policies
from scenarios.domain.rating import Rating, Ruling
from tests.journeys.conftest import Visit


def first_disagreement(module: str, here: str, there: str) -> str:
    """Return a choice of the module's first scene that both trusts rate by a clause, and differently."""
    rated = []
    for trust in (here, there):
        content = content_for(modules()[module], trust)
        rated.append(content.rulings_on(content.scenarios[0], content.scenarios[0].start))
    ours, theirs = rated
    differing = [choice for choice in ours if ours[choice].rating is not theirs[choice].rating]
    return next(choice for choice in differing if cites(ours[choice]) and cites(theirs[choice]))


def cites(ruling: Ruling) -> bool:
    """Say whether a ruling names a clause: one on an act, or the one for cases of doubt."""
    return ruling.rating is Rating.ASK_FIRST or any(finding.position.clauses for finding in ruling.findings)


@pytest.mark.parametrize(
    ("module", "here", "there"),
    [
        ("essentials", "unnamed", "societas"),
        ("boundaries", "invictus", "agora"),
        ("business-use", "societas", "chancery"),
    ],
)
def test_one_choice_is_ruled_on_by_each_trusts_own_clauses(
    new_visit: Callable[..., Visit], module: str, here: str, there: str
) -> None:
    choice, ruled = first_disagreement(module, here, there), {}
    for trust in (here, there):
        staff = new_visit(trust, module=module)
        staff.open()
        staff.start()
        staff.tool.locator(f"input[type=radio][value='{choice}']").check()
        staff.tool.get_by_role("button", name="Confirm").click()
        staff.heading("What happens next")
        expect(staff.tool.locator(".ftp-rating").first).to_be_visible()
        staff.look(f"ruling-{module}-{trust}")
        ruled[trust] = staff.tool.locator(".ftp-ruling").inner_text()
        assert policies()[trust].trust in ruled[trust]
    assert ruled[here].splitlines()[:2] != ruled[there].splitlines()[:2]
    assert policies()[here].trust not in ruled[there] and policies()[there].trust not in ruled[here]
