"""How the practice LMS copies a course."""

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
LINEITEM = "application/vnd.ims.lis.v2.lineitem+json"


def copy(tool, course="invictus", person="3"):
    tool.become(person)
    return tool.browser.post(f"/courses/{course}/copy")


def test_copy_has_a_page_of_its_own_beside_the_course(tool):
    assert copy(tool).headers["Location"] == "/courses/invictus-copy-1"
    assert "Invictus Education Trust (copy 1)" in tool.browser.get("/courses/invictus-copy-1").text
    front = tool.browser.get("/").text
    assert front.index("/courses/invictus-copy-1") < front.index("/courses/agora")


def test_copied_activities_have_new_ids_and_keep_what_was_typed(tool):
    copy(tool)
    originals, copies = tool.activities(), tool.activities("invictus-copy-1")
    assert [one["title"] for one in copies] == [one["title"] for one in originals]
    assert [one["custom"] for one in copies] == [one["custom"] for one in originals]
    ids = [thing["id"] for one in originals + copies for thing in (one, *one["line_items"])]
    assert len(set(ids)) == len(ids) == 12


def test_copy_is_launched_through_the_same_client_in_another_context(tool):
    copy(tool)
    activity = tool.activities("invictus-copy-1")[0]
    claims = tool.launch(activity["id"], "5")
    assert claims["aud"] == "practice-invictus"
    assert claims[f"{CLAIM}/deployment_id"] == "1"
    assert claims[f"{CLAIM}/context"]["id"] == "101"
    assert claims[f"{CLAIM}/resource_link"]["id"] == activity["id"]
    item = activity["line_items"][0]["id"]
    assert claims[AGS]["lineitem"].startswith(f"http://localhost:8001/courses/invictus-copy-1/lineitems/{item}/")


def test_grades_of_a_copy_are_its_own(tool):
    tool.post_score()
    copy(tool)
    item = tool.activities("invictus-copy-1")[0]["line_items"][0]["id"]
    address = f"http://localhost:8001/courses/invictus-copy-1/lineitems/{item}/lineitem"
    assert tool.get(address, LINEITEM).json["label"] == "Social media essentials"
    assert tool.post_score(item=address, scoreGiven=3).status_code == 200
    grades = tool.browser.get("/courses/invictus-copy-1/gradebook.json").json["grades"]
    assert [grade["percent"] for grade in grades if grade["writes"]] == [30]
    assert tool.grade()["percent"] == 80


def test_copy_of_a_copy_knows_where_it_comes_from(tool, add):
    add(custom={"history": "$Context.id.history"})
    copy(tool)
    copy(tool, "invictus-copy-1")
    latest = tool.activities("invictus-copy-2")[-1]
    assert tool.launch(latest["id"])[f"{CLAIM}/custom"]["history"] == "101,11"
    assert tool.launch(tool.activities()[-1]["id"])[f"{CLAIM}/custom"]["history"] == ""


def test_copy_keeps_resource_id_and_tag(tool, add):
    add(lineItem={"scoreMaximum": 20, "resourceId": "essentials", "tag": "score"})
    copy(tool)
    [item] = tool.activities("invictus-copy-1")[-1]["line_items"]
    assert (item["resource_id"], item["tag"], item["score_maximum"]) == ("essentials", "score", 20)


def test_staff_copy_no_course(tool):
    assert copy(tool, person="5").status_code == 403
    assert tool.browser.get("/courses/invictus-copy-1").status_code == 404
