"""The line item service, as the practice LMS keeps it in either mood."""

import json
from math import inf

import pytest

from practice.scopes import AGS_SCOPES, ROSTER_READ, SCORE
from tests.support.practice_registrations import registered_tool

LIST = "application/vnd.ims.lis.v2.lineitemcontainer+json"
ITEM = "application/vnd.ims.lis.v2.lineitem+json"


@pytest.fixture
def columns(tool):
    """The tool, registered so that it may make line items."""
    return Columns(registered_tool(tool))


class Columns:
    """The columns of the course's gradebook as the tool reaches them."""

    def __init__(self, tool):
        self.tool = tool
        self.address = f"{tool.course}/lineitems?type_id=1"
        self.scopes = (*AGS_SCOPES, ROSTER_READ)

    def make(self, media=ITEM, scopes=None, **changes):
        fields = {"label": "Completion", "scoreMaximum": 1, "resourceId": "essentials", "tag": "completion"} | changes
        return self._send("post", self.address, media, fields, scopes)

    def change(self, address, media=ITEM, **fields):
        return self._send("put", address, media, fields)

    def delete(self, address):
        return self._send("delete", address, None, {})

    def found(self, query=""):
        answer = self.tool.get(self.address + query, LIST, self._token())
        return [item["label"] for item in answer.json]

    def read(self, address):
        return self.tool.get(address, ITEM, self._token())

    def _send(self, method, address, media, fields, scopes=None):
        present = json.dumps({name: value for name, value in fields.items() if value is not None})
        headers = {"Authorization": f"Bearer {self._token(scopes)}"}
        return getattr(self.tool.browser, method)(address, data=present, content_type=media, headers=headers)

    def _token(self, scopes=None):
        return self.tool.token(scopes or self.scopes)


@pytest.fixture(params=["moodle", "canvas"])
def either(request, columns):
    columns.tool.browser.post("/mood", data={"mood": request.param})
    columns.mood = request.param
    return columns


def test_new_line_item_is_answered_with_its_address(either):
    answer = either.make()
    assert (answer.status_code, answer.mimetype) == (201, ITEM)
    assert either.read(answer.json["id"]).json == answer.json
    assert (answer.json["tag"], answer.json["resourceId"], answer.json["scoreMaximum"]) == (
        "completion",
        "essentials",
        1,
    )


def test_new_line_item_is_a_column_that_takes_grades(either):
    address = either.make().json["id"].partition("?")[0]
    answer = either.tool.post_score(item=address, token=either.tool.token(either.scopes), scoreGiven=1, scoreMaximum=1)
    assert answer.status_code == 200
    grades = either.tool.browser.get("/courses/newcomer/gradebook.json").json["grades"]
    assert [grade["score"] for grade in grades if grade["score"] is not None] == [1]
    assert "Completion" in either.tool.browser.get("/courses/newcomer/gradebook").text


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("&tag=completion", ["Completion"]),
        ("&resource_id=essentials", ["Completion", "Essentials"]),
        ("&resource_id=essentials&tag=score", ["Essentials"]),
        ("&resource_link_id=116", ["Boundaries", "Essentials"]),
        ("&tag=nothing", []),
    ],
)
def test_line_items_are_found_by_what_the_tool_calls_them(either, query, labels):
    either.make()
    either.make(label="Essentials", tag="score", resourceLinkId="116")
    assert either.found(query) == labels


def test_filters_last_from_page_to_page_in_moodle(columns):
    for number in range(3):
        columns.make(label=f"Column {number}", tag="mine")
    answer = columns.tool.get(columns.address + "&tag=mine&limit=2", LIST, columns._token())
    following = answer.headers["Link"].partition(">")[0].lstrip("<").replace("&amp;", "&")
    assert [item["label"] for item in columns.tool.get(following, LIST, columns._token()).json] == ["Column 2"]


def test_change_in_moodle_replaces_everything(columns):
    address = columns.make().json["id"]
    answer = columns.change(address, label="Done", scoreMaximum=2)
    assert answer.status_code == 200
    read = columns.read(address).json
    assert (read["label"], read["scoreMaximum"], read["tag"], read["resourceId"]) == ("Done", 2, "", "")


