"""A trainer chooses training in the LMS's dialog: what they see, what they send, and what the LMS gets."""

import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy import delete, event, select

from core.filters import on_day
from core.published import PublishedVersion
from core.services import provide
from db import utcnow
from lti.domain.message import DEEP_LINKING
from lti.due_dates import DueDates
from lti.models import Visit
from modules.content.publish import publish
from modules.content.published import OFFERING
from modules.content.shipped import modules, offering
from modules.models import ModuleVersion
from policies.shipped import policies
from tests.support.factories import CONTENT, NOW
from tests.support.lms.content_dialog import RETURN_URL, answer_on, opens_dialog, sends
from tests.support.lms.double import LEARNER, lti
from tests.support.page_rules import problems_of
from tests.support.visitor import Form

ONE = {"accept_multiple": False}
NO_COLUMNS = {"accept_lineitem": False}
NO_ACTIVITIES = {"accept_types": ["link", "file"]}
MOODLE, CANVAS = ({"product_family_code": name} for name in ("moodle", "canvas"))


def test_every_module_of_the_trust_is_offered_with_what_a_trainer_asks_first(lms):
    page = opens_dialog(lms)
    words = " ".join(unescape(page.text).split())
    assert set(re.findall(r'name="module" type="checkbox" value="([a-z-]+)"', page.text)) == {"photos", *modules()}
    for module in modules().values():
        assert module.title in words and " ".join(module.says.split()) in words
    assert "About 2 minutes · 80% to pass · covers 3 of 3 clauses" in words


def titles_on(page) -> list[str]:
    return re.findall(r'govuk-(?:checkboxes|radios)__label" for="module[-0-9]*">(.*?)<', unescape(page.text))


def test_the_essentials_are_first_and_practice_is_last_in_the_order_that_the_data_gives(lms):
    titles = titles_on(opens_dialog(lms))
    assert titles[:-2] == [modules()[key].title for key in offering().order if key != "try-it-first"]
    assert titles[0] == "Social media essentials for all staff"
    # A module that the order does not name comes after those that it does, and before practice.
    assert titles[-2:] == ["Photos", "Try it first: a story for practice"]


def marked(page) -> dict[str, str]:
    """Return the modules that are marked as the course's, by key, with the words of the mark."""
    items = re.findall(r'value="([a-z-]+)"\s+aria-describedby="about-module(.*?)__facts', page.text, re.DOTALL)
    marks = {key: re.search(r"<strong[^>]*>(.*?)</strong>", rest) for key, rest in items}
    return {key: mark[1] for key, mark in marks.items() if mark}


def test_modules_that_the_course_has_are_marked_and_can_still_be_chosen(lms):
    assert marked(opens_dialog(lms)) == {}
    lms.launches({lti("custom"): {"module": "essentials"}})
    page = opens_dialog(lms)
    assert marked(page) == {"essentials": "Already in this course"}
    assert "If you choose it, it is added a second time." in " ".join(page.text.split())
    assert not re.search(r'value="essentials"[^>]* checked', page.text)
    assert problems_of(page.text) == []
    [item] = answer_on(sends(lms.browser, page, module="essentials"), lms.browser).items
    assert item["custom"]["module"] == "essentials"


def test_what_was_added_a_moment_ago_and_no_one_has_opened_is_marked_with_its_day(lms):
    answer_on(sends(lms.browser, opens_dialog(lms), module=["photos", "essentials"]), lms.browser)
    page = opens_dialog(lms)
    today = on_day(utcnow())
    assert marked(page) == {"essentials": f"Added on {today}", "photos": f"Added on {today}"}
    assert "If you do not see it in your course, add it again." in " ".join(page.text.split())
    lms.launches({lti("custom"): {"module": "photos"}})
    assert marked(opens_dialog(lms))["photos"] == "Already in this course"


def test_the_dialog_says_that_it_only_knows_training_that_was_opened_or_added_in_it(lms):
    words = " ".join(opens_dialog(lms).text.split())
    assert "We only know about training that someone has opened in your course" in words
    assert "Check your course first: it may have activities that are not marked here." in words


def test_another_course_has_marks_of_its_own(lms):
    sends(lms.browser, opens_dialog(lms), module=["photos"])
    assert marked(opens_dialog(lms, context={"id": "another", "title": "Another"})) == {}


