"""The column of an activity's score is found again and again, though Moodle's launches stop naming it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, insert, select, update

from lti.domain.delivery import IN_PART, MAY_NOT_LOOK, NO_COLUMN, NO_GRADES, DeliveryState, GradeKind
from lti.grades.send import GradeSender
from lti.models import Activity, Course, Delivery
from practice.models import LineItem
from tests.support.lms.double import Lms, lti
from tests.support.lms.outcomes import assert_landed
from tests.support.lms.owed_grades import OwedGrades
from tests.support.lms.services import AGS, listed
from tests.support.passback import Post
from tests.support.visitor import Visitor

CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE_RIGHT = {"scope": [AGS + "score"]}


def activity(post: Post) -> Activity:
    with post.database.reading() as session:
        return session.scalars(select(Activity)).one()


def opens(post: Post) -> None:
    """Let the first member of staff open the activity again."""
    Visitor(post.practice.url, post.practice.tool_url).launch()


def column(post: Post) -> str:
    """Return the address of the activity's own column."""
    return f"{post.practice.url}/courses/invictus/lineitems/201/lineitem?type_id=1"


def score(post: Post) -> Delivery:
    return next(delivery for delivery in post.deliveries if delivery.kind is GradeKind.SCORE)


def coupled(post: Post, **values: Any) -> None:
    """Let a trainer switch grades on in the LMS for the activity of these tests."""
    described = {"id": "201", "course_key": "invictus", "activity_id": "101", "place": 1, "label": "Essentials"}
    with post.practice.app.extensions["practice_lms"].engine.begin() as lms:
        lms.execute(insert(LineItem).values(**described | {"score_maximum": 100, "is_coupled": True} | values))


@pytest.fixture
def marking(post: Post) -> Post:
    """Give an activity in Moodle with a second column, which we made beside the one for the score."""
    post.allow_columns()
    opens(post)
    post.change(Activity, marks_completion=True)
    post.owe(0.8, passed=True)
    post.deliver()
    return post


class TestTwoColumns:
    """Once an activity has two columns, Moodle's launches name none (read in Moodle 4.5.6's gradebook service)."""

    def test_grades_still_arrive_after_the_next_launch(self, marking: Post) -> None:
        opens(marking)
        marking.owe(0.9, passed=True)
        marking.deliver()
        assert marking.held()["percent"] == 90
        assert activity(marking).line_item_url == column(marking)

    def test_it_is_looked_up_where_it_was_never_known(self, marking: Post) -> None:
        marking.change(Activity, line_item_url=None)
        opens(marking)
        assert activity(marking).line_item_url is None
        marking.owe(0.9, passed=True)
        marking.deliver()
        assert marking.held()["percent"] == 90
        assert activity(marking).line_item_url == column(marking)

    def test_it_is_looked_up_once_for_many_grades(self, marking: Post) -> None:
        marking.change(Activity, line_item_url=None)
        for percent in (90, 95, 100):
            marking.owe(percent / 100, passed=True)
            marking.deliver()
        assert len(marking.calls("resource_link_id")) == 1

    def test_the_score_never_goes_into_the_column_that_says_who_has_completed(self, marking: Post) -> None:
        marking.switch_grades_off()
        marking.owe(0.9, passed=True)
        marking.deliver()
        assert score(marking).state is DeliveryState.NOT_KEPT
        (mark,) = [grade for grade in marking.gradebook() if grade["writes"]]
        assert (mark["score"], mark["writes"]) == (1, 1)

    def test_where_we_may_not_look_any_longer_people_are_told(self, marking: Post) -> None:
        marking.change(Activity, line_item_url=None, scopes=SCORE_RIGHT["scope"])
        marking.owe(0.9)
        marking.deliver()
        assert (score(marking).state, score(marking).words) == (DeliveryState.NEEDS_ATTENTION, MAY_NOT_LOOK.words)

    def test_two_who_look_at_the_same_time_find_the_same(self, marking: Post) -> None:
        marking.change(Activity, line_item_url=None)
        marking.owe(0.9, passed=True, afresh=True)
        marking.hasten()
        senders = [GradeSender(marking.database, marking.settings) for _ in range(2)]
        with ThreadPoolExecutor(2) as processes:
            list(processes.map(GradeSender.send_due, senders))
        marking.deliver()
        assert marking.held()["percent"] == 90
        assert marking.taken().count(90) == 1

    def test_one_who_died_while_looking_is_followed_by_another(self, marking: Post) -> None:
        marking.change(Activity, line_item_url=None)
        marking.owe(0.9)
        claim = marking.claim()
        assert claim and claim.url is None
        marking.restart()
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
            marking.deliver()
        assert marking.held()["percent"] == 90

    @pytest.mark.parametrize("kind", ["unavailable", "throttled"])
    def test_an_lms_in_trouble_while_we_look_only_delays_the_grade(self, marking: Post, kind: str) -> None:
        marking.change(Activity, line_item_url=None)
        marking.trouble(kind)
        marking.owe(0.9)
        marking.try_once()
        assert score(marking).state is DeliveryState.WAITING
        marking.trouble("none")
        marking.deliver()
        assert marking.held()["percent"] == 90


