"""What is said to someone on which day: worked examples, and what is true of any history whatever."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from managers.reminders.domain.plan import (
    Frequency,
    Occasion,
    Said,
    Saying,
    TrainingDates,
    is_week_over,
    rests_since,
    to_nudge,
    to_say,
)
from managers.reminders.domain.quiet import Holiday, QuietTimes

DUE = date(2026, 12, 3)
USUAL = Frequency()
START = date(2026, 11, 2)


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


def told(training: TrainingDates, quiet: QuietTimes, first: date, days: int) -> list[Said]:
    """Return what someone is told over so many days if nothing changes."""
    said: list[Said] = []
    for today in (first + timedelta(days=each) for each in range(days)):
        if not quiet.covers_day(today):
            said += [Said(s.module, s.reason, s.about, today) for s in to_say([training], said, USUAL, today)]
    return said


def test_someone_with_a_due_date_is_told_before_it_on_the_day_and_weekly_afterwards_six_times() -> None:
    said = told(TrainingDates("photos", DUE), QuietTimes(), date(2026, 11, 1), 200)
    assert [each.day for each in said] == [day(-14), day(-3), DUE, *(day(7 * week) for week in range(1, 7))]
    assert [each.reason for each in said] == [Occasion.BEFORE] * 2 + [Occasion.ON_THE_DAY] + [Occasion.OVERDUE] * 6


def test_what_falls_on_a_weekend_or_into_the_holidays_is_said_once_on_the_next_school_day() -> None:
    quiet = QuietTimes((Holiday(date(2026, 12, 19), date(2027, 1, 3)),))
    said = told(TrainingDates("photos", date(2026, 12, 28)), quiet, date(2026, 11, 1), 100)
    # Two weeks before is a Monday; three days before, the day itself and some days after are in the holidays.
    assert [each.day for each in said[:3]] == [date(2026, 12, 14), date(2027, 1, 4), date(2027, 1, 11)]
    assert [each.reason for each in said[:3]] == [Occasion.BEFORE, Occasion.OVERDUE, Occasion.OVERDUE]


def test_a_pass_that_ends_is_announced_thirty_and_seven_days_before_and_not_as_due_as_well() -> None:
    said = told(TrainingDates("photos", DUE, True, DUE), QuietTimes(), date(2026, 10, 1), 64)
    expected = [
        (day(-30), Occasion.EXPIRING),
        (day(-7), Occasion.EXPIRING),
        (DUE, Occasion.ON_THE_DAY),
    ]
    assert [(each.day, each.reason) for each in said] == expected


def test_a_pass_without_a_due_date_that_ended_in_the_holidays_is_still_mentioned_once() -> None:
    quiet = QuietTimes((Holiday(day(-10), day(20)),))
    said = told(TrainingDates("photos", None, True, DUE), quiet, day(-40), 300)
    assert [each.day for each in said] == [day(-30), date(2026, 12, 24)]


@pytest.mark.parametrize(
    "training", [TrainingDates("photos", None), TrainingDates("photos", None, True), TrainingDates("photos", day(15))]
)
def test_nothing_is_said_without_a_date_that_is_near(training: TrainingDates) -> None:
    assert to_say([training], [], USUAL, DUE) == ()


def test_someone_given_a_due_date_that_has_nearly_come_is_told_at_once() -> None:
    assert to_say([TrainingDates("photos", DUE)], [], USUAL, day(-10)) == (Saying("photos", Occasion.BEFORE, DUE),)


def test_a_new_due_date_is_mentioned_anew() -> None:
    said = told(TrainingDates("photos", DUE), QuietTimes(), day(-20), 120)
    assert sum(each.reason is Occasion.OVERDUE for each in said) == 6
    later = day(110)
    assert to_say([TrainingDates("photos", later)], said, USUAL, later) == (
        Saying("photos", Occasion.ON_THE_DAY, later),
    )


def test_after_a_nudge_the_next_digest_is_a_week_later_and_the_nudge_uses_none_of_them_up() -> None:
    said = [Said("photos", Occasion.OVERDUE, DUE, day(number), by_person=True) for number in range(1, 20, 3)]
    assert to_say([TrainingDates("photos", DUE)], said, USUAL, day(25)) == ()
    assert to_say([TrainingDates("photos", DUE)], said, USUAL, day(26)) == (Saying("photos", Occasion.OVERDUE, DUE),)


def test_a_nudge_is_about_what_is_not_certified_or_has_to_be_renewed_soon() -> None:
    trainings = [
        TrainingDates("a", None),
        TrainingDates("b", DUE),
        TrainingDates("c", None, True),
        TrainingDates("d", None, True, day(20)),
        TrainingDates("e", day(-1)),
        TrainingDates("f", day(100)),
        TrainingDates("g", None, True, day(-20)),
        TrainingDates("h", day(60), True, day(300)),
    ]
    expected = [
        ("g", Occasion.EXPIRING),
        ("e", Occasion.OVERDUE),
        ("b", Occasion.ON_THE_DAY),
        ("d", Occasion.EXPIRING),
        ("f", Occasion.TO_DO),
        ("a", Occasion.TO_DO),
    ]
    assert [(each.module, each.reason) for each in to_nudge(trainings, USUAL, DUE)] == expected


def test_someone_rests_for_three_days_after_a_reminder() -> None:
    assert rests_since([day(-9), day(-2)], DUE) == day(-2)
    assert rests_since([day(-3)], DUE) is None
    assert rests_since([day(1)], DUE) == day(1)
    assert rests_since([], DUE) is None


def test_managers_are_told_on_their_day_or_on_the_first_day_after_it() -> None:
    monday = date(2026, 11, 23)
    assert is_week_over(0, None, monday)
    assert is_week_over(0, monday - timedelta(days=7), monday + timedelta(days=1))
    assert not is_week_over(0, monday, monday + timedelta(days=6))
    assert is_week_over(0, monday, monday + timedelta(days=7))
    assert not is_week_over(4, monday - timedelta(days=3), monday)


@dataclass
class Life:
    """What happens to someone with two modules: days of passing, of other due dates, of nudges and of holidays."""

    trainings: dict[str, TrainingDates]
    passes: dict[tuple[int, str], int]
    dues: dict[tuple[int, str], int]
    nudges: set[int]
    quiet: QuietTimes
    frequency: Frequency


OFFSETS = st.integers(0, 150)
NAMES = "photos", "posts"
EVENTS = st.tuples(OFFSETS, st.sampled_from(NAMES))


def from_start(offset: int) -> date:
    return START + timedelta(days=offset)


def training_of(name: str) -> st.SearchStrategy[TrainingDates]:
    return st.builds(TrainingDates, st.just(name), st.one_of(st.none(), OFFSETS.map(from_start)))


HOLIDAYS = st.builds(
    lambda first, days: Holiday(from_start(first), from_start(first + days)), OFFSETS, st.integers(0, 40)
)
LIVES = st.builds(
    Life,
    trainings=st.fixed_dictionaries({name: training_of(name) for name in NAMES}),
    passes=st.dictionaries(EVENTS, st.integers(0, 120), max_size=3),
    dues=st.dictionaries(EVENTS, OFFSETS, max_size=3),
    nudges=st.sets(OFFSETS, max_size=5),
    quiet=st.lists(HOLIDAYS, max_size=3).map(lambda holidays: QuietTimes(tuple(holidays))),
    frequency=st.builds(
        Frequency,
        before=st.lists(st.integers(1, 30), max_size=3, unique=True).map(tuple),
        expiring=st.lists(st.integers(1, 60), max_size=2, unique=True).map(tuple),
        most=st.integers(1, 8),
    ),
)


@dataclass
class SchoolDay:
    """A school day of a life: how far the training was, what was said, and whether a manager said it."""

    today: date
    trainings: dict[str, TrainingDates]
    sayings: tuple[Saying, ...]
    is_nudge: bool


def lived(life: Life) -> list[SchoolDay]:
    said: list[Said] = []
    days = []
    for number in range(200):
        today = from_start(number)
        change(life, number, today)
        if life.quiet.covers_day(today):
            continue
        trainings = life.trainings.values()
        may_nudge = number in life.nudges and not rests_since({each.day for each in said}, today)
        nudged = to_nudge(trainings, life.frequency, today) if may_nudge else ()
        sayings = nudged or to_say(trainings, said, life.frequency, today)
        said += [Said(each.module, each.reason, each.about, today, bool(nudged)) for each in sayings]
        days.append(SchoolDay(today, dict(life.trainings), sayings, bool(nudged)))
    return days


def change(life: Life, number: int, today: date) -> None:
    for name, training in life.trainings.items():
        if (lasts := life.passes.get((number, name))) is not None:
            until = today + timedelta(days=lasts)
            life.trainings[name] = replace(training, has_passed=True, valid_until=until, due_on=until)
        if (due := life.dues.get((number, name))) is not None:
            life.trainings[name] = replace(life.trainings[name], due_on=from_start(due))


@given(LIVES)
def test_nothing_is_said_before_it_is_due_to_be_said_or_oftener_than_the_trust_wants(life: Life) -> None:
    overdue: dict[tuple[str, date], int] = {}
    for lived_day in lived(life):
        assert not life.quiet.covers_day(lived_day.today)
        assert len({saying.module for saying in lived_day.sayings}) == len(lived_day.sayings)
        for saying in lived_day.sayings:
            if lived_day.is_nudge or not saying.about:
                continue
            days = life.frequency.expiring if saying.reason is Occasion.EXPIRING else (*life.frequency.before, 0)
            assert lived_day.today >= saying.about - timedelta(days=max(days))
            if saying.reason is Occasion.OVERDUE:
                assert lived_day.today > saying.about
                key = saying.module, saying.about
                overdue[key] = overdue.get(key, 0) + 1
    assert all(number <= life.frequency.most for number in overdue.values())


@given(LIVES)
def test_nothing_is_lost_over_holidays_of_any_length(life: Life) -> None:
    said: dict[tuple[str, date | None], date] = {}
    for lived_day in lived(life):
        said |= {(each.module, each.about): lived_day.today for each in lived_day.sayings}
        for name, training in lived_day.trainings.items():
            due = training.due_on
            wanted = [due] if due else []
            if due and due != training.valid_until:
                wanted += [due - timedelta(days=before) for before in life.frequency.before]
            # Of each day on which something was to be said, it has been said on that day or since.
            come = [each for each in wanted if each <= lived_day.today]
            assert not come or said[name, due] >= max(come), (name, due, lived_day)


@given(LIVES)
def test_overdue_training_is_mentioned_once_a_week_at_most_unless_a_manager_does(life: Life) -> None:
    last: dict[tuple[str, date | None], date] = {}
    for lived_day in lived(life):
        for saying in lived_day.sayings:
            key = saying.module, saying.about
            before = last.get(key)
            if saying.reason is Occasion.OVERDUE and not lived_day.is_nudge and saying.about and before:
                assert before < saying.about or lived_day.today - before >= timedelta(days=7)
            last[key] = lived_day.today