def test_as_long_as_no_order_is_published_the_dialog_has_all_modules_and_only_lacks_the_starter_set(lms, database):
    with database.transaction() as session:
        session.execute(delete(PublishedVersion).where(PublishedVersion.kind == OFFERING.name))
    page = opens_dialog(lms)
    assert len(titles_on(page)) == len(modules()) + 1 and "starter set" not in page.text


def test_a_cancelled_choice_marks_nothing(lms):
    sends(lms.browser, opens_dialog(lms), "/choosing/cancel", module=["photos"])
    assert marked(opens_dialog(lms)) == {}


def test_the_starter_set_is_added_with_one_press(lms):
    page = opens_dialog(lms)
    assert "Add the starter set" in page.text and problems_of(page.text) == []
    sent = lms.browser.post("/choosing/add", data=Form(page.text).fields)
    items = answer_on(sent, lms.browser).items
    assert [item["custom"]["module"] for item in items] == list(offering().starter)
    assert all("lineItem" in item for item in items)


def test_the_starter_set_leaves_out_what_the_course_has_and_goes_once_nothing_is_left(lms):
    lms.launches({lti("custom"): {"module": "essentials"}})
    page = opens_dialog(lms)
    sent = lms.browser.post("/choosing/add", data=Form(page.text).fields)
    assert [item["custom"]["module"] for item in answer_on(sent, lms.browser).items] == list(offering().starter)[1:]
    assert "starter set" not in opens_dialog(lms).text
    again = lms.browser.post("/choosing/add", data=Form(page.text).fields | fresh_token(lms))
    assert_asked_again(again, "Your course already has the starter set: select other training", "#module")


def fresh_token(lms) -> dict[str, str]:
    return {"csrf_token": Form(lms.browser.get("/choosing").text).fields["csrf_token"]}


def test_where_the_lms_takes_one_activity_or_no_columns_the_starter_set_fits(lms):
    assert "starter set" not in opens_dialog(lms, ONE).text
    page = opens_dialog(lms, NO_COLUMNS)
    items = answer_on(lms.browser.post("/choosing/add", data=Form(page.text).fields), lms.browser).items
    assert len(items) == len(offering().starter) and not any("lineItem" in item for item in items)


def test_practice_gets_no_column_whatever_is_ticked(lms):
    page = opens_dialog(lms)
    assert re.search(r"About \d+( to \d+)? minutes · for practice, without a grade", " ".join(page.text.split()))
    sent = sends(lms.browser, page, module=["try-it-first", "photos"], has_column="y", marks_completion="y")
    photos, practice = answer_on(sent, lms.browser).items
    assert "lineItem" not in practice and "completion" not in practice["custom"]
    assert "lineItem" in photos and photos["custom"]["completion"] == "yes"


def test_the_latest_version_is_offered_and_no_other_trusts(lms, database):
    with database.transaction() as session:
        for version in session.scalars(select(ModuleVersion).where(ModuleVersion.trust != "invictus")):
            version.module = f"theirs-{version.module}"
        older = session.scalars(select(ModuleVersion).where(ModuleVersion.module == "photos")).one()
        session.add(
            ModuleVersion(
                module="photos",
                trust="invictus",
                number=2,
                digest="second",
                content=older.content | {"module": older.content["module"] | {"title": "Photos, again"}},
                published_at=NOW,
            )
        )
    page = opens_dialog(lms)
    assert "theirs-" not in page.text
    assert page.text.count("About photos.") == 1 and "Photos, again" in page.text


def test_several_modules_become_an_activity_each(lms):
    page = opens_dialog(lms)
    sent = sends(lms.browser, page, module=["photos", "essentials"], has_column="y", marks_completion="y")
    items = answer_on(sent, lms.browser).items
    assert [item["custom"]["module"] for item in items] == ["essentials", "photos"]
    assert all(item["custom"]["completion"] == "yes" for item in items)
    assert [item["lineItem"]["resourceId"] for item in items] == ["essentials", "photos"]


def test_where_the_lms_takes_one_activity_one_can_be_chosen(lms):
    page = opens_dialog(lms, ONE)
    assert 'type="radio"' in page.text and 'name="module" type="checkbox"' not in page.text
    again = sends(lms.browser, page, module=["photos", "essentials"])
    assert_asked_again(again, "Select one module: your LMS takes one at a time", "#module")
    assert len(answer_on(sends(lms.browser, page, module="photos"), lms.browser).items) == 1


