"""An activity as an LMS is told of it."""

from datetime import datetime, timedelta, timezone

import pytest

from lti.domain.content_items import Item, claim_of, response_of
from lti.domain.message import DEEP_LINKING, DeepLinkingSettings

URL = "https://training.example/lti/launch"
CHOOSING = DeepLinkingSettings("https://lms.example/return", takes_links=True, takes_several=True, takes_columns=True)


def item(**changes) -> Item:
    return Item("photos", "Photos", "About photos.", **changes)


def test_an_activity_names_its_module_and_asks_for_what_it_was_copied_from():
    custom = claim_of(item(), URL, takes_columns=True)["custom"]
    assert custom == {"module": "photos", "previous_links": "$ResourceLink.id.history"}


def test_completion_is_asked_for_in_words():
    assert claim_of(item(marks_completion=True), URL, takes_columns=True)["custom"]["completion"] == "yes"


def test_all_custom_values_are_texts():
    custom = claim_of(item(marks_completion=True), URL, takes_columns=True)["custom"]
    assert all(isinstance(value, str) for value in custom.values())


@pytest.mark.parametrize(("wanted", "taken"), [(False, True), (True, False), (False, False)])
def test_a_column_is_asked_for_only_where_it_is_wanted_and_taken(wanted, taken):
    assert "lineItem" not in claim_of(item(has_column=wanted), URL, takes_columns=taken)


def test_no_completion_is_asked_for_where_no_columns_are_taken():
    assert "completion" not in claim_of(item(marks_completion=True), URL, takes_columns=False)["custom"]


def test_a_column_is_out_of_a_hundred_so_that_the_pass_mark_is_the_grade_to_pass():
    assert claim_of(item(), URL, takes_columns=True)["lineItem"]["scoreMaximum"] == 100


def test_a_due_date_is_written_in_utc_and_closes_nothing():
    due = datetime(2027, 7, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=1)))
    claim = claim_of(item(due=due), URL, takes_columns=True)
    assert claim["submission"] == {"endDateTime": "2027-07-31T22:59:59Z"}
    assert "available" not in claim


def test_without_a_due_date_there_is_none():
    assert "submission" not in claim_of(item(), URL, takes_columns=True)


def test_nothing_is_sent_that_there_is_not():
    claims = response_of(CHOOSING, [], None)
    assert claims[DEEP_LINKING + "content_items"] == []
    assert {DEEP_LINKING + name for name in ("data", "msg", "errormsg", "log", "errorlog")}.isdisjoint(claims)


def test_trouble_is_told_to_the_trainer_in_the_lms():
    assert response_of(CHOOSING, [], "It does not fit.")[DEEP_LINKING + "errormsg"] == "It does not fit."
