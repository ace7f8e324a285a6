"""The report for governors: the numbers of the trust page as an accessible PDF of a page or two."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config import ROOT
from core.filters import at_time, counted, listed, on_day
from managers.trust.domain.tally import StaffTally
from managers.trust.matrix import ALL_TRAINING
from managers.trust.page import Rate, TrustPage
from modules.certificates.typesetting import Press
from policies.domain.profile import Profile

TEMPLATE = ROOT / "templates" / "trust" / "report.typ"
HEADINGS = ("Have to take it", "Passed", "Rate", "Change", "Overdue", "Expired")
UNKNOWN = "–"
# More than that are not named in a heading.
MOST_NAMED = 3


@dataclass(frozen=True)
class ReportFrame:
    """What a report says besides its numbers: for which trust and by whom it was made, and when.

    ``is_whole``: its maker sees the whole trust, and not only some of its schools.
    """

    trust_name: str
    is_whole: bool
    asked_by: str
    now: datetime


def governors_report(press: Press, page: TrustPage, frame: ReportFrame, profile: Profile) -> bytes:
    """Return the report as a PDF in the colours of the trust."""
    colours = {"accent": profile.accent, "dark": profile.dark}
    return press.page(TEMPLATE, {**report_words(page, frame), **colours}, {}, frame.now)


def report_words(page: TrustPage, frame: ReportFrame) -> dict[str, Any]:
    """Return all that the report says."""
    day = on_day(page.matrix.day)
    subject = page.choice.module.title if page.choice.module else "Training on social media"
    about = _about(page, frame)
    return {
        "title": f"{subject}: {about}",
        "description": f"Report for governors of {frame.trust_name} on who is trained, as of {day}",
        "trust_name": frame.trust_name,
        "subject": subject,
        "about": about,
        "day": day,
        "summary": list(_summary(page)),
        "headings": HEADINGS,
        "tables": list(_tables(page)),
        "reading": list(_reading(page)),
        "made": f"Made by {frame.asked_by} with Fit to Post on {at_time(frame.now)}, UK time.",
    }


def _about(page: TrustPage, frame: ReportFrame) -> str:
    """Name the school that was chosen, the schools that its maker sees, or the trust."""
    if page.choice.school:
        return page.choice.school.name
    names = [school.name for school in page.matrix.schools]
    if frame.is_whole or not names:
        return frame.trust_name
    return listed(names) if len(names) <= MOST_NAMED else f"{len(names)} schools of {frame.trust_name}"


def _summary(page: TrustPage) -> Iterator[str]:
    """Give the main points as sentences."""
    tally, module = page.chosen.tally, page.choice.module
    if not tally.people:
        yield "No one has to take this training."
        return
    yield f"{_people_who(tally.people, 'has', 'have')} to take {f'“{module.title}”' if module else 'training'}."
    passed = "a valid pass" if module else "a valid pass for everything they have to take"
    have = "has" if tally.passed == 1 else "have"
    yield f"{tally.passed:,} of them ({tally.per_cent}%) {have} {passed}. {_since(page)}"
    expired = f"{_people_who(tally.expired, 'has', 'have')} a pass that has expired"
    yield f"{_people_who(tally.overdue, 'is', 'are')} overdue, and {expired}."


def _people_who(number: int, one: str, several: str) -> str:
    return f"{counted(number, 'person')} {one}" if number == 1 else f"{number:,} people {several}"


def _since(page: TrustPage) -> str:
    points, day = page.chosen.points, _last_day(page)
    if points is None or not day:
        return "There is no record of last month to compare with."
    if not points:
        return f"That is the same rate as on {on_day(day)}."
    change = f"{counted(abs(points), 'percentage point')} {'more' if points > 0 else 'less'}"
    return f"That is {change} than on {on_day(day)}."


def _last_day(page: TrustPage) -> date | None:
    return page.rates.last.day if page.rates.last else None


def _tables(page: TrustPage) -> Iterator[dict[str, Any]]:
    """Give the numbers that the whole is made of: module by module, and school by school, the whole last."""
    if page.by_module:
        rows = [_row(rate.module.title, rate) for rate in page.by_module if rate.module]
        yield {"title": "By module", "first": "Module", "rows": [*rows, _row(ALL_TRAINING, page.chosen)]}
    if len(page.by_school) > 1:
        rows = [_row(rate.school.name, rate) for rate in page.by_school if rate.school]
        title = "By school" if page.choice.module else "By school, all their training together"
        yield {"title": title, "first": "School", "rows": [*rows, _row("All together", page.chosen)]}


def _row(name: str, rate: Rate) -> list[str]:
    tally = rate.tally
    return [name, *_how_many(tally), _change(rate.points), f"{tally.overdue:,}", f"{tally.expired:,}"]


def _how_many(tally: StaffTally) -> tuple[str, str, str]:
    share = UNKNOWN if tally.per_cent is None else f"{tally.per_cent}%"
    return f"{tally.people:,}", f"{tally.passed:,}", share


def _change(points: int | None) -> str:
    if points is None:
        return UNKNOWN
    return f"up {points}" if points > 0 else f"down {-points}" if points else "none"


def _reading(page: TrustPage) -> Iterator[str]:
    """Say what the numbers mean."""
    yield "“Passed” counts people whose pass is valid on the day of this report."
    yield "“Rate” is their share of those who have to take it. It is never rounded up: 100% means everyone."
    if day := _last_day(page):
        yield f"“Change” is in percentage points since {on_day(day)}."
    yield "“Overdue” counts people whose due date has passed."
    yield "“Expired” counts people whose pass has ended. They may be overdue as well."
    if not page.choice.module:
        yield (
            f"“{ALL_TRAINING}” counts each person once, and as passed if they have passed everything they have to "
            "take. That is why the numbers of the modules do not add up to it."
        )
    if page.is_under_way:
        yield "Some people were not up to date yet when this report was made, so numbers may change a little."