def test_a_column_for_the_score_is_on_until_it_is_taken_away(lms):
    page = opens_dialog(lms)
    assert re.search(r'id="has_column"[^>]* checked>', page.text)
    assert not re.search(r'id="marks_completion"[^>]* checked>', page.text)
    [item] = answer_on(sends(lms.browser, page, module="photos"), lms.browser).items
    assert "lineItem" not in item and "completion" not in item["custom"]


def test_where_the_lms_takes_no_columns_none_is_offered_nor_sent(lms):
    page = opens_dialog(lms, NO_COLUMNS)
    assert "has_column" not in page.text and "marks_completion" not in page.text
    assert "You cannot add gradebook columns to your course from here" in page.text
    sent = sends(lms.browser, page, module="photos", has_column="y", marks_completion="y")
    [item] = answer_on(sent, lms.browser).items
    assert "lineItem" not in item and "completion" not in item["custom"]


def assert_asked_again(page, words: str, place: str) -> None:
    """The form is there once more, with what is wrong said on top and beside it."""
    assert page.status_code == 422
    assert "<title>Error: Choose training" in page.text
    assert f'<a href="{place}">{words}</a>' in unescape(page.text)
    assert unescape(page.text).count(words) == 2
    assert f'id="{place[1:]}"' in page.text
    assert problems_of(page.text) == []


def test_a_form_without_any_training_comes_back(lms):
    again = sends(lms.browser, opens_dialog(lms), has_column="y")
    assert_asked_again(again, "Select the training that you want to add", "#module")


@pytest.mark.parametrize("key", ["no-such-module", "", "<b>", "photos\0"])
def test_what_is_not_on_the_list_is_not_added(lms, key):
    again = sends(lms.browser, opens_dialog(lms), module=["photos", key])
    assert_asked_again(again, "Select training from the list: something else was sent", "#module")


@pytest.mark.parametrize(
    ("due", "words", "place"),
    [
        (("31", "", "2099"), "Due date must include a month", "#due_month"),
        (("31", "6", "2099"), "Due date must be a real date", "#due_day"),
        (("31", "7", "99"), "Year of the due date must have four figures, for example 2027", "#due_year"),
        (("1", "1", "2020"), "Due date must be today or later", "#due_day"),
    ],
)
def test_a_wrong_due_date_is_said_and_nothing_is_lost(lms, due, words, place):
    dates = dict(zip(("due_day", "due_month", "due_year"), due, strict=True))
    again = sends(lms.browser, opens_dialog(lms), module=["photos", "essentials"], marks_completion="y", **dates)
    assert_asked_again(again, words, place)
    ticked = re.findall(r'<input[^>]*(?:value="([^"]*)")[^>]*checked>', again.text, re.DOTALL)
    assert ticked == ["essentials", "photos", "y"]
    assert not re.search(r'id="has_column"[^>]* checked>', again.text)
    for name, value in dates.items():
        assert re.search(rf'name="{name}"[^>]*value="{value}"', again.text) or not value


def test_all_that_is_wrong_is_said_at_once(lms):
    again = sends(lms.browser, opens_dialog(lms), due_day="x", due_month="1", due_year="2099")
    assert_asked_again(again, "Select the training that you want to add", "#module")
    assert_asked_again(again, "Due date must be in numbers, for example 31 7 2027", "#due_day")


@pytest.mark.parametrize(
    ("day", "month", "ends"), [("31", "1", "2099-01-31T23:59:59Z"), ("31", "7", "2099-07-31T22:59:59Z")]
)
def test_what_is_due_on_a_day_can_be_done_until_it_ends_in_britain(lms, day, month, ends):
    dates = {"due_day": day, "due_month": month, "due_year": "2099"}
    sent = sends(lms.browser, opens_dialog(lms), module="photos", **dates)
    assert answer_on(sent, lms.browser).items[0]["submission"] == {"endDateTime": ends}


def test_moodle_is_told_what_only_its_own_settings_can_do(lms):
    page = opens_dialog(lms, tool_platform=MOODLE)
    assert "Then, in Moodle" in page.text and "set “Grade to pass” to 80" in page.text
    assert "due_day" not in page.text


