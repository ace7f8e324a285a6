"""How the practice LMS lets trainers add activities that the tool offers."""

import pytest

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
URL = "http://localhost:8000/lti/launch?module=boundaries"
ITEM = {"type": "ltiResourceLink", "title": "Boundaries", "url": URL}
DATES = {"startDateTime": "2026-03-02T09:00:00Z", "endDateTime": "2026-04-02T09:00:00+01:00"}


def settings(asked):
    return asked[f"{DEEP_LINKING}/deep_linking_settings"]


def test_request_asks_for_links_in_moodles_words(tool):
    asked = tool.asked_to_add()
    assert asked[f"{CLAIM}/message_type"] == "LtiDeepLinkingRequest"
    assert f"{CLAIM}/resource_link" not in asked
    assert "lineitem" not in asked[AGS]
    address = settings(asked).pop("deep_link_return_url")
    assert address.startswith("http://localhost:8001/courses/invictus/deep-linking-return?request=")
    assert settings(asked) == {
        "accept_copy_advice": False,
        "accept_multiple": True,
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_types": ["ltiResourceLink"],
        "accept_unsigned": False,
        "auto_create": False,
        "can_confirm": False,
    }


def test_canvas_sends_data_and_takes_columns(tool):
    tool.turn_into_canvas()
    asked = settings(tool.asked_to_add())
    assert asked["accept_lineitem"] is True
    assert asked["data"] != settings(tool.asked_to_add())["data"]


@pytest.mark.parametrize(("mood", "size"), [("moodle", (770, 578)), ("canvas", (800, 600))])
def test_dialog_is_as_large_as_the_lms_makes_it(tool, mood, size):
    tool.browser.post("/mood", data={"mood": mood})
    tool.become("3")
    page = tool.browser.get("/courses/invictus/add-activity").text
    assert 'width="{}" height="{}" src="/courses/invictus/launch-deep-linking"'.format(*size) in page


@pytest.mark.parametrize("path", ["add-activity", "launch-deep-linking"])
def test_staff_add_nothing(tool, path):
    tool.become("5")
    assert tool.browser.get(f"/courses/invictus/{path}").status_code == 403
    assert "Add an activity" not in tool.browser.get("/courses/invictus").text


@pytest.mark.parametrize("person", ["3", "4"])
def test_trainer_and_manager_find_the_way(tool, person):
    tool.become(person)
    assert 'href="/courses/invictus/add-activity"' in tool.browser.get("/courses/invictus").text


def test_activity_has_what_the_tool_gave_it(tool, add):
    answer = add(text="Pupils online.", custom={"module": "boundaries"}, icon={"url": "http://localhost:8000/i.png"})
    assert answer.status_code == 200
    made = tool.activities()[-1]
    assert (made["title"], made["text"], made["url"]) == ("Boundaries", "Pupils online.", URL)
    assert made["custom"] == {"module": "boundaries"}
    page = tool.browser.get("/courses/invictus").text
    assert f'href="/courses/invictus/activities/{made["id"]}">Boundaries</a>' in page
    assert 'src="http://localhost:8000/i.png"' in page


def test_activity_opens_where_the_tool_said(tool, add):
    add(custom={"module": "boundaries"})
    activity = tool.activities()[-1]["id"]
    assert tool.open(activity)["target_link_uri"] == URL
    claims = tool.launch(activity)
    assert claims[f"{CLAIM}/target_link_uri"] == URL
    assert claims[f"{CLAIM}/resource_link"] == {"id": activity, "title": "Boundaries"}
    assert claims[f"{CLAIM}/custom"] == {"module": "boundaries"}


def test_activity_without_a_column_is_not_graded(tool, add):
    add()
    activity = tool.activities()[-1]
    assert activity["line_items"] == []
    assert "lineitem" not in tool.launch(activity["id"])[AGS]
    assert ">Not graded</span>" in tool.browser.get("/courses/invictus").text


