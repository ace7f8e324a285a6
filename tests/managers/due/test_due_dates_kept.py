"""Rules and exceptions as a trust keeps them, and the due dates that follow for its staff."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from core.services import service
from db import Database
from lti.domain.roles import Role
from managers.due import refresh
from managers.due.course_dates import course_dates
from managers.due.dates import due_dates, due_of_person
from managers.due.domain.absences import Absence
from managers.due.domain.rules import Audience, DueKind, Terms
from managers.due.exceptions import NoSuchException, add_exception, end_exception
from managers.due.models import DueException, DueRule, ExceptionReason
from managers.due.preview import preview
from managers.due.refresh import DueJobs, ask_for_refresh, begin_day, is_under_way, refresh_piece
from managers.due.rules import NoSuchRule, add_rule, end_rule, rules_in_force
from managers.models import StaffEntry, StaffMember
from managers.staff.refresh import refresh_people
from modules.models import Join, JoinState
from tests.managers.due.due_rules import AFTER_START, BY_OCTOBER, COMMAND, Staffed, dates_in, due_of, has_rule, work_out
from tests.support.factories import NOW, add_person
from tests.support.grants import a_school

TODAY = NOW.date()
WHOLE_NOVEMBER = Absence(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def trust(session: Session) -> Staffed:
    return Staffed(session)


def recorded(session: Session, action: str) -> AuditEvent:
    session.flush()
    return session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id.desc())).first()


def test_a_rule_gives_everyone_who_has_to_take_the_training_a_date(trust: Staffed, session: Session) -> None:
    ada = trust.staff()
    assert due_of(session, ada.id) is None
    has_rule(session)
    assert due_of(session, ada.id) == date(2026, 10, 31)
    assert due_of_person(session, trust.person_of(ada), "photos") == date(2026, 10, 31)


def test_whoever_comes_later_has_a_date_from_the_first_moment(trust: Staffed, session: Session) -> None:
    has_rule(session)
    person = add_person(session, trust.activity, trust.platform, "Ben New", Role.STAFF)
    refresh_people(session, [person.id], NOW)
    assert due_of_person(session, person.id, "photos") == TODAY + timedelta(days=30)


def test_a_pass_leads_to_the_next_year_in_the_same_transaction(trust: Staffed, session: Session) -> None:
    ada = trust.staff()
    has_rule(session)
    trust.passes(ada, date(2027, 11, 20))
    assert due_of(session, ada.id) == date(2028, 10, 31)


def test_the_most_specific_rule_counts_for_each(trust: Staffed, session: Session) -> None:
    oak, elm = a_school(session).id, a_school(session, name="Elm High").id
    own = {"school_given": True}
    ada = trust.staff("Ada", school_id=oak, job_group="Teacher", **own)
    ben = trust.staff("Ben", school_id=oak, job_group="Site staff", **own)
    cem = trust.staff("Cem", school_id=elm, job_group="Teacher", **own)
    has_rule(session)
    has_rule(session, Terms(DueKind.DATE, 30, date(2026, 12, 1)), Audience("photos", oak))
    has_rule(session, Terms(DueKind.DATE, 30, date(2026, 12, 2)), Audience("photos", oak, "teacher"))
    dates = [due_of(session, each.id) for each in (ada, ben, cem)]
    assert dates == [date(2026, 12, 2), date(2026, 12, 1), date(2026, 10, 31)]


def test_a_rule_for_the_same_people_replaces_the_one_before_and_both_stay_on_record(
    trust: Staffed, session: Session
) -> None:
    trust.staff()
    first = has_rule(session, audience=Audience(group="Teacher"))
    second = has_rule(session, AFTER_START, Audience(group="TEACHER"))
    assert [rule.id for rule in rules_in_force(session, "invictus")] == [second.id]
    assert session.get_one(DueRule, first.id).ended_at == NOW
    assert recorded(session, "ended").thing_id == first.id
    assert recorded(session, "added").details == {
        "trust": "invictus",
        "module": None,
        "school": None,
        "kind": "start",
        "day": None,
    }


def test_an_ended_rule_leaves_no_date_behind_and_cannot_be_ended_twice(trust: Staffed, session: Session) -> None:
    ada = trust.staff()
    rule = has_rule(session)
    end_rule(session, rule.id, "invictus", None, COMMAND, NOW)
    work_out(session)
    assert due_of(session, ada.id) is None
    with pytest.raises(NoSuchRule):
        end_rule(session, rule.id, "invictus", None, COMMAND, NOW)


def test_a_rule_is_ended_only_by_those_who_decide_for_its_school_and_trust(trust: Staffed, session: Session) -> None:
    oak = a_school(session).id
    of_oak, of_all = has_rule(session, audience=Audience(school=oak)), has_rule(session)
    for number, key, schools in [
        (of_oak.id, "invictus", {oak + 1}),
        (of_all.id, "invictus", {oak}),
        (of_all.id, "agora", None),
    ]:
        with pytest.raises(NoSuchRule):
            end_rule(session, number, key, schools, COMMAND, NOW)
    assert end_rule(session, of_oak.id, "invictus", {oak}, COMMAND, NOW).ended_at == NOW


def test_a_preview_counts_those_for_whom_the_rule_would_count_and_who_would_be_overdue(
    trust: Staffed, session: Session
) -> None:
    oak = a_school(session).id
    ada = trust.staff("Ada")
    trust.staff("Ben")
    trust.staff("Cem", school_id=oak, school_given=True)
    trust.passes(ada, date(2027, 11, 20))
    everyone = preview(session, "invictus", Audience("photos"), BY_OCTOBER, TODAY)
    assert (everyone.people, everyone.overdue, everyone.replaces) == (3, 2, None)
    at_oak = has_rule(session, AFTER_START, Audience("photos", oak))
    everyone = preview(session, "invictus", Audience("photos"), BY_OCTOBER, TODAY)
    assert (everyone.people, everyone.overdue) == (2, 1)
    again = preview(session, "invictus", Audience("photos", oak), BY_OCTOBER, TODAY)
    assert (again.people, again.overdue, again.replaces) == (1, 1, at_oak)
    assert preview(session, "invictus", Audience("other"), BY_OCTOBER, TODAY).people == 0


def except_(session: Session, member: StaffMember, absence: Absence, module: str | None = None) -> DueException:
    return add_exception(session, member.id, module, ExceptionReason.LONG_SICKNESS, absence, COMMAND, NOW)


def test_an_exception_lifts_what_is_overdue_at_once_and_its_reason_is_not_put_on_record(
    trust: Staffed, session: Session
) -> None:
    ada = trust.staff()
    has_rule(session)
    except_(session, ada, WHOLE_NOVEMBER)
    assert due_of(session, ada.id) == date(2026, 11, 30)
    assert "sickness" not in str(recorded(session, "added").details)


def test_an_exception_from_another_module_changes_nothing(trust: Staffed, session: Session) -> None:
    ada = trust.staff()
    has_rule(session)
    except_(session, ada, WHOLE_NOVEMBER, "posts")
    assert due_of(session, ada.id) == date(2026, 10, 31)
    except_(session, ada, WHOLE_NOVEMBER, "photos")
    assert due_of(session, ada.id) == date(2026, 11, 30)


def test_an_exception_ends_on_a_day_or_as_a_mistake_and_stays_on_record(trust: Staffed, session: Session) -> None:
    ada = trust.staff()
    has_rule(session)
    away = except_(session, ada, Absence(date(2026, 11, 1), None))
    assert due_of(session, ada.id) is None
    end_exception(session, away.id, ada.id, date(2026, 11, 19), COMMAND, NOW)
    assert due_of(session, ada.id) == date(2026, 11, 19)
    with pytest.raises(NoSuchException):
        end_exception(session, away.id, ada.id, None, COMMAND, NOW)
    mistake = except_(session, ada, Absence(date(2026, 11, 1), None))
    end_exception(session, mistake.id, ada.id, None, COMMAND, NOW)
    assert due_of(session, ada.id) == date(2026, 11, 19) and mistake.was_mistake
    assert len(session.scalars(select(DueException)).all()) == 2


def test_an_exception_is_only_ended_for_the_person_it_is_about(trust: Staffed, session: Session) -> None:
    ada, ben = trust.staff("Ada"), trust.staff("Ben")
    away = except_(session, ada, WHOLE_NOVEMBER)
    with pytest.raises(NoSuchException):
        end_exception(session, away.id, ben.id, None, COMMAND, NOW)


def test_the_exceptions_of_two_who_become_one_count_for_that_one(trust: Staffed, session: Session) -> None:
    ada, again = trust.staff("Ada Okafor"), trust.staff("Ada Okafor (new account)")
    has_rule(session)
    except_(session, again, WHOLE_NOVEMBER)
    people = [trust.person_of(ada), trust.person_of(again)]
    session.add(
        Join(person_id=people[1], same_as_id=people[0], state=JoinState.JOINED, decided_at=NOW, decided_by="Jo")
    )
    refresh_people(session, people, NOW)
    one = session.get_one(StaffEntry, people[0]).staff_id
    assert session.get_one(StaffEntry, people[1]).staff_id == one
    assert session.scalars(select(DueException.staff_id)).all() == [one]
    assert due_of(session, one) == date(2026, 11, 30)


def test_due_dates_take_as_many_queries_for_many_people_as_for_one(trust: Staffed, session: Session) -> None:
    members = [trust.staff(f"Person {number}").id for number in range(12)]
    has_rule(session)
    add_exception(session, members[0], None, ExceptionReason.LEAVE, WHOLE_NOVEMBER, COMMAND, NOW)
    session.flush()
    queries: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *call: queries.append(call[2]))
    counts = []
    for wanted in (members[:1], members):
        session.expire_all()
        queries.clear()
        assert len(due_dates(session, wanted, TODAY)) == len(wanted)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_dates_are_worked_out_in_pieces_and_a_page_can_tell_until_all_are(
    trust: Staffed, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "AT_ONCE", 2)
    members = [trust.staff(f"Person {number}") for number in range(5)]
    add_rule(session, "invictus", Audience(), BY_OCTOBER, COMMAND, NOW)
    assert is_under_way(session, "invictus") and not is_under_way(session, "agora")
    assert refresh_piece(session, NOW)
    assert [due_of(session, each.id) is not None for each in members] == [True, True, False, False, False]
    # A second change begins again from the start.
    add_rule(session, "invictus", Audience("photos"), AFTER_START, COMMAND, NOW)
    work_out(session)
    assert {due_of(session, each.id) for each in members} == {date(2026, 10, 1)}
    assert not is_under_way(session, "invictus")
    assert not refresh_piece(session, NOW)


def test_an_absence_that_begins_later_lifts_what_is_overdue_from_its_first_day(
    trust: Staffed, session: Session
) -> None:
    ada = trust.staff()
    has_rule(session)
    except_(session, ada, Absence(date(2026, 11, 25), date(2026, 12, 24)))
    assert due_of(session, ada.id) == date(2026, 10, 31)
    later = NOW + timedelta(days=5)
    begin_day(session, later)
    while refresh_piece(session, later):
        session.flush()
    assert due_of(session, ada.id) == date(2026, 12, 24)


def test_a_trust_without_rules_and_exceptions_is_left_alone_at_night(trust: Staffed, session: Session) -> None:
    trust.staff()
    begin_day(session, NOW)
    assert not is_under_way(session, "invictus")
    ask_for_refresh(session, "invictus", NOW)
    assert is_under_way(session, "invictus")


def dates_of_course(trust: Staffed, *modules: str, today: date = TODAY) -> dict[str, date]:
    return dict(course_dates(trust.session, "invictus", trust.activity.course_id, modules or ("photos",), today))


def test_a_course_has_the_next_date_that_all_its_people_have_in_common(trust: Staffed, session: Session) -> None:
    assert dates_of_course(trust) == {}
    has_rule(session)
    assert dates_of_course(trust, "photos", "posts") == dict.fromkeys(("photos", "posts"), date(2027, 10, 31))
    assert dates_of_course(trust, today=date(2026, 10, 31)) == {"photos": date(2026, 10, 31)}
    trust.staff("Ada", job_group="Teacher")
    trust.staff("Ben", job_group="Site staff")
    assert dates_of_course(trust) == {"photos": date(2027, 10, 31)}


def test_a_course_has_no_date_where_it_depends_on_the_person(trust: Staffed, session: Session) -> None:
    trust.staff("Ada", job_group="Teacher")
    trust.staff("Ben", job_group="Site staff")
    has_rule(session, AFTER_START)
    assert dates_of_course(trust) == {}
    has_rule(session)
    has_rule(session, Terms(DueKind.DATE, 30, date(2026, 12, 18)), Audience(group="Teacher"))
    assert dates_of_course(trust) == {}
    has_rule(session, Terms(DueKind.DATE, 30, date(2026, 12, 18)), Audience("photos"))
    assert dates_of_course(trust) == {"photos": date(2026, 12, 18)}
    assert dates_of_course(trust, today=date(2026, 12, 19)) == {}


def test_a_worker_goes_on_where_another_one_ended(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "AT_ONCE", 2)
    with database.transaction() as session:
        trust = Staffed(session)
        members = [trust.staff(f"Person {number}").id for number in range(5)]
        add_rule(session, "invictus", Audience(), BY_OCTOBER, COMMAND, NOW)
    with database.transaction() as session:
        refresh_piece(session, NOW)
    assert sorted(staff_id for staff_id, due in dates_in(database).items() if due) == members[:2]
    service(DueJobs, app).work_out_now()
    assert dates_in(database) == dict.fromkeys(members, date(2026, 10, 31))
    with database.reading() as session:
        assert not is_under_way(session, "invictus")
