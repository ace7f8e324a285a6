"""The report for governors, read back as a screen reader or a program would."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from core.filters import on_day
from core.grants.domain.grant import GrantRole
from db import Database, utcnow
from lti.domain.roles import Role
from managers.models import StaleCourse
from managers.trust.models import TrainingTally
from modules.passes.course_progress import Standing
from tests.managers.listing.staff import Taken, add_member
from tests.support.grants import a_school, give_grant, with_address
from tests.support.school import Browser, School

PASSED, NOT_STARTED = Standing.PASSED, Standing.NOT_STARTED
Schools = tuple[int, int]


@pytest.fixture
def staff(database: Database, schools: Schools, today: date) -> None:
    """Let Hillside lag behind Acorn Primary."""
    hill, oak = schools
    with database.transaction() as session:
        add_member(session, today, "Ada", Taken("photos", NOT_STARTED, due_in=-1), school_id=hill)
        add_member(session, today, "Bo", Taken("photos", PASSED, -1), Taken("essentials", PASSED), school_id=hill)
        add_member(session, today, "Cy", Taken("photos", PASSED, 30), school_id=oak)
        add_member(session, today, "Di", Taken("photos", PASSED), school_id=oak)


class Paper:
    """A report, read back."""

    def __init__(self, browser: Browser, query: str = "") -> None:
        answer = browser.get(f"/trust/report.pdf{query}")
        assert answer.status_code == 200, answer.text
        self.headers = answer.headers
        self.reader = PdfReader(io.BytesIO(answer.data))
        self.root: Any = self.reader.trailer["/Root"]

    @property
    def text(self) -> str:
        return " ".join(" ".join(page.extract_text() for page in self.reader.pages).split())

    def kinds(self) -> list[str]:
        """Return the kinds of the parts in the order in which they are read out."""
        return list(kinds_of(self.root["/StructTreeRoot"]))


def kinds_of(part: Any) -> Iterator[str]:
    part = part.get_object()
    if isinstance(part, list):
        for each in part:
            yield from kinds_of(each)
    elif isinstance(part, dict):
        if "/S" in part:
            yield part["/S"]
        yield from kinds_of(part["/K"]) if "/K" in part else ()


def keep(database: Database, day: date, people: int, passed: int) -> None:
    with database.transaction() as session:
        tally = TrainingTally(trust="invictus", day=day, module=None, school_id=None, people=people, passed=passed)
        tally.overdue, tally.expired, tally.counted_at = 0, 0, utcnow()
        session.add(tally)


@pytest.mark.usefixtures("staff")
def test_the_report_says_how_many_are_trained_by_module_and_by_school(lead: Browser, today: date) -> None:
    text = Paper(lead).text
    for words in (
        f"Training on social media As of {on_day(today)}",
        "4 people have to take training.",
        "2 of them (50%) have a valid pass for everything they have to take.",
        "There is no record of last month to compare with.",
        "1 person is overdue, and 1 person has a pass that has expired.",
        "Photos 4 2 50% – 1 1",
        "Hillside 2 0 0% – 1 1",
        "Acorn Primary 2 2 100% – 0 0",
        "All their training 4 2 50% – 1 1",
        "“Rate” is their share of those who have to take it.",
        "Made by Jo Hill with Fit to Post on",
    ):
        assert words in text, (words, text)


@pytest.mark.usefixtures("staff")
def test_the_report_is_a_tagged_pdf_with_language_title_and_headings_of_tables(lead: Browser) -> None:
    paper = Paper(lead)
    assert paper.root["/MarkInfo"]["/Marked"] == True  # noqa: E712  # a PDF's own kind of yes
    assert paper.root["/Lang"] == "en-GB"
    assert paper.reader.metadata
    assert paper.reader.metadata.title == "Training on social media: Invictus Education Trust"
    assert "<pdfuaid:part>1</pdfuaid:part>" in paper.root["/Metadata"].get_object().get_data().decode()
    kinds = paper.kinds()
    assert [kind for kind in kinds if kind in {"/H1", "/H2"}] == ["/H1", "/H2", "/H2", "/H2"]
    assert kinds.count("/Table") == 2 and kinds.count("/TH") == 14 and "/L" in kinds


@pytest.mark.usefixtures("staff")
def test_the_report_is_a_download_that_no_one_else_keeps(lead: Browser, today: date) -> None:
    headers = Paper(lead).headers
    assert headers["Content-Disposition"] == f"attachment; filename=report-for-governors-{today}.pdf"
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.usefixtures("staff")
def test_the_report_says_what_has_changed_since_last_month(lead: Browser, database: Database, today: date) -> None:
    last = today.replace(day=1) - timedelta(days=1)
    keep(database, last, 10, 2)
    text = Paper(lead).text
    assert f"That is 30 percentage points more than on {on_day(last)}." in text
    assert "All their training 4 2 50% up 30 1 1" in text


@pytest.mark.usefixtures("staff")
def test_the_report_follows_what_was_chosen_on_the_page(lead: Browser, schools: Schools) -> None:
    text = Paper(lead, f"?school={schools[0]}&module=photos").text
    assert "Photos Hillside, as of" in text and "2 people have to take “Photos”." in text
    assert "Acorn Primary" not in text and "By school" not in text and "By module" not in text
    assert lead.get("/trust/report.pdf?school=99999").status_code == 404
    assert lead.get("/trust/report.pdf?module=nothing").status_code == 404


@pytest.mark.usefixtures("staff")
def test_a_school_lead_gets_a_report_on_their_school_alone(
    school: School, database: Database, schools: Schools
) -> None:
    give_grant(database, GrantRole.SCHOOL_LEAD, schools=(schools[0],))
    paper = Paper(with_address(school, database))
    assert "Hillside, as of" in paper.text and "Acorn Primary" not in paper.text
    assert paper.reader.metadata and paper.reader.metadata.title == "Training on social media: Hillside"


def test_staff_and_teachers_of_a_course_get_no_report(school: School) -> None:
    for role in (Role.STAFF, Role.TRAINER):
        assert school.visit(role.value, role).get("/trust/report.pdf").status_code == 403


def test_a_trust_in_which_no_one_has_to_take_anything_gets_a_report_that_says_so(lead: Browser) -> None:
    assert "No one has to take this training." in Paper(lead).text


@pytest.mark.usefixtures("staff")
def test_the_report_says_that_numbers_may_change_while_people_are_brought_up_to_date(
    lead: Browser, school: School, database: Database
) -> None:
    with database.transaction() as session:
        session.add(StaleCourse(course_id=school.activity.course_id, since=utcnow()))
    assert "so numbers may change a little" in Paper(lead).text


def test_forty_schools_with_hard_names_fit_on_two_pages(lead: Browser, database: Database, today: date) -> None:
    with database.transaction() as session:
        for number in range(40):
            school = a_school(session, name=f"#strong[{number}] “Ödön” \\ $x$ لينا 😀")
            add_member(session, today, f"P{number}", Taken("photos", PASSED), school_id=school.id)
    paper = Paper(lead)
    assert len(paper.reader.pages) == 2 and "Page 2 of 2" in paper.text
    assert "#strong[39] “Ödön” \\ $x$" in paper.text
