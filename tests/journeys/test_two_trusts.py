"""The same choice in the same scene under two trusts that disagree: another ruling and clause, seen over HTTP."""

import re

import pytest

from modules.content.shipped import modules, shipped_library
from policies.shipped import policies
from scenarios.domain.rating import Rating, Ruling
from tests.journeys.conftest import activity_for
from tests.support.page_rules import problems_of
from tests.support.servers import Running
from tests.support.visitor import Visitor

# The rating as it is coloured, and all that is said about it.
RULING = re.compile(r'class="ftp-ruling ftp-ruling--([a-z-]+)">(.*)</main>', re.DOTALL)


def first_disagreement(module: str, here: str, there: str) -> str:
    """Return a choice of the module's first scene that both trusts rate by a clause, and differently."""
    rated = []
    for trust in (here, there):
        content = shipped_library().content_of(modules()[module], trust)
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
    practice: Running, tool: Running, module: str, here: str, there: str
) -> None:
    choice, ratings, ruled = first_disagreement(module, here, there), {}, {}
    for trust in (here, there):
        staff = Visitor(practice.url, tool.url, trust)
        staff.launch(activity_for(trust, module))
        answered = staff.submit(staff.submit(staff.get("/module")), choice=choice)
        assert problems_of(answered.text) == []
        ratings[trust], ruled[trust] = RULING.findall(answered.text)[0]
        assert policies()[trust].trust in ruled[trust]
    assert ratings[here] != ratings[there]
    assert policies()[here].trust not in ruled[there] and policies()[there].trust not in ruled[here]
