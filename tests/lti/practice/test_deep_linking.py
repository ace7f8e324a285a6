"""How the practice LMS lets trainers add activities that the tool offers."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
URL = "http://localhost:8000/lti/launch?module=boundaries"
ITEM = {"type": "ltiResourceLink", "title": "Boundaries", "url": URL}
DATES = {"startDateTime": "2026-03-02T09:00:00Z", "endDateTime": "2026-04-02T09:00:00+01:00"}


def settings(asked):
    return asked[f"{DEEP_LINKING}/deep_linking_settings"]


def refusal(tool, changes=None, items=(ITEM,), **how):
    """The words with which an answer is refused, after which nothing is there that was not there before."""
    before = tool.activities()
    asked = tool.asked_to_add()
    answer = tool.give_back(asked, tool.offer(asked, list(items), **how, **(changes or {})))
    assert answer.status_code == 400
    assert "<h1>Nothing was added</h1>" in answer.text
    assert tool.activities() == before
    return answer.text


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


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iss": "http://localhost:8001"}, "iss must be the client_id"),
        ({"aud": "practice-invictus"}, "aud must be"),
        ({"aud": ["http://localhost:8001", "http://elsewhere.example"]}, "aud must be"),
        ({"iat": None}, "iat and exp"),
        ({"exp": None}, "iat and exp"),
        ({"exp": "tomorrow"}, "iat and exp"),
        ({"nonce": None}, "no nonce"),
        ({"nonce": 7}, "no nonce"),
        ({f"{CLAIM}/message_type": "LtiDeepLinkingRequest"}, "message_type"),
        ({f"{CLAIM}/message_type": None}, "message_type"),
        ({f"{CLAIM}/version": "1.1"}, "version"),
        ({f"{CLAIM}/deployment_id": "2"}, "deployment_id"),
        ({f"{CLAIM}/deployment_id": None}, "deployment_id"),
        ({f"{DEEP_LINKING}/content_items": None}, "content_items must be a list"),
        ({f"{DEEP_LINKING}/content_items": ITEM}, "content_items must be a list"),
        ({f"{DEEP_LINKING}/data": "something"}, "none was sent"),
        ({f"{DEEP_LINKING}/msg": ["Done"]}, "msg must be text"),
    ],
)
def test_answer_that_would_not_be_certified_is_refused(tool, changes, words):
    assert words in refusal(tool, changes)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("link", "must be an object"),
        (ITEM | {"type": "link"}, "type of each"),
        ({"type": "ltiResourceLink", "title": "No address"}, "url of each"),
        (ITEM | {"url": "http://elsewhere.example/lti/launch"}, "url of each"),
        (ITEM | {"url": "http://[localhost/"}, "url of each"),
        (ITEM | {"title": 7}, "title"),
        (ITEM | {"text": ["Pupils"]}, "text"),
        (ITEM | {"text": None}, "is null"),
        (ITEM | {"lineItem": {"scoreMaximum": 10, "tag": None}}, "is null"),
        (ITEM | {"custom": {"module": 7}}, "custom"),
        (ITEM | {"custom": []}, "custom"),
        (ITEM | {"icon": {}}, "icon"),
        (ITEM | {"lineItem": {}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": 0}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": "10"}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": True}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": float("inf")}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": 10, "resourceId": 4}}, "resourceId"),
        (ITEM | {"lineItem": {"scoreMaximum": 10, "submissionReview": True}}, "submissionReview"),
        (ITEM | {"available": {"startDateTime": "2 March"}}, "dates of available"),
        (ITEM | {"submission": {"endDateTime": "2026-03-02T09:00:00"}}, "dates of submission"),
        (ITEM | {"submission": "soon"}, "submission must be an object"),
    ],
)
def test_item_that_is_not_right_is_refused_with_all_the_others(tool, item, words):
    assert words in refusal(tool, items=[ITEM, item])


def test_time_of_the_answer_is_judged_by_the_clock_of_the_lms(tool, clock):
    now = int(clock().timestamp())
    assert "future" in refusal(tool, {"iat": now + 1})
    assert "five minutes ago" in refusal(tool, {"iat": now - 300})
    assert "expired" in refusal(tool, {"exp": now})


def test_nonce_is_good_for_one_answer(tool):
    asked = tool.asked_to_add()
    token = tool.offer(asked, [ITEM])
    assert tool.give_back(asked, token).status_code == 200
    assert "nonce was used before" in tool.give_back(asked, token).text
    assert len(tool.activities()) == 4


def test_data_must_come_back_as_it_was_sent(tool):
    tool.turn_into_canvas()
    assert "data must come back" in refusal(tool, {f"{DEEP_LINKING}/data": None})
    assert "data must come back" in refusal(tool, {f"{DEEP_LINKING}/data": "something else"})
    asked = tool.asked_to_add()
    assert tool.give_back(asked, tool.offer(asked, [ITEM])).status_code == 200


def test_deployment_is_the_one_of_the_mood(tool):
    tool.turn_into_canvas()
    assert "deployment_id" in refusal(tool, {f"{CLAIM}/deployment_id": "1"})


def test_stranger_signs_nothing(tool):
    stranger = generate_private_key(public_exponent=65537, key_size=2048)
    assert "verified" in refusal(tool, key=stranger)
    assert "not among the keys" in refusal(tool, header={"kid": "unheard-of"})
    assert "no kid" in refusal(tool, header={"kid": ""})


@pytest.mark.parametrize("token", ["", "no.jwt", "a.b.c"])
def test_what_is_no_jwt_is_refused(tool, token):
    assert tool.give_back(tool.asked_to_add(), token).status_code == 400


def test_other_algorithms_are_refused(tool):
    asked = tool.asked_to_add()
    claims = jwt.decode(tool.offer(asked, [ITEM]), options={"verify_signature": False})
    for token in (
        jwt.encode(claims, tool.key, "PS256", {"kid": "tool-1"}),
        jwt.encode(claims, "a secret of more than thirty-two bytes", "HS256", {"kid": "tool-1"}),
        jwt.encode(claims, None, "none", {"kid": "tool-1"}),
    ):
        answer = tool.give_back(asked, token)
        assert answer.status_code == 400 and "RS256" in answer.text


def test_form_has_the_one_field_and_goes_to_the_exact_address(tool):
    asked = tool.asked_to_add()
    address, token = settings(asked)["deep_link_return_url"], tool.offer(asked, [ITEM])
    for form in ({"jwt": token}, {"JWT": token, "state": "1"}, {"JWT": [token, token]}):
        assert "one field JWT" in tool.browser.post(address, data=form).text
    for elsewhere in (address.partition("?")[0], address.replace("invictus", "agora"), f"{address}x"):
        assert "deep_link_return_url" in tool.browser.post(elsewhere, data={"JWT": token}).text
    assert len(tool.activities()) == 3


def test_answer_of_another_client_is_refused(tool):
    asked = tool.asked_to_add()
    other = tool.asked_to_add(course="agora")
    assert "iss must be" in tool.give_back(asked, tool.offer(other, [ITEM])).text


def test_course_without_a_tool_says_so(tool):
    tool.become("3")
    answer = tool.browser.get("/courses/newcomer/launch-deep-linking")
    assert answer.status_code == 409
    assert "No tool is connected with this course yet" in answer.text


def test_moodle_has_no_roster_until_an_activity_was_opened_in_the_course(tool):
    assert NRPS not in tool.asked_to_add()
    assert NRPS in tool.launch()
    assert NRPS in tool.asked_to_add()
    assert NRPS not in tool.asked_to_add(course="agora")
    tool.turn_into_canvas()
    assert NRPS in tool.asked_to_add(course="agora")