def test_canvas_is_asked_for_a_due_date_and_not_told_of_moodle(lms):
    page = opens_dialog(lms, tool_platform=CANVAS)
    assert "Canvas shows it with the activity" in page.text and "Moodle" not in page.text


TITLE = "</h1><script>alert(1)</script> \"quoted\" & 'more'"


def test_titles_are_shown_as_they_are_written_and_run_nothing(lms, database):
    content = CONTENT.__class__(
        CONTENT.module.__class__(**{**vars(CONTENT.module), "key": "odd", "title": TITLE, "says": TITLE}),
        CONTENT.policy,
        CONTENT.scenarios,
        CONTENT.acts,
    )
    with database.transaction() as session:
        publish(session, content, NOW)
    page = opens_dialog(lms)
    assert "<script>alert" not in page.text and TITLE in unescape(page.text)
    sent = sends(lms.browser, page, module="odd", has_column="y")
    assert "<script>alert" not in sent.text
    [item] = answer_on(sent, lms.browser).items
    assert (item["title"], item["text"], item["lineItem"]["label"]) == (TITLE, TITLE, TITLE)


def test_the_return_address_is_written_into_the_form_as_text(lms):
    address = 'https://lms.example/return?a="><script>alert(1)</script>&b=1'
    page = sends(lms.browser, opens_dialog(lms, {"deep_link_return_url": address}), module="photos")
    assert "<script>alert" not in page.text
    assert answer_on(page, lms.browser).address == address


def form_targets(page) -> list[str]:
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split(";"))
    return policy["form-action"].split()


def test_only_the_page_with_the_answer_may_send_a_form_to_the_lms(lms):
    page = opens_dialog(lms, {"deep_link_return_url": "https://other.lms.example:8443/return"})
    assert form_targets(page) == ["'self'"]
    for path in ("/choosing/add", "/choosing/cancel"):
        sent = sends(lms.browser, page, path, module="photos")
        assert form_targets(sent) == ["'self'", "https://other.lms.example:8443"]
    assert form_targets(lms.browser.get("/choosing")) == ["'self'"]


def test_the_page_with_the_answer_sends_itself_and_has_a_button_for_those_without_scripts(lms):
    page = sends(lms.browser, opens_dialog(lms), module="photos")
    assert problems_of(page.text) == []
    assert "data-hand-back" in page.text and "/static/hand-back.js" in page.text
    assert page.text.count("Back to the course") == 1
    assert page.headers["Cache-Control"] == "no-store"


def test_cancelling_hands_back_an_empty_answer(lms):
    page = sends(lms.browser, opens_dialog(lms), "/choosing/cancel", module="photos", due_day="x")
    answer = answer_on(page, lms.browser)
    assert answer.address == RETURN_URL and answer.items == []
    assert {DEEP_LINKING + "msg", DEEP_LINKING + "errormsg"}.isdisjoint(answer.claims)


def test_a_form_sent_twice_gives_the_same_answer_twice(lms):
    page = opens_dialog(lms)
    first, second = (answer_on(sends(lms.browser, page, module="photos"), lms.browser) for _ in range(2))
    assert first.items == second.items and first.claims["nonce"] != second.claims["nonce"]


def test_who_only_learns_is_told_so_and_led_back(lms):
    page = opens_dialog(lms, roles=[LEARNER])
    assert page.status_code == 403 and problems_of(page.text) == []
    assert "Only the people who lead the course can choose training for it" in page.text
    assert sends(lms.browser, page, module="photos").status_code == 403
    answer = answer_on(sends(lms.browser, page, "/choosing/cancel"), lms.browser)
    assert answer.items == []
    assert "Only the people who lead the course" in answer.claims[DEEP_LINKING + "errormsg"]


def test_where_the_lms_takes_no_activities_it_is_told_why_nothing_came(lms):
    page = opens_dialog(lms, NO_ACTIVITIES)
    assert page.status_code == 403 and problems_of(page.text) == []
    assert "does not accept activities" in page.text
    assert sends(lms.browser, page, module="photos").location.endswith("/choosing/refused")
    answer = answer_on(sends(lms.browser, page, "/choosing/cancel"), lms.browser)
    assert answer.items == []
    assert "does not accept activities" in answer.claims[DEEP_LINKING + "errormsg"]


