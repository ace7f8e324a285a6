"""What a launch comes to: a page that refuses it and no trace, or a visit."""

from html import unescape

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from core.domain.trouble import Trouble
from db import Database, utcnow
from lti.models import Activity, Course, Login, Membership, Person, Visit
from lti.visits.visit import CurrentVisit, find_visit
from tests.support.page_rules import problems_of
from tests.support.visitor import visit_in

LEFT_BY_A_VISIT = (Person, Course, Activity, Membership, Visit)


def assert_refused(answer: TestResponse, trouble: Trouble) -> None:
    """The page says what happened and what to do next, in words for a person and in no others."""
    words = unescape(answer.text)
    assert f"<strong>{trouble.code}</strong>" in words
    assert answer.status_code == trouble.status
    assert 400 <= answer.status_code < 500
    assert f'<h1 class="govuk-heading-l">{trouble.heading}</h1>' in words
    assert trouble.happened in words
    assert "What to do next" in words
    assert trouble.advice in words
    assert "Traceback" not in words
    assert problems_of(answer.text) == []


def assert_landed(answer: TestResponse) -> None:
    """The browser is sent to the front door of its visit."""
    assert answer.status_code == 303 and visit_in(answer.location) + "/" == answer.location, unescape(answer.text)


def assert_held(answer: TestResponse) -> None:
    """The message waits for more than a cookie: the page offers a window of its own."""
    assert answer.status_code == 200
    assert "Open the training in a new window</h1>" in answer.text
    assert problems_of(answer.text) == []


def assert_no_trace(database: Database) -> None:
    """Nobody came: nothing is known of a person or course, and no login is used up."""
    with database.reading() as session:
        assert {table.__name__: count_of(session, table) for table in LEFT_BY_A_VISIT} == {
            table.__name__: 0 for table in LEFT_BY_A_VISIT
        }
        assert session.scalars(select(Login.state).where(Login.used_at.is_not(None))).all() == []


def count_of(session: Session, table: type) -> int:
    """The number of rows in a table."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def visit_of(database: Database, token: str) -> CurrentVisit:
    """The visit that a cookie stands for, with its person and course."""
    with database.reading() as session:
        visit = find_visit(session, token, utcnow())
        assert visit
        return visit