@pytest.mark.parametrize(("mood", "label"), [("moodle", "Boundaries"), ("canvas", "Final mark")])
def test_column_keeps_maximum_resource_id_and_tag_and_in_canvas_its_label(tool, add, mood, label):
    tool.browser.post("/mood", data={"mood": mood})
    add(lineItem={"label": "Final mark", "scoreMaximum": 20, "resourceId": "boundaries", "tag": "score"})
    activity = tool.activities()[-1]
    [item] = activity["line_items"]
    assert item == {
        "id": item["id"],
        "label": label,
        "score_maximum": 20,
        "resource_id": "boundaries",
        "tag": "score",
        "coupled": True,
    }
    assert f"/lineitems/{item['id']}/lineitem" in tool.launch(activity["id"])[AGS]["lineitem"]


def test_grade_arrives_in_the_new_column(tool, add):
    add(lineItem={"scoreMaximum": 20})
    [item] = tool.activities()[-1]["line_items"]
    tool.post_score(item=f"/courses/invictus/lineitems/{item['id']}/lineitem")
    grades = tool.browser.get("/courses/invictus/gradebook.json").json["grades"]
    assert [(grade["line_item"], grade["percent"]) for grade in grades if grade["writes"]] == [(item["id"], 80)]


def test_canvas_keeps_dates_and_moodle_does_not(tool, add):
    add(available=DATES, submission=DATES)
    assert tool.activities()[-1]["available"] == {"startDateTime": None, "endDateTime": None}
    tool.turn_into_canvas()
    add(available=DATES, submission=DATES, custom={"due": "$Canvas.assignment.dueAt.iso8601"})
    made = tool.activities()[-1]
    assert (made["available"], made["submission"]) == (DATES, DATES)
    assert "Due 2 Apr 2026, 08:00 UTC" in tool.browser.get("/courses/invictus").text
    assert tool.launch(made["id"])[f"{CLAIM}/custom"]["due"] == DATES["endDateTime"]


def test_several_activities_come_in_their_order(tool):
    asked = tool.asked_to_add()
    items = [ITEM | {"title": title} for title in ("One", "Two", "Three")]
    answer = tool.give_back(asked, tool.offer(asked, items))
    assert [activity["title"] for activity in tool.activities()[-3:]] == ["One", "Two", "Three"]
    assert "<h1>Added to the course</h1>" in answer.text


def test_empty_answer_adds_nothing_and_shows_what_the_tool_says(tool):
    asked, before = tool.asked_to_add(), tool.activities()
    told = {f"{DEEP_LINKING}/msg": "Nothing chosen.", f"{DEEP_LINKING}/errormsg": "No <b>module</b> is published."}
    answer = tool.give_back(asked, tool.offer(asked, [], **told))
    assert answer.status_code == 200
    assert "Nothing chosen." in answer.text and "No &lt;b&gt;module&lt;/b&gt; is published." in answer.text
    assert tool.activities() == before
    page = tool.browser.get("/courses/invictus", query_string={"problem": "No <b>module</b> is published."}).text
    assert "No &lt;b&gt;module&lt;/b&gt; is published." in page


def test_page_after_the_answer_hands_over_to_the_course(tool, add):
    page = add().text
    made = tool.activities()[-1]["id"]
    assert f'window.top.location.replace("/courses/invictus?added={made}")' in page
    assert '<span class="tag">New</span>' in tool.browser.get(f"/courses/invictus?added={made}").text


def test_answer_needs_no_cookie_of_the_lms(tool, lms):
    asked = tool.asked_to_add()
    token = tool.offer(asked, [ITEM])
    assert lms.test_client().post(settings(asked)["deep_link_return_url"], data={"JWT": token}).status_code == 200
    assert tool.activities()[-1]["title"] == "Boundaries"


def test_course_without_a_tool_says_so(tool):
    tool.become("3")
    answer = tool.browser.get("/courses/newcomer/launch-deep-linking")
    assert answer.status_code == 409
    assert "No tool is connected to this course yet" in answer.text


def test_moodle_has_no_roster_until_an_activity_was_opened_in_the_course(tool):
    assert NRPS not in tool.asked_to_add()
    assert NRPS in tool.launch()
    assert NRPS in tool.asked_to_add()
    assert NRPS not in tool.asked_to_add(course="agora")
    tool.turn_into_canvas()
    assert NRPS in tool.asked_to_add(course="agora")
