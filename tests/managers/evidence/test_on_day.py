"""Who was certified on a day: the rule, against a naive replay of everything that happened, in any order and season."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.days import day_of
from managers.evidence.domain.on_day import Evidence, Record, as_known, end_of, evidence_on, was_in_force

ISSUED = datetime(2026, 6, 30, 9, 0, tzinfo=UTC)
RECORD = Record(ISSUED, date(2026, 6, 30), date(2027, 6, 30))
LATER = ISSUED + timedelta(days=5)

# Around the changes to and from summer time, and the middle of each.
STARTS = (datetime(2026, 3, 27, 22, 0, tzinfo=UTC), datetime(2026, 10, 23, 22, 0, tzinfo=UTC), ISSUED)
# Most steps are short, and many of them end close to midnight.
STEPS = st.sampled_from(
    [timedelta(minutes=30), timedelta(hours=1), timedelta(hours=23), timedelta(days=1), timedelta(days=3)]
)
ACTS = st.sampled_from(["pass", "pass", "revoke", "wait"])


@dataclass
class Trust:
    """What a trust would write down as it happens: everyone's certificates, and who holds a valid one each midnight."""

    now: datetime
    records: dict[int, list[Record]] = field(default_factory=dict)
    at_midnight: dict[date, set[tuple[int, int]]] = field(default_factory=dict)

    def until(self, moment: datetime) -> None:
        """Let time go by; as each day ends, note who is certified by looking at what is true right then."""
        while end_of(day_of(self.now)) <= moment:
            today = day_of(self.now)
            self.at_midnight[today] = {
                (person, number)
                for person, held in self.records.items()
                for number, record in enumerate(held)
                if not record.superseded_at and not record.revoked_at and (record.valid_until or today) >= today
            }
            self.now = end_of(today)
        self.now = moment

    def happens(self, act: str, person: int, days_valid: int | None) -> None:
        held = self.records.setdefault(person, [])
        if act == "pass":
            if held and not held[-1].revoked_at:
                held[-1] = replace(held[-1], superseded_at=self.now)
            today = day_of(self.now)
            until = None if days_valid is None else today + timedelta(days=days_valid)
            held.append(Record(self.now, today, until))
        elif act == "revoke" and held and not held[-1].revoked_at:
            held[-1] = replace(held[-1], revoked_at=self.now)


HAPPENINGS = st.lists(
    st.tuples(STEPS, ACTS, st.integers(1, 3), st.sampled_from([None, 0, 1, 4])), min_size=1, max_size=25
)


@given(st.sampled_from(STARTS), HAPPENINGS)
def test_the_records_prove_for_every_day_what_was_true_at_its_midnight(
    start: datetime, happenings: list[tuple[timedelta, str, int, int | None]]
) -> None:
    trust = Trust(start)
    for step, act, person, days_valid in happenings:
        trust.until(trust.now + step)
        trust.happens(act, person, days_valid)
    trust.until(trust.now + timedelta(days=10))
    for day, certified in trust.at_midnight.items():
        proven = {
            (person, number): evidence
            for person, held in trust.records.items()
            for number, record in enumerate(held)
            if (evidence := evidence_on(record, day))
        }
        assert proven.keys() == certified
        assert all(evidence.was_known for evidence in proven.values())
        assert len({person for person, _ in proven}) == len(proven), "no one holds two"
        for (person, number), evidence in proven.items():
            assert evidence.revoked_since == trust.records[person][number].revoked_at


@given(st.sampled_from(STARTS), HAPPENINGS, st.integers(0, 20))
def test_what_happens_after_a_day_changes_nothing_about_who_was_certified_on_it(
    start: datetime, happenings: list[tuple[timedelta, str, int, int | None]], days: int
) -> None:
    trust, day = Trust(start), day_of(start) + timedelta(days=days)
    for step, act, person, days_valid in happenings:
        trust.until(trust.now + step)
        trust.happens(act, person, days_valid)
    for record in (record for held in trust.records.values() for record in held):
        then = as_known(record, end_of(day))
        assert was_in_force(record, day) == bool(then and was_in_force(then, day))


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 6, 29), False), (date(2026, 6, 30), True), (date(2027, 6, 30), True), (date(2027, 7, 1), False)],
)
def test_a_certificate_is_in_force_from_its_first_day_to_its_last(day: date, expected: bool) -> None:
    assert was_in_force(RECORD, day) is expected


def test_one_that_was_revoked_later_was_in_force_and_says_since_when_it_is_not() -> None:
    record = replace(RECORD, revoked_at=LATER)
    assert evidence_on(record, date(2026, 7, 1)) == Evidence(was_known=True, revoked_since=LATER)
    assert evidence_on(record, day_of(LATER)) is None


def test_one_that_was_put_on_record_later_was_not_known_on_the_day() -> None:
    record = replace(RECORD, issued_at=LATER)
    assert evidence_on(record, date(2026, 7, 1)) == Evidence(was_known=False, revoked_since=None)
    assert evidence_on(record, day_of(LATER)) == Evidence(was_known=True, revoked_since=None)


@pytest.mark.parametrize(
    ("moment", "in_force"),
    [
        (datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC), False),  # a minute to midnight in summer
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), True),  # midnight: the next day has begun
        (datetime(2026, 7, 2, 0, 0, tzinfo=UTC), True),
    ],
)
def test_in_summer_a_day_ends_an_hour_before_midnight_by_utc(moment: datetime, in_force: bool) -> None:
    assert was_in_force(replace(RECORD, revoked_at=moment), date(2026, 7, 1)) is in_force
    assert was_in_force(replace(RECORD, superseded_at=moment), date(2026, 7, 1)) is in_force


def test_the_days_on_which_clocks_change_have_23_and_25_hours() -> None:
    assert (end_of(date(2026, 3, 29)).timestamp() - end_of(date(2026, 3, 28)).timestamp()) / 3600 == 23
    assert (end_of(date(2026, 10, 25)).timestamp() - end_of(date(2026, 10, 24)).timestamp()) / 3600 == 25