class TestCompletionAlone:
    """Of an ungraded activity that marks completion, Moodle's launches name the column that we made as its only one."""

    @pytest.fixture
    def ungraded(self, post: Post) -> Post:
        """Give an ungraded activity whose completion is in the LMS, and which is opened again."""
        post.allow_columns()
        post.switch_grades_off()
        post.change(Activity, marks_completion=True)
        opens(post)
        post.change(Activity, marks_completion=True)
        post.owe(0.93, passed=True)
        post.deliver()
        return post

    def completion(self, post: Post) -> float:
        (mark,) = [grade for grade in post.gradebook() if grade["writes"]]
        return mark["score"]

    def test_it_is_not_taken_for_the_column_of_the_score(self, ungraded: Post) -> None:
        opens(ungraded)
        ungraded.deliver()
        assert self.completion(ungraded) == 1
        assert activity(ungraded).line_item_url is None
        assert score(ungraded).state is DeliveryState.NOT_KEPT

    def test_one_that_was_taken_for_it_is_no_longer_so_after_the_next_launch(self, ungraded: Post) -> None:
        ungraded.change(Activity, line_item_url=activity(ungraded).completion_url)
        opens(ungraded)
        assert activity(ungraded).line_item_url is None

    @pytest.mark.parametrize("passed", [False, True])
    def test_a_copied_activity_knows_it_by_its_tag(self, ungraded: Post, passed: bool) -> None:
        address = activity(ungraded).completion_url
        ungraded.change(Activity, completion_url=None)
        opens(ungraded)
        assert activity(ungraded).line_item_url == address
        ungraded.change(Activity, marks_completion=True)
        ungraded.owe(0.95, passed=passed)
        ungraded.deliver()
        assert self.completion(ungraded) == 1
        assert (activity(ungraded).line_item_url, activity(ungraded).completion_url) == (None, address)

    def test_the_score_goes_to_its_own_column_once_there_is_one(self, ungraded: Post) -> None:
        opens(ungraded)
        coupled(ungraded)
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
            ungraded.owe(0.95, passed=True)
            ungraded.deliver()
        assert (ungraded.held()["percent"], self.completion_writes(ungraded)) == (95, 1)

    def completion_writes(self, post: Post) -> int:
        return sum(grade["writes"] for grade in post.gradebook() if grade["line_item"] != "201")


class TestUngraded:
    """An activity without a column of its own raises no alarm, and is no secret."""

    @pytest.fixture
    def ungraded(self, post: Post) -> Post:
        post.allow_columns()
        opens(post)
        post.switch_grades_off()
        return post

    @pytest.mark.parametrize("lms", ["moodle", "canvas"])
    def test_the_grade_is_a_row_that_says_so(self, ungraded: Post, lms: str) -> None:
        ungraded.keep_rules_of(lms)
        ungraded.owe(0.9)
        ungraded.deliver()
        assert (ungraded.delivery.state, ungraded.delivery.words) == (DeliveryState.NOT_KEPT, NO_COLUMN.words)
        assert ungraded.platform.failures == 0

    def test_the_gradebook_is_looked_through_once_an_hour_and_not_for_each_person(self, ungraded: Post) -> None:
        for percent in (50, 60, 70):
            ungraded.owe(percent / 100)
            ungraded.deliver()
        assert len(ungraded.calls("resource_link_id")) == 1
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
            ungraded.owe(0.8)
            ungraded.deliver()
        assert len(ungraded.calls("resource_link_id")) == 2

    def test_a_trainer_who_switches_grades_on_later_gets_those_of_before(self, ungraded: Post) -> None:
        ungraded.owe(0.9)
        ungraded.deliver()
        coupled(ungraded)
        opens(ungraded)
        ungraded.deliver()
        assert ungraded.held()["percent"] == 90

    def test_also_where_launches_name_no_column(self, ungraded: Post) -> None:
        ungraded.owe(0.8)
        ungraded.deliver()
        coupled(ungraded)
        coupled(ungraded, id="902", is_coupled=False, tag="completion", place=2)
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
            ungraded.owe(0.9)
            ungraded.deliver()
        assert ungraded.held()["percent"] == 90

    def test_an_lms_that_does_not_let_us_look_gets_no_alarm_for_it(self, post: Post) -> None:
        post.change(Activity, line_item_url=None, scopes=SCORE_RIGHT["scope"])
        post.owe(0.9)
        post.deliver()
        assert (post.delivery.state, post.delivery.words) == (DeliveryState.NOT_KEPT, NO_GRADES.words)