def test_who_can_choose_is_led_from_the_refusal_to_the_choice(lms):
    opens_dialog(lms)
    assert lms.browser.get("/choosing/refused").location.endswith("/choosing")


def test_a_trust_without_training_is_told_so(lms, database):
    with database.transaction() as session:
        for version in session.scalars(select(ModuleVersion).where(ModuleVersion.trust == "invictus")):
            session.delete(version)
    page = opens_dialog(lms)
    assert "Your trust has no training here yet" in page.text and problems_of(page.text) == []
    assert answer_on(sends(lms.browser, page, "/choosing/cancel"), lms.browser).items == []


@pytest.mark.parametrize("path", ["/choosing/add", "/choosing/cancel"])
def test_a_form_without_its_token_is_refused(lms, path):
    opens_dialog(lms)
    assert lms.browser.post(path, data={"module": "photos"}).status_code == 400


def test_a_visit_that_has_ended_says_to_open_it_again(lms, database):
    page = opens_dialog(lms)
    with database.transaction() as session:
        session.scalars(select(Visit)).one().expires_at = NOW.replace(year=2020)
    sent = sends(lms.browser, page, module="photos")
    assert sent.status_code == 401 and "open the activity again" in sent.text


def test_the_dialog_opens_nothing_else_and_other_visits_choose_nothing(lms):
    opens_dialog(lms)
    assert [lms.browser.get(path).status_code for path in ("/module", "/people")] == [403, 403]
    lms.launches({lti("roles"): ["Instructor"]})
    assert [lms.browser.get(path).status_code for path in ("/choosing", "/choosing/refused")] == [403, 403]


def test_the_dialog_has_no_link_that_would_open_the_course_in_it(lms):
    page = opens_dialog(lms, launch_presentation={"return_url": "https://lms.example/courses/11"})
    assert "https://lms.example/courses/11" not in page.text


def test_the_page_takes_the_same_number_of_queries_for_one_module_as_for_all(lms, database):
    opens_dialog(lms)
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    lms.browser.get("/choosing")
    of_all = len(queries)
    with database.transaction() as session:
        for version in session.scalars(select(ModuleVersion).where(ModuleVersion.module != "photos")):
            session.delete(version)
    queries.clear()
    lms.browser.get("/choosing")
    assert len(queries) == of_all


def test_every_trust_has_its_own_figures(app, lms):
    figures = {}
    for trust in policies():
        lms.register(trust=trust)
        page = " ".join(opens_dialog(lms).text.split())
        figures[trust] = re.findall(r"covers (\d+) of (\d+) clauses", page)
    assert all(0 < int(covers) <= int(of) for found in figures.values() for covers, of in found)
    assert len({tuple(found) for found in figures.values()}) == len(figures)


def wants_all_by(lms, day, *modules):
    """Let the rules of the trust ask for these modules by a day of everyone in the course."""
    dates = dict.fromkeys(modules, day)
    provide(lms.app, DueDates(lambda *_: None, lambda *_: dates))


def test_an_activity_gets_the_date_of_the_trusts_rules_and_practice_gets_none(lms):
    wants_all_by(lms, date(2027, 7, 31), "photos", "try-it-first")
    page = opens_dialog(lms)
    assert "<strong>Due by 31 July 2027</strong> in your trust." in page.text and problems_of(page.text) == []
    sent = sends(lms.browser, page, module=["photos", "essentials", "try-it-first"])
    items = {item["custom"]["module"]: item for item in answer_on(sent, lms.browser).items}
    assert items["photos"]["submission"] == {"endDateTime": "2027-07-31T22:59:59Z"}
    assert "submission" not in items["essentials"] and "submission" not in items["try-it-first"]


def test_the_trainers_own_date_goes_before_that_of_the_rules(lms):
    wants_all_by(lms, date(2027, 7, 31), "photos")
    year = str(utcnow().year + 1)
    own = {"due_day": "5", "due_month": "3", "due_year": year}
    [item] = answer_on(sends(lms.browser, opens_dialog(lms), module=["photos"], **own), lms.browser).items
    assert item["submission"] == {"endDateTime": f"{year}-03-05T23:59:59Z"}
