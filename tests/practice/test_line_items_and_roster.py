"""How the practice LMS lets line items and the roster be read."""

import pytest

from practice.courses.people import COURSES, PEOPLE
from practice.problems import ServiceRefusedError
from practice.services.paging import next_link, page_of
from practice.tools.known_courses import practice_registrations

LINEITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
LINEITEM = "application/vnd.ims.lis.v2.lineitem+json"
ROSTER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def test_line_items_are_listed_with_their_activity(tool):
    items = tool.get("/courses/invictus/lineitems?type_id=1", LINEITEMS).json
    assert items[0]["id"] == f"{tool.item}?type_id=1"
    assert [(item["scoreMaximum"], item["resourceLinkId"]) for item in items] == [
        (100, "101"),
        (100, "111"),
        (100, "121"),
    ]


def test_line_item_reads_the_same_alone(tool):
    for item in tool.get("/courses/invictus/lineitems", LINEITEMS).json:
        assert tool.get(item["id"], LINEITEM).json == item


@pytest.mark.parametrize("path", ["lineitems", "lineitems/201/lineitem", "memberships"])
def test_plain_json_is_not_accepted_anywhere(tool, path):
    assert tool.get(f"/courses/invictus/{path}", "application/json").status_code == 400


def test_roster_has_short_roles_and_takes_the_manager_for_a_learner(tool):
    members = tool.get("/courses/invictus/memberships", ROSTER).json["members"]
    roles = {member["user_id"]: member["roles"] for member in members}
    assert (roles["3"], roles["4"], roles["5"]) == (["Instructor"], ["Learner"], ["Learner"])
    assert {member["status"] for member in members} == {"Active"}


def test_roster_keeps_what_a_person_does_not_share(tool):
    members = tool.get("/courses/invictus/memberships", ROSTER).json["members"]
    assert next(member for member in members if member["user_id"] == "9") == {
        "user_id": "9",
        "roles": ["Learner"],
        "status": "Active",
        "lis_person_sourcedid": "S1007",
    }


def test_roster_is_whole_without_a_limit(tool):
    answer = tool.get("/courses/invictus/memberships", ROSTER)
    assert len(answer.json["members"]) == len(PEOPLE)
    assert "Link" not in answer.headers


def test_next_page_of_the_roster_forgets_the_role(tool):
    answer = tool.get("/courses/invictus/memberships?role=Learner&limit=2", ROSTER)
    address = next_address(answer)
    assert "role=" not in address
    assert [member["user_id"] for member in tool.get(address, ROSTER).json["members"]] == ["5", "6"]


def test_last_page_has_no_next(tool):
    address, seen = "/courses/invictus/memberships?limit=3", []
    while address:
        answer = tool.get(address, ROSTER)
        seen += [member["user_id"] for member in answer.json["members"]]
        address = next_address(answer)
    assert seen == [person.id for person in PEOPLE]


def test_case_of_the_next_address_matters(tool):
    address = next_address(tool.get("/courses/invictus/memberships?limit=2", ROSTER))
    assert tool.get(address.lower(), ROSTER).status_code == 400


def test_link_has_moodles_curly_quotes_and_escaped_ampersands():
    link = next_link("http://localhost/lineitems?type_id=1", "2", "RnJvbToy").encode("latin-1").decode()
    assert link == "<http://localhost/lineitems?type_id=1&amp;limit=2&amp;page=RnJvbToy>; rel=“next”"


def test_limit_must_be_a_number_above_zero():
    with pytest.raises(ServiceRefusedError):
        page_of([1, 2], "0", None)


def test_ids_are_distinct_across_courses():
    activities = [activity for course in COURSES for activity in course.activities]
    ids = [activity.id for activity in activities] + [activity.line_item_id for activity in activities]
    assert len(set(ids)) == len(ids)


def test_registrations_name_a_client_for_each_course_and_one_issuer():
    registrations = practice_registrations("http://localhost:8001")
    assert {registration.issuer for registration in registrations} == {"http://localhost:8001"}
    assert len({registration.client_id for registration in registrations}) == len(COURSES)
    assert registrations[0].token_url == "http://localhost:8001/token"


def next_address(answer):
    """The address in the Link header, read as a tool reads Moodle's: the ampersands unescaped, the case kept."""
    link = answer.headers.get("Link", "")
    return link.partition(">")[0].lstrip("<").replace("&amp;", "&")