def test_change_in_canvas_leaves_what_is_not_sent(columns):
    columns.tool.browser.post("/mood", data={"mood": "canvas"})
    address = columns.make().json["id"]
    assert columns.change(address, label="Done").status_code == 200
    read = columns.read(address).json
    assert (read["label"], read["tag"]) == ("Done", "completion")


def test_deleted_line_item_is_gone_with_its_grades(either):
    address = either.make().json["id"]
    either.tool.post_score(item=address.partition("?")[0], token=either.tool.token(either.scopes))
    assert either.delete(address).status_code == 204
    assert either.read(address).status_code == 404
    assert "Completion" not in either.tool.browser.get("/courses/newcomer/gradebook").text


def test_line_item_of_an_activity_cannot_be_deleted(either):
    [first, *_] = either.tool.get(either.address, LIST, either._token()).json
    assert either.delete(first["id"]).status_code == {"moodle": 403, "canvas": 401}[either.mood]
    assert either.read(first["id"]).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"label": None},
        {"scoreMaximum": None},
        {"scoreMaximum": 0},
        {"scoreMaximum": "100"},
        {"scoreMaximum": inf},
        {"tag": 5},
        {"label": ["A"]},
    ],
)
def test_incomplete_line_item_is_refused(either, changes):
    assert either.make(**changes).status_code == {"moodle": 400, "canvas": 422}[either.mood]


def test_activity_of_another_course_is_no_place_for_a_line_item(either):
    assert either.make(resourceLinkId="101").status_code == {"moodle": 403, "canvas": 404}[either.mood]


@pytest.mark.parametrize("media", ["application/json", LIST])
def test_other_media_types_are_refused(either, media):
    address = either.make().json["id"]
    assert either.make(media=media).status_code == 400
    assert either.change(address, media=media, label="Done", scoreMaximum=1).status_code == 400


def test_making_line_items_takes_a_scope_of_its_own(either):
    assert either.make(scopes=(SCORE,)).status_code == 401
    assert either.make(scopes=tuple(scope for scope in AGS_SCOPES if scope.endswith("readonly"))).status_code == 401


def test_scope_to_make_line_items_lets_them_be_read_too(either):
    [make] = [scope for scope in AGS_SCOPES if scope.endswith("lineitem")]
    assert either.tool.get(either.address, LIST, either.tool.token((make,))).status_code == 200


def test_first_courses_let_no_line_items_be_made(tool):
    answer = tool.browser.post(
        f"{tool.course}/lineitems", data="{}", content_type=ITEM, headers={"Authorization": f"Bearer {tool.token()}"}
    )
    assert answer.status_code == 401


def test_score_keeps_its_share_when_the_maximum_changes(columns):
    address = columns.make(scoreMaximum=10).json["id"]
    item = address.partition("?")[0]
    columns.tool.post_score(item=item, token=columns._token(), scoreGiven=5, scoreMaximum=10)
    columns.change(address, label="Done", scoreMaximum=100)
    results = columns.tool.get(f"{item}/results", "application/vnd.ims.lis.v2.resultcontainer+json", columns._token())
    assert [result["resultScore"] for result in results.json] == [50]


def test_canvas_keeps_and_shows_the_date_of_a_column_and_moodle_passes_over_it(either):
    made = either.make(endDateTime="2027-10-31T23:59:59Z").json
    shown = either.tool.browser.get(f"{either.tool.course}/gradebook").text
    if either.mood == "canvas":
        assert made["endDateTime"] == "2027-10-31T23:59:59Z"
        assert "Due 31 Oct 2027, 23:59 UTC" in shown
    else:
        assert "endDateTime" not in made and "Due" not in shown


def test_a_column_that_is_taken_away_takes_its_date_along(either):
    made = either.make(endDateTime="2027-10-31T23:59:59Z").json
    assert either.delete(made["id"]).status_code in {200, 204}
    assert "Due" not in either.tool.browser.get(f"{either.tool.course}/gradebook").text


def test_a_date_without_a_time_zone_is_refused(either):
    assert either.make(endDateTime="2027-10-31").status_code in {400, 422}
