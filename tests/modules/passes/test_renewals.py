"""Renewing, with all that follows from it: passes, grades, certificates and standings, on a real database."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.domain.delivery import DeliveryState
from lti.models import Activity, Delivery, Platform
from managers.people import Standing, course_query, people_page
from modules.certificates.certificates import certificates_of
from modules.content.publish import publish
from modules.domain.certificate import CertificateState
from modules.domain.progress import Answer
from modules.domain.renewal import Stage
from modules.models import Pass, ResultRow
from modules.passes.attempts import find_attempt
from modules.passes.passes import renewal_of
from modules.play.answers import give_answer, start_attempt
from tests.support.factories import CONTENT, NOW, add_activity, add_person, add_platform

DAY = timedelta(days=1)
PHOTOS = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))
REFRESHER = replace(CONTENT, module=replace(PHOTOS.module, key="again", title="Photos again", renews=("photos",)))
LATE = NOW + 340 * DAY


class Ada:
    """Somebody who takes modules, year after year."""

    def __init__(self, session: Session) -> None:
        self.session = session
        platform: Platform = add_platform(session)
        self.activity: Activity = add_activity(session, platform)
        self.person = add_person(session, self.activity, platform)
        for content in (PHOTOS, REFRESHER):
            publish(session, content, NOW)
        session.flush()

    def take(self, last: str = "decline", now: datetime = NOW, module: str = "photos") -> None:
        begun = start_attempt(self.session, self.person.id, self.activity.id, module, "invictus", now)
        attempt = find_attempt(self.session, begun.id, self.person.id)
        for scenario, scene, choice in (("fork", "first", "decline"), ("fork", "second", "decline")):
            give_answer(self.session, attempt, Answer(scenario, scene, choice), self.activity.id, now)
        give_answer(self.session, attempt, Answer("short", "only", last), self.activity.id, now)

    @property
    def grade(self) -> Delivery:
        return self.session.scalars(select(Delivery)).one()

    def delivered(self, at: datetime = NOW) -> None:
        self.grade.state, self.grade.delivered_at = DeliveryState.DELIVERED, at

    def cycles(self) -> list[int]:
        return list(self.session.scalars(select(ResultRow.cycle).order_by(ResultRow.attempt_id)))

    def stage(self, now: datetime, module: str = "photos") -> Stage:
        content = PHOTOS if module == "photos" else REFRESHER
        return renewal_of(self.session, self.person.id, content.module, now).stage

    def standing(self, now: datetime) -> Standing:
        page = people_page(
            self.session, course_query(self.session, self.activity.course_id, PHOTOS.module, now), None, 1, 10
        )
        assert page.counts[page.rows[0].standing] == 1
        return page.rows[0].standing


@pytest.fixture
def ada(session: Session) -> Ada:
    return Ada(session)


def test_a_pass_in_the_window_begins_a_new_cycle_and_runs_from_the_old_end(ada: Ada) -> None:
    ada.take()
    ada.take(now=LATE)
    assert ada.cycles() == [1, 2]
    assert list(ada.session.scalars(select(Pass.valid_until).order_by(Pass.cycle))) == [
        date(2027, 11, 20),
        date(2028, 11, 20),
    ]


def test_the_certificate_that_renews_is_valid_at_once_and_the_old_one_replaced(ada: Ada) -> None:
    ada.take()
    ada.take(now=LATE)
    new, old = certificates_of(ada.session, ada.person.id)
    assert (new.valid_from, new.valid_until) == (date(2027, 10, 26), date(2028, 11, 20))
    assert [each.state_at(LATE) for each in (new, old)] == [CertificateState.VALID, CertificateState.SUPERSEDED]


def test_renewing_sends_the_same_grade_again(ada: Ada) -> None:
    ada.take()
    ada.delivered()
    ada.take(now=LATE)
    assert (ada.grade.version, ada.grade.state, ada.grade.finished_at) == (2, DeliveryState.WAITING, LATE)


def test_renewing_with_less_sends_again_and_takes_nothing_away(ada: Ada) -> None:
    ada.take()
    ada.delivered()
    ada.take("ask", now=LATE)
    assert (ada.grade.version, ada.grade.score, ada.grade.comment) == (2, 1.0, "Passed.")


def test_a_second_pass_of_the_new_cycle_is_not_sent_again(ada: Ada) -> None:
    ada.take()
    ada.take(now=LATE)
    ada.take(now=LATE + DAY)
    assert (ada.grade.version, ada.cycles()) == (2, [1, 2, 2])


@pytest.mark.parametrize("now", [LATE, NOW + 400 * DAY], ids=["in the window", "after the end"])
def test_a_renewal_that_fails_touches_no_grade_and_no_certificate(ada: Ada, now: datetime) -> None:
    ada.take()
    ada.delivered()
    ada.take("post", now=now)
    assert (ada.grade.version, ada.grade.score, ada.grade.state) == (1, 1.0, DeliveryState.DELIVERED)
    assert len(certificates_of(ada.session, ada.person.id)) == 1


def test_who_fails_to_renew_and_tries_again_stays_in_the_new_cycle(ada: Ada) -> None:
    ada.take()
    ada.take("post", now=LATE)
    ada.take(now=LATE + DAY)
    assert ada.cycles() == [1, 2, 2]
    assert ada.stage(LATE + DAY) is Stage.VALID


def test_the_standing_follows_the_days(ada: Ada) -> None:
    ada.take()
    last = datetime(2027, 11, 20, 23, 59, tzinfo=NOW.tzinfo)
    assert [ada.standing(now) for now in (NOW, LATE, last, last + DAY)] == [Standing.PASSED] * 3 + [Standing.EXPIRED]
    ada.take("post", now=last + DAY)
    assert ada.standing(last + 2 * DAY) is Standing.EXPIRED
    ada.take(now=last + 3 * DAY)
    assert ada.standing(last + 4 * DAY) is Standing.PASSED


def test_those_who_can_renew_are_asked_to_by_a_day(ada: Ada) -> None:
    ada.take()
    row = people_page(
        ada.session, course_query(ada.session, ada.activity.course_id, PHOTOS.module, LATE), None, 1, 10
    ).rows[0]
    assert (row.renewal.stage, row.renewal.valid_until) == (Stage.RENEWABLE, date(2027, 11, 20))


def test_a_refresher_renews_the_pass_and_the_certificate_of_another_module(ada: Ada) -> None:
    ada.take()
    ada.take(now=LATE, module="again")
    held = certificates_of(ada.session, ada.person.id)
    assert {one.module: one.valid_until for one in held if one.state_at(LATE) is CertificateState.VALID} == {
        "photos": date(2028, 11, 20),
        "again": date(2028, 10, 26),
    }
    assert ada.stage(LATE) is Stage.VALID
    assert ada.standing(NOW + 500 * DAY) is Standing.PASSED


def test_a_refresher_alone_certifies_nothing_else(ada: Ada) -> None:
    ada.take(module="again")
    assert [one.module for one in certificates_of(ada.session, ada.person.id)] == ["again"]
    assert ada.stage(NOW) is Stage.NONE


def test_a_refresher_that_comes_too_late_leaves_the_module_to_be_taken_again(ada: Ada) -> None:
    ada.take()
    ada.take(now=NOW + 500 * DAY, module="again")
    assert ada.stage(NOW + 500 * DAY) is Stage.EXPIRED


def test_a_refresher_that_fails_renews_nothing(ada: Ada) -> None:
    ada.take()
    ada.take("post", now=LATE, module="again")
    assert ada.stage(LATE) is Stage.RENEWABLE