def test_a_column_that_is_gone_is_looked_for_at_another_address_once(post: Post) -> None:
    post.allow_columns()
    opens(post)
    post.change(Activity, line_item_url=f"{post.practice.url}/courses/invictus/lineitems/999/lineitem?type_id=1")
    post.owe(0.9)
    post.deliver()
    assert post.held()["percent"] == 90
    assert activity(post).line_item_url == column(post)


def test_a_column_that_is_gone_for_good_is_told_to_people_and_stays_known(post: Post) -> None:
    post.allow_columns()
    opens(post)
    with post.practice.app.extensions["practice_lms"].engine.begin() as lms:
        lms.execute(delete(LineItem).where(LineItem.id == "201"))
    post.owe(0.9)
    post.deliver()
    assert post.delivery.state is DeliveryState.NEEDS_ATTENTION
    assert "no longer in the LMS" in post.delivery.words
    assert activity(post).line_item_url == column(post)


class TestLaunches:
    """What a launch says of the column, and what it leaves out."""

    KNOWN = {CLAIM: SCORE_RIGHT | {"lineitem": "https://lms.example/items/1", "lineitems": "https://lms.example/items"}}

    def known(self, database: Any) -> Activity:
        with database.reading() as session:
            return session.scalars(select(Activity)).one()

    @pytest.mark.parametrize(
        "endpoint",
        [None, {}, {"lineitem": ""}, {"lineitem": None}, {"lineitem": 5}, {"lineitems": "https://lms.example/items"}],
    )
    def test_what_it_leaves_out_is_not_forgotten(self, lms: Lms, database: Any, endpoint: Any) -> None:
        assert_landed(lms.launches(self.KNOWN))
        assert_landed(lms.launches({CLAIM: endpoint}))
        known = self.known(database)
        assert (known.line_item_url, known.scopes) == ("https://lms.example/items/1", SCORE_RIGHT["scope"])

    def test_another_address_takes_the_place_of_the_known_one(self, lms: Lms, database: Any) -> None:
        assert_landed(lms.launches(self.KNOWN))
        assert_landed(lms.launches({CLAIM: SCORE_RIGHT | {"lineitem": "https://lms.example/items/2"}}))
        assert self.known(database).line_item_url == "https://lms.example/items/2"

    def test_an_lms_that_has_moved_is_looked_through_anew(self, lms: Lms, database: Any) -> None:
        assert_landed(lms.launches(self.KNOWN))
        assert_landed(lms.launches({CLAIM: SCORE_RIGHT | {"lineitems": "https://new.example/items"}}))
        assert self.known(database).line_item_url is None

    def test_answers_that_are_looked_at_tell_of_no_other_column(self, lms: Lms, database: Any) -> None:
        assert_landed(lms.launches(self.KNOWN))
        review = {lti("message_type"): "LtiSubmissionReviewRequest", lti("for_user"): {"user_id": "5"}}
        assert_landed(lms.launches(review | {CLAIM: SCORE_RIGHT | {"lineitem": "https://lms.example/items/9"}}))
        assert self.known(database).line_item_url == "https://lms.example/items/1"


