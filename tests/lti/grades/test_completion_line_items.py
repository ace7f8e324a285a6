"""The second column of an activity, which says that somebody has passed: found or made in the practice LMS, once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import delete, select, update

from lti.domain.delivery import IN_PART, DeliveryState, GradeKind
from lti.due_dates import DueDates
from lti.grades.completion_line_item import ITEMS_TYPE, NO_RIGHT
from lti.grades.deliveries import Grade, owe_grade
from lti.grades.send import GradeSender
from lti.models import Activity, Course, Delivery, Membership, Person
from practice.models import LineItem, LineItemEnd
from tests.support.lms.owed_grades import OwedGrades
from tests.support.lms.services import AGS, Reply, listed
from tests.support.passback import Post
from tests.support.visitor import Visitor

# In British summer time.
DUE = date(2027, 7, 31)


@pytest.fixture
def marking(post: Post) -> Post:
    """Give a course whose LMS lets us make columns, and whose activity asks for the second one."""
    post.allow_columns()
    Visitor(post.practice.url, post.practice.tool_url).launch()
    post.change(Activity, marks_completion=True)
    return post


def items(post: Post) -> list[LineItem]:
    """Return the columns that the LMS has beside those of its activities."""
    with post.practice.app.extensions["practice_lms"].engine.connect() as lms:
        return list(lms.execute(select(LineItem.__table__).where(LineItem.is_coupled.is_(False))))


def marks(post: Post) -> dict[str, Any]:
    """Return what stands in the one column that we made."""
    (item,) = items(post)
    return next(grade for grade in post.gradebook() if grade["line_item"] == item.id)


def completion(post: Post) -> Delivery:
    return next(delivery for delivery in post.deliveries if delivery.kind is GradeKind.COMPLETION)


@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_a_pass_fills_both_columns_and_the_second_is_made_for_it(marking: Post, lms: str) -> None:
    marking.keep_rules_of(lms)
    marking.owe(0.85, passed=True)
    marking.deliver()
    assert marking.held()["percent"] == 85
    assert (marks(marking)["score"], marks(marking)["writes"]) == (1, 1)
    (item,) = items(marking)
    assert (item.label, item.score_maximum) == ("Social media essentials: completed", 1)
    assert (item.resource_id, item.tag, item.activity_id) == ("essentials", "completion", "101")


def test_who_has_not_passed_has_no_mark(marking: Post) -> None:
    marking.owe(0.4)
    marking.deliver()
    assert len(marking.deliveries) == 1 and items(marking) == []


def test_an_activity_that_asks_for_no_second_column_gets_none(marking: Post) -> None:
    marking.change(Activity, marks_completion=False)
    marking.owe(0.85, passed=True)
    marking.deliver()
    assert len(marking.deliveries) == 1 and items(marking) == []


def test_the_mark_stays_when_a_better_pass_comes(marking: Post) -> None:
    for score in (0.8, 0.9):
        marking.owe(score, passed=True)
        marking.deliver()
    assert marking.held()["percent"] == 90
    assert marks(marking)["writes"] == 1


def test_an_ungraded_activity_can_still_mark_completion(marking: Post) -> None:
    marking.switch_grades_off()
    marking.owe(0.85, passed=True)
    marking.deliver()
    states = {delivery.kind: delivery.state for delivery in marking.deliveries}
    assert states == {GradeKind.COMPLETION: DeliveryState.DELIVERED, GradeKind.SCORE: DeliveryState.NOT_KEPT}
    assert marks(marking)["score"] == 1


def test_a_column_that_a_copied_course_has_kept_is_used(marking: Post) -> None:
    marking.owe(0.85, passed=True)
    marking.deliver()
    marking.change(Activity, completion_url=None)
    marking.owe(0.85, passed=True, afresh=True)
    marking.deliver()
    assert len(items(marking)) == 1
    assert marks(marking)["writes"] == 2


@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_many_who_pass_at_once_share_one_column(marking: Post, lms: str) -> None:
    for person in ("6", "7", "8"):
        Visitor(marking.practice.url, marking.practice.tool_url, person=person).launch()
    marking.change(Activity, marks_completion=True)
    marking.keep_rules_of(lms)
    now = datetime.now(UTC)
    with marking.database.transaction() as session:
        activity = session.scalars(select(Activity)).one()
        for person in session.scalars(select(Membership.person_id)).all():
            owe_grade(session, activity.id, person, Grade(0.9, "Passed.", now, now, True), now)
    senders = [GradeSender(marking.database, marking.settings) for _ in range(2)]
    with ThreadPoolExecutor(2) as processes:
        list(processes.map(GradeSender.send_due, senders))
    marking.deliver()
    (item,) = items(marking)
    with_marks = requests.get(f"{marking.practice.url}/courses/invictus/gradebook.json", timeout=5).json()["grades"]
    marked = [grade for grade in with_marks if grade["line_item"] == item.id and grade["writes"]]
    assert [(grade["score"], grade["writes"]) for grade in marked] == [(1, 1)] * 4


def test_without_the_right_to_make_columns_people_are_told_and_the_score_goes_its_way(post: Post) -> None:
    post.change(Activity, marks_completion=True)
    post.owe(0.85, passed=True)
    post.deliver()
    assert post.held()["percent"] == 85
    assert completion(post).state is DeliveryState.NEEDS_ATTENTION
    assert completion(post).words == NO_RIGHT.words and "administrator" in NO_RIGHT.words


def test_a_column_that_was_deleted_is_made_again_once(marking: Post) -> None:
    marking.owe(0.85, passed=True)
    marking.deliver()
    with marking.practice.app.extensions["practice_lms"].engine.begin() as lms:
        lms.execute(delete(LineItem).where(LineItem.is_coupled.is_(False)))
    marking.owe(0.85, passed=True, afresh=True)
    marking.deliver()
    assert marks(marking)["score"] == 1


def test_where_it_is_gone_again_and_again_people_are_told(marking: Post) -> None:
    marking.owe(0.85, passed=True)
    marking.deliver()
    marking.trouble("gone")
    marking.owe(0.85, passed=True, afresh=True)
    marking.deliver()
    assert completion(marking).state is DeliveryState.NEEDS_ATTENTION
    assert "no longer in the LMS" in completion(marking).words
    assert len(items(marking)) == 1


@pytest.mark.parametrize("kind", ["unavailable", "lost-answer", "broken-after-write"])
def test_trouble_while_it_is_made_makes_no_second_one(marking: Post, kind: str) -> None:
    marking.trouble(kind)
    marking.owe(0.85, passed=True)
    marking.try_once()
    marking.try_once()
    marking.trouble("none")
    marking.deliver()
    assert (marks(marking)["score"], marks(marking)["writes"]) == (1, 1)


def test_one_who_died_while_making_it_holds_it_up_for_a_while_only(marking: Post) -> None:
    marking.change(Activity, completion_asked_until=datetime.now(UTC) + timedelta(minutes=2))
    marking.owe(0.85, passed=True)
    marking.try_once()
    assert completion(marking).state is DeliveryState.WAITING
    assert completion(marking).due_at < datetime.now(UTC) + timedelta(seconds=5)
    marking.change(Activity, completion_asked_until=datetime.now(UTC))
    marking.deliver()
    assert marks(marking)["score"] == 1


class TestOddLists:
    """What an LMS may answer when it is asked for the course's columns."""

    ITEMS = "https://lms.example/items"
    MINE = {"id": f"{ITEMS}/7", "label": "x", "scoreMaximum": 1, "resourceId": "photos", "tag": "completion"}

    @pytest.fixture
    def grades(self, grades: OwedGrades) -> OwedGrades:
        with grades.database.transaction() as session:
            scopes = [*grades.activity.scopes, AGS + "lineitem"]
            session.execute(update(Activity).values(marks_completion=True, scopes=scopes))
            session.execute(update(Course).values(line_items_url=f"{self.ITEMS}?type_id=1"))
        return grades

    def pass_(self, grades: OwedGrades) -> Delivery:
        now = datetime.now(UTC)
        grades.owe("Ada", score=0.1)
        with grades.database.transaction() as session:
            person = session.scalars(select(Person)).one()
            owe_grade(session, grades.activity.id, person.id, Grade(0.8, "Passed.", now, now, True), now)
        grades.sender.send_due()
        with grades.database.reading() as session:
            return session.scalars(select(Delivery).where(Delivery.kind == GradeKind.COMPLETION)).one()

    def test_the_query_of_the_address_stays_and_ours_follows(self, grades: OwedGrades) -> None:
        grades.services.odd["items"] = listed([self.MINE])
        assert self.pass_(grades).state is DeliveryState.DELIVERED
        asked = grades.services.got("items")
        assert asked.url == f"{self.ITEMS}?type_id=1&resource_id=photos&tag=completion"
        assert asked.headers["Accept"] == ITEMS_TYPE

    def test_an_lms_that_cannot_pick_gives_others_too(self, grades: OwedGrades) -> None:
        others = [
            self.MINE | {"id": f"{self.ITEMS}/1", "tag": "score"},
            self.MINE | {"id": f"{self.ITEMS}/2", "resourceId": "boundaries"},
            self.MINE | {"id": f"{self.ITEMS}/3", "resourceLinkId": "another"},
            self.MINE | {"id": 5},
            "no object",
        ]
        grades.services.odd["items"] = listed([*others, self.MINE])
        assert self.pass_(grades).state is DeliveryState.DELIVERED

    def test_the_one_of_this_activity_goes_before_one_of_none(self, grades: OwedGrades) -> None:
        free = self.MINE | {"id": f"{self.ITEMS}/1"}
        grades.services.odd["items"] = listed([free, self.MINE | {"resourceLinkId": "link-1"}])
        assert self.pass_(grades).state is DeliveryState.DELIVERED

    def test_one_that_another_activity_of_ours_has_is_not_taken(self, grades: OwedGrades) -> None:
        taken = f"{self.ITEMS}/1"
        with grades.database.transaction() as session:
            course = session.scalars(select(Course.id)).one()
            twin = {"module": "photos", "title": "Photos", "completion_url": taken}
            session.add(Activity(course_id=course, resource_link="link-2", **twin))
        grades.services.odd["items"] = listed([self.MINE | {"id": taken}])
        grades.services.odd["new item"] = listed(self.MINE)
        assert self.pass_(grades).state is DeliveryState.DELIVERED
        assert grades.services.asked["new item"] == 1

    def test_it_is_found_on_a_later_page(self, grades: OwedGrades) -> None:
        link = f"<{self.ITEMS}?page=bookmark:WzBd&amp;x=1>; rel=“next”".encode().decode("latin-1")
        query = "type_id=1&resource_id=photos&tag=completion"
        grades.services.odd["items"] = {
            f"{self.ITEMS}?{query}": listed([], Link=link),
            f"{self.ITEMS}?page=bookmark:WzBd&x=1": listed([self.MINE]),
        }
        assert self.pass_(grades).state is DeliveryState.DELIVERED

    @pytest.mark.parametrize(
        "first_page",
        [
            listed([], Link='<https://elsewhere.example/items>; rel="next"'),
            listed([], Link='<https://lms.example/items?page=2; rel="next"'),
            listed([], Link='<>; rel="next"'),
            listed({"lineItems": []}),
            (200, {}, "a page of words"),
        ],
        ids=["another server", "a header without an end", "a circle", "no list", "no JSON"],
    )
    def test_a_part_of_the_columns_is_told_and_makes_no_second_one(self, grades: OwedGrades, first_page: Reply) -> None:
        grades.services.odd["items"] = first_page
        delivery = self.pass_(grades)
        assert (delivery.state, delivery.words) == (DeliveryState.NEEDS_ATTENTION, IN_PART.words)
        assert grades.services.asked["new item"] == 0

    @pytest.mark.parametrize(
        "entry",
        [[1], "a column", None, MINE | {"id": None}, MINE | {"id": 5}, MINE | {"id": "", "resourceLinkId": "link-1"}],
        ids=str,
    )
    def test_a_column_that_cannot_be_read_is_told_and_makes_no_second_one(
        self, grades: OwedGrades, entry: object
    ) -> None:
        grades.services.odd["items"] = listed([self.MINE | {"id": f"{self.ITEMS}/1", "tag": "score"}, entry])
        delivery = self.pass_(grades)
        assert (delivery.state, delivery.words) == (DeliveryState.NEEDS_ATTENTION, IN_PART.words)
        assert grades.services.asked["new item"] == 0

    @pytest.mark.parametrize("other", [{"tag": "score"}, {"resourceId": "boundaries"}, {"resourceLinkId": "another"}])
    def test_a_column_of_something_else_may_be_without_an_address(
        self, grades: OwedGrades, other: dict[str, Any]
    ) -> None:
        grades.services.odd["items"] = listed([self.MINE | {"id": None} | other])
        grades.services.odd["new item"] = listed(self.MINE)
        assert self.pass_(grades).state is DeliveryState.DELIVERED
        assert grades.services.asked["new item"] == 1

    def test_one_whose_ids_are_numbers_is_found(self, grades: OwedGrades) -> None:
        with grades.database.transaction() as session:
            session.execute(update(Activity).values(resource_link="7"))
        free = self.MINE | {"id": f"{self.ITEMS}/1", "resourceLinkId": None}
        grades.services.odd["items"] = listed([free | {"resourceLinkId": 8}, self.MINE | {"resourceLinkId": 7}])
        assert self.pass_(grades).state is DeliveryState.DELIVERED

    def test_an_lms_that_does_not_take_the_activitys_id_gets_a_column_without(self, grades: OwedGrades) -> None:
        grades.services.odd["items"] = listed([])

        def make(request: Any) -> tuple[int, dict[str, str], str]:
            takes = "resourceLinkId" not in json.loads(request.body)
            return (201, {}, json.dumps(self.MINE)) if takes else (400, {}, "")

        grades.services.odd["new item"] = make
        assert self.pass_(grades).state is DeliveryState.DELIVERED

    @pytest.mark.parametrize("status", [400, 403, 404, 405, 422])
    def test_an_lms_that_makes_none_is_told_to_people(self, grades: OwedGrades, status: int) -> None:
        grades.services.odd["items"] = listed([])
        grades.services.odd["new item"] = (status, {}, "")
        delivery = self.pass_(grades)
        assert (delivery.state, delivery.words) == (DeliveryState.NEEDS_ATTENTION, NO_RIGHT.words)

    @pytest.mark.parametrize("answer", ["", "made", "[]", '{"id": 5}', '{"id": ""}'])
    def test_an_lms_that_does_not_say_where_it_is_is_asked_again(self, grades: OwedGrades, answer: str) -> None:
        grades.services.odd["items"] = listed([])
        grades.services.odd["new item"] = (200, {}, answer)
        assert self.pass_(grades).state is DeliveryState.WAITING

    def test_a_column_whose_address_we_do_not_call_is_not_called(self, grades: OwedGrades) -> None:
        grades.services.odd["items"] = listed([self.MINE | {"id": "http://lms.example/7"}])
        assert self.pass_(grades).state is DeliveryState.NEEDS_ATTENTION


@pytest.mark.parametrize(("lms", "kept"), [("canvas", "2027-07-31T22:59:59Z"), ("moodle", None)])
def test_a_column_that_is_made_says_by_when_everyone_in_the_course_has_to_finish(
    marking: Post, lms: str, kept: str | None
) -> None:
    marking.keep_rules_of(lms)
    due_dates = DueDates(
        lambda *_: None, lambda _session, _trust, _course, modules, _today: dict.fromkeys(modules, DUE)
    )
    marking.sender = GradeSender(marking.database, marking.settings, due_dates=due_dates)
    marking.owe(0.85, passed=True)
    marking.deliver()
    assert marks(marking)["score"] == 1
    (item,) = items(marking)
    with marking.practice.app.extensions["practice_lms"].engine.connect() as database:
        end = select(LineItemEnd.at).where(LineItemEnd.line_item_id == item.id)
        assert database.scalar(end) == kept
