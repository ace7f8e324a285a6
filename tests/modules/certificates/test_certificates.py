"""Certificates: issued with the pass, once; what follows them; and how they are taken back."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit.domain.event import Thing
from core.audit.trail import events
from db import Database
from lti.models import Activity, Person, Platform
from modules.certificates.certificates import (
    HOLDER,
    certificates_of,
    find_certificate,
    issue_all_earned,
    issue_if_earned,
    own_certificate,
    revoke_certificate,
)
from modules.content.publish import publish
from modules.domain.certificate import CertificateState
from modules.domain.check_code import in_groups
from modules.domain.content import Content
from modules.domain.extent import Extent
from modules.domain.progress import Answer
from modules.errors import NoSuchCertificate
from modules.models import AnswerRow, Attempt, Certificate, Pass, ResultRow
from modules.passes.attempts import find_attempt, progress_of
from modules.play.answers import give_answer, start_attempt
from modules.policy.acknowledgements import acknowledge
from tests.support.checked import CHECKED
from tests.support.factories import ADMINISTRATOR, CONTENT, NOW, POLICY, add_activity, add_person, add_platform
from tests.support.knowing import right_answer

YEARLY = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))
CONFIRMED = replace(CONTENT, module=replace(CONTENT.module, acknowledges=True, valid_months=12))
DAY = timedelta(days=1)


class Staff:
    """Somebody who takes the module ``photos``, again and again where need be."""

    def __init__(self, session: Session, name: str | None = "Ada Okafor", email: str | None = None) -> None:
        self.session = session
        platform = session.scalars(select(Platform)).one_or_none() or add_platform(session)
        self.activity = session.scalars(select(Activity)).one_or_none() or add_activity(session, platform)
        self.person: Person = add_person(session, self.activity, platform, name or "nobody")
        self.person.name, self.person.email = name, email

    def take(self, last: str = "decline", now: datetime = NOW) -> None:
        attempt = start_attempt(self.session, self.person.id, self.activity.id, "photos", "invictus", now)
        attempt = find_attempt(self.session, attempt.id, self.person.id)
        for answer in (Answer("fork", "first", "decline"), Answer("fork", "second", "decline")):
            give_answer(self.session, attempt, answer, self.activity.id, now)
        give_answer(self.session, attempt, Answer("short", "only", last), self.activity.id, now)

    def confirm(self, now: datetime = NOW) -> None:
        acknowledge(self.session, self.person.id, POLICY, self.activity.id, now)
        issue_all_earned(self.session, self.person.id, now)

    @property
    def certificates(self) -> list[Certificate]:
        return certificates_of(self.session, self.person.id)

    def states(self, now: datetime) -> list[CertificateState]:
        return [certificate.state_at(now) for certificate in self.certificates]


@pytest.fixture
def ada(session: Session) -> Staff:
    publish(session, YEARLY, NOW)
    return Staff(session, email="Ada.Okafor@school.example")


def changed(content: Content, title: str = "Photos, amended") -> Content:
    return replace(content, module=replace(content.module, title=title))


def test_a_pass_brings_a_certificate_with_all_that_it_certifies(ada: Staff) -> None:
    ada.take("ask")
    (one,) = ada.certificates
    assert (one.holder_name, one.trust, one.trust_name) == ("Ada Okafor", "invictus", "Oak Tree Trust")
    assert (one.module, one.module_title, one.module_version) == ("photos", "Photos", 1)
    assert (one.policy_title, one.policy_version, one.pass_mark) == ("Social media policy", "1", 80)
    assert (one.score, one.passed_at, one.issued_at) == (pytest.approx(28 / 30), NOW, NOW)
    assert (one.valid_from, one.valid_until) == (date(2026, 11, 20), date(2027, 11, 20))
    assert one.tested == Extent(3, 0)
    assert one.state_at(NOW) is CertificateState.VALID


def test_a_certificate_says_how_many_decisions_and_rules_were_tested(session: Session) -> None:
    publish(session, CHECKED, NOW)
    ada = Staff(session)
    attempt_id = start_attempt(session, ada.person.id, ada.activity.id, "photos", "invictus", NOW).id
    attempt = find_attempt(session, attempt_id, ada.person.id)
    while place := progress_of(session, attempt).place:
        give_answer(session, attempt, right_answer(CHECKED, place), ada.activity.id, NOW)
    assert [one.tested for one in ada.certificates] == [Extent(decisions=3, rules=4)]


def test_an_attempt_that_does_not_pass_brings_none(ada: Staff) -> None:
    ada.take("post")
    assert ada.certificates == []


def test_a_module_whose_pass_is_good_for_ever_brings_a_certificate_without_an_end(session: Session) -> None:
    publish(session, CONTENT, NOW)
    ada = Staff(session)
    ada.take()
    assert ada.certificates[0].valid_until is None
    assert ada.states(NOW + 20_000 * DAY) == [CertificateState.VALID]


def test_anyone_who_asks_again_gets_the_same_certificate(ada: Staff) -> None:
    ada.take()
    again = [issue_if_earned(ada.session, ada.person.id, "photos", NOW + days * DAY) for days in (0, 1, 350)]
    assert [one.number for one in again if one] == [ada.certificates[0].number] * 3
    assert issue_if_earned(ada.session, ada.person.id, "photos", NOW + 366 * DAY) is None
    assert len(ada.certificates) == 1


def test_the_database_itself_refuses_a_second_certificate_for_a_pass(ada: Staff) -> None:
    ada.take()
    row = {column.name: getattr(ada.certificates[0], column.name) for column in Certificate.__table__.columns}
    row |= {"number": None, "code": "0" * 16, "superseded_at": NOW}
    with pytest.raises(IntegrityError), ada.session.begin_nested():
        ada.session.add(Certificate(**row))


def test_the_database_itself_refuses_a_second_certificate_in_force(ada: Staff) -> None:
    ada.take()
    row = {column.name: getattr(ada.certificates[0], column.name) for column in Certificate.__table__.columns}
    with pytest.raises(IntegrityError), ada.session.begin_nested():
        ada.session.add(Certificate(**row | {"number": None, "code": "0" * 16, "attempt_id": 99}))


def test_codes_and_numbers_are_each_their_own(session: Session, ada: Staff) -> None:
    ben = Staff(session, "Ben Cole")
    ada.take()
    ben.take()
    both = [*ada.certificates, *ben.certificates]
    assert len({one.code for one in both}) == len({one.number for one in both}) == 2


def test_a_name_that_the_lms_does_not_share_stays_unknown(session: Session, ada: Staff) -> None:
    unnamed = Staff(session, None)
    unnamed.take()
    assert (unnamed.certificates[0].holder_name, unnamed.certificates[0].email_hash) == (None, None)


def test_the_name_is_the_one_of_that_day(ada: Staff) -> None:
    ada.take()
    ada.person.name = "Ada Okafor-Lee"
    assert ada.certificates[0].holder_name == "Ada Okafor"


def test_of_the_address_only_a_salted_hash_is_kept(ada: Staff) -> None:
    ada.take()
    one = ada.certificates[0]
    assert one.email_hash == sha256(f"ada.okafor@school.example{one.code}".encode()).hexdigest()


def test_a_better_score_leaves_the_certificate_that_is_held(ada: Staff) -> None:
    ada.take("ask")
    ada.take(now=NOW + DAY)
    assert [one.score for one in ada.certificates] == [pytest.approx(28 / 30)]


def test_a_pass_of_a_newer_version_supersedes_the_certificate(ada: Staff) -> None:
    ada.take()
    publish(ada.session, changed(YEARLY), NOW + DAY)
    ada.take(now=NOW + 30 * DAY)
    assert ada.states(NOW + 30 * DAY) == [CertificateState.VALID, CertificateState.SUPERSEDED]
    assert [one.module_title for one in ada.certificates] == ["Photos, amended", "Photos"]


def test_a_pass_in_the_last_weeks_renews_the_certificate_from_the_end_of_the_old_one(ada: Staff) -> None:
    ada.take()
    ada.take(now=NOW + 340 * DAY)
    assert ada.states(NOW + 341 * DAY) == [CertificateState.VALID, CertificateState.SUPERSEDED]
    assert ada.certificates[0].valid_until == date(2028, 11, 20)


def test_an_early_pass_does_not_renew_later_on(ada: Staff) -> None:
    ada.take()
    ada.take(now=NOW + 30 * DAY)
    issue_if_earned(ada.session, ada.person.id, "photos", NOW + 350 * DAY)
    assert len(ada.certificates) == 1


def test_a_pass_after_the_end_brings_a_new_one_and_the_old_stays_expired(ada: Staff) -> None:
    ada.take()
    ada.take(now=NOW + 400 * DAY)
    assert ada.states(NOW + 400 * DAY) == [CertificateState.VALID, CertificateState.EXPIRED]


def test_a_certificate_waits_for_the_acknowledgement_where_the_module_asks_for_one(session: Session) -> None:
    publish(session, CONFIRMED, NOW)
    ada = Staff(session)
    ada.take()
    assert ada.certificates == []
    ada.confirm(NOW + 10 * DAY)
    (one,) = ada.certificates
    assert (one.passed_at, one.issued_at, one.valid_from) == (NOW, NOW + 10 * DAY, date(2026, 11, 30))
    assert one.valid_until == date(2027, 11, 20)
    ada.confirm(NOW + 11 * DAY)
    assert len(ada.certificates) == 1


def test_an_acknowledgement_before_the_pass_counts_as_well(session: Session) -> None:
    publish(session, CONFIRMED, NOW)
    ada = Staff(session)
    ada.confirm()
    assert ada.certificates == []
    ada.take()
    assert len(ada.certificates) == 1


def test_a_pass_that_is_confirmed_when_its_time_is_over_brings_none(session: Session) -> None:
    publish(session, CONFIRMED, NOW)
    ada = Staff(session)
    ada.take()
    ada.confirm(NOW + 400 * DAY)
    assert ada.certificates == []


def test_a_revoked_certificate_says_who_why_and_when_and_stays(ada: Staff) -> None:
    ada.take()
    code = ada.certificates[0].code
    revoke_certificate(
        ada.session, in_groups(code).lower(), "Somebody else took the module.", "Mo Aziz", ADMINISTRATOR, NOW + DAY
    )
    (one,) = ada.certificates
    assert one.state_at(NOW + DAY) is CertificateState.REVOKED
    assert (one.revoked_at, one.revoked_by) == (NOW + DAY, "Mo Aziz")
    assert one.revoked_because == "Somebody else took the module."


def test_revoking_twice_keeps_the_first_reason_and_is_on_record_once(ada: Staff) -> None:
    ada.take()
    for reason in ("First.", "Second."):
        revoke_certificate(ada.session, ada.certificates[0].code, reason, "Mo Aziz", ADMINISTRATOR, NOW)
    (one,) = ada.certificates
    assert one.revoked_because == "First."
    (event,) = events(ada.session, 10)
    assert (event.action, event.thing, event.done_by) == ("revoked", Thing("certificate", one.number), ADMINISTRATOR)
    assert (event.at, event.details) == (NOW, {"module": "photos"})


def test_after_a_revocation_only_a_new_pass_brings_another(ada: Staff) -> None:
    ada.take("ask")
    ada.take(now=NOW + DAY)
    revoke_certificate(
        ada.session, ada.certificates[0].code, "Not their own work.", "Mo Aziz", ADMINISTRATOR, NOW + 2 * DAY
    )
    assert issue_if_earned(ada.session, ada.person.id, "photos", NOW + 3 * DAY) is None
    ada.take(now=NOW + 4 * DAY)
    assert ada.states(NOW + 4 * DAY) == [CertificateState.VALID, CertificateState.REVOKED]


def test_there_is_nothing_to_revoke_where_nothing_was_issued(session: Session) -> None:
    with pytest.raises(NoSuchCertificate):
        revoke_certificate(session, "7K3M-9QXT-2HVB-W4ND", "A reason.", "Mo Aziz", ADMINISTRATOR, NOW)


def test_someone_elses_certificate_is_not_found(session: Session, ada: Staff) -> None:
    ada.take()
    with pytest.raises(NoSuchCertificate):
        own_certificate(session, ada.certificates[0].code, Staff(session, "Ben Cole").person.id)


def test_a_certificate_outlives_the_attempt_and_its_result(session: Session, ada: Staff) -> None:
    ada.take()
    code = ada.certificates[0].code
    for table in (AnswerRow, Pass, ResultRow, Attempt):
        session.execute(delete(table))
    session.expire_all()
    found = find_certificate(session, code)
    assert found and found.module_title == "Photos"


def test_a_code_that_no_one_has_is_looked_for_as_one_that_someone_has(ada: Staff, database: Database) -> None:
    ada.take()
    code = ada.certificates[0].code
    questions: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: questions.append(call[2]))
    asked = []
    for typed in (code, "0" * 16, "not a code"):
        questions.clear()
        ada.session.expire_all()
        find_certificate(ada.session, typed)
        asked.append(list(questions))
    assert asked[0] == asked[1] == asked[2] and len(asked[0]) == 1


def test_a_pass_that_is_good_for_less_than_the_time_of_renewal_does_not_renew_itself(session: Session) -> None:
    publish(session, replace(YEARLY, module=replace(YEARLY.module, valid_months=1)), NOW)
    ada = Staff(session)
    ada.take()
    again = issue_if_earned(session, ada.person.id, "photos", NOW + DAY)
    assert [certificate.state_at(NOW + DAY) for certificate in ada.certificates] == [CertificateState.VALID]
    assert again and again.number == ada.certificates[0].number


def test_no_one_real_is_certified(session: Session, ada: Staff) -> None:
    ada.person.is_test = True
    ada.take()
    assert ada.certificates == []


def test_a_pass_and_its_acknowledgement_wait_for_each_other_and_for_nothing_else() -> None:
    """SQLite lets one write at a time as it is; PostgreSQL has to be asked."""
    assert str(HOLDER.compile(dialect=postgresql.dialect())).endswith("FOR NO KEY UPDATE")