class TestOddLists:
    """What an LMS may answer when it is asked which column is the activity's."""

    ITEMS = "https://lms.example/items"
    MINE = {"id": f"{ITEMS}/7", "label": "x", "scoreMaximum": 100, "resourceLinkId": "link-1"}

    @pytest.fixture
    def grades(self, grades: OwedGrades) -> OwedGrades:
        with grades.database.transaction() as session:
            scopes = [*grades.activity.scopes, AGS + "lineitem.readonly"]
            session.execute(update(Activity).values(line_item_url=None, scopes=scopes))
            session.execute(update(Course).values(line_items_url=f"{self.ITEMS}?type_id=1"))
        return grades

    def sent(self, grades: OwedGrades) -> DeliveryState:
        grades.owe("Ada")
        grades.sender.send_due()
        return grades.states()["Ada"]

    def test_the_query_of_the_address_stays_and_ours_follows(self, grades: OwedGrades) -> None:
        grades.services.odd["items"] = listed([self.MINE])
        assert self.sent(grades) is DeliveryState.DELIVERED
        asked = grades.services.got("items")
        assert asked.url == f"{self.ITEMS}?type_id=1&resource_link_id=link-1"

    @pytest.mark.parametrize(
        "other",
        [
            {"id": f"{ITEMS}/1", "resourceLinkId": "another"},
            {"id": f"{ITEMS}/1", "tag": "completion"},
            {"id": f"{ITEMS}/1", "resourceLinkId": None, "tag": "score", "resourceId": "photos"},
            {"id": None},
            {"id": 5},
        ],
    )
    def test_of_several_the_activitys_own_is_taken(self, grades: OwedGrades, other: dict[str, Any]) -> None:
        grades.services.odd["items"] = listed([self.MINE | other, self.MINE])
        assert self.sent(grades) is DeliveryState.DELIVERED

    @pytest.mark.parametrize("entry", [[1], "a column", None, {}, {"id": None, "resourceLinkId": "link-1"}], ids=str)
    def test_where_one_that_may_be_it_cannot_be_read_people_are_told(self, grades: OwedGrades, entry: object) -> None:
        grades.services.odd["items"] = listed([entry])
        assert self.sent(grades) is DeliveryState.NEEDS_ATTENTION
        assert self.words(grades) == IN_PART.words

    @pytest.mark.parametrize(
        "entry", [{"resourceLinkId": "another"}, {"resourceLinkId": "link-1", "tag": "completion"}]
    )
    def test_a_column_of_something_else_may_be_without_an_address(
        self, grades: OwedGrades, entry: dict[str, Any]
    ) -> None:
        grades.services.odd["items"] = listed([entry | {"id": None}])
        assert self.sent(grades) is DeliveryState.NOT_KEPT

    def words(self, grades: OwedGrades) -> str:
        with grades.database.reading() as session:
            return session.scalars(select(Delivery)).one().words

    def test_of_two_of_the_activity_the_one_that_we_asked_for_is_taken(self, grades: OwedGrades) -> None:
        other = self.MINE | {"id": f"{self.ITEMS}/1"}
        grades.services.odd["items"] = listed([other, self.MINE | {"tag": "score", "resourceId": "photos"}])
        assert self.sent(grades) is DeliveryState.DELIVERED

    def test_an_lms_that_does_not_say_whose_columns_are_is_believed_where_one_fits(self, grades: OwedGrades) -> None:
        mine = {"id": f"{self.ITEMS}/7", "tag": "score", "resourceId": "photos"}
        grades.services.odd["items"] = listed([mine, mine | {"id": f"{self.ITEMS}/1", "resourceId": "boundaries"}])
        assert self.sent(grades) is DeliveryState.DELIVERED

    def test_where_two_fit_none_is_guessed(self, grades: OwedGrades) -> None:
        mine = {"tag": "score", "resourceId": "photos"}
        grades.services.odd["items"] = listed([mine | {"id": f"{self.ITEMS}/{number}"} for number in (7, 8)])
        assert self.sent(grades) is DeliveryState.NOT_KEPT

    def test_an_activitys_id_may_be_a_number(self, grades: OwedGrades) -> None:
        with grades.database.transaction() as session:
            session.execute(update(Activity).values(resource_link="12"))
        grades.services.odd["items"] = listed([self.MINE | {"resourceLinkId": 12}])
        assert self.sent(grades) is DeliveryState.DELIVERED

    @pytest.mark.parametrize("status", [403, 404])
    def test_a_gradebook_that_is_closed_to_us_is_told_to_people(self, grades: OwedGrades, status: int) -> None:
        grades.services.odd["items"] = (status, {}, "")
        assert self.sent(grades) is DeliveryState.NEEDS_ATTENTION
