"""What a list would change follows from what it says and what is known, and every conflict is found first."""

from datetime import date

from managers.staff_list.domain.known import KnownMember, KnownStaff, StaffFacts
from managers.staff_list.domain.lines import loops_in
from managers.staff_list.domain.plan import Plan, plan_for
from managers.staff_list.domain.rows import Row, Sheet

SCHOOLS = {"oak primary": (1, "Oak Primary"), "elm high": (2, "Elm High")}
ASHA = KnownMember(1, "Asha Patel", StaffFacts("asha@oak.example", "S1", 1, True), True, False)
DAN = KnownMember(
    2, "Dan Price", StaffFacts("dan@oak.example", "S2", 1, False, 1, "Teacher", date(2020, 4, 3)), True, False
)
GONE = KnownMember(3, "Lee Gone", StaffFacts("lee@oak.example", "S3"), True, True)
NO_ADDRESS = KnownMember(4, "Noor Ali", StaffFacts(None, "S4"), True, False)
KNOWN = KnownStaff([ASHA, DAN, GONE, NO_ADDRESS], SCHOOLS)


def plan(*rows: Row, adds_schools: bool = False) -> Plan:
    return plan_for(Sheet(rows, (), "UTF-8", "commas", (), ()), KNOWN, adds_schools)


def problems(*rows: Row) -> list[str]:
    return [problem.says for problem in plan(*rows).problems]


def test_blank_cells_leave_and_a_dash_removes() -> None:
    found = plan(Row(2, "dan@oak.example"))
    assert (found.unchanged, found.changes) == (1, [])
    (change,) = plan(Row(2, "dan@oak.example", "-", None, "-", "-", "-")).changes
    assert change.after == StaffFacts("dan@oak.example", None, 1, False)


def test_someone_is_found_by_their_number_and_gets_the_address() -> None:
    (change,) = plan(Row(2, "noor@oak.example", "S4")).changes
    assert (change.staff_id, change.after.email) == (4, "noor@oak.example")


def test_a_number_of_someone_else_is_refused_unless_they_get_another_in_the_same_list() -> None:
    assert problems(Row(2, "dan@oak.example", "S1")) == [
        "The staff number S1 belongs to Asha Patel. Correct it, or give Asha Patel another number in the same list."
    ]
    swapped = plan(Row(2, "dan@oak.example", "S1"), Row(3, "asha@oak.example", "S2"))
    assert swapped.problems == [] and swapped.changed == 2


def test_a_line_manager_who_is_unknown_has_left_or_is_oneself_is_refused() -> None:
    assert problems(
        Row(2, "dan@oak.example", manager="x@oak.example"),
        Row(3, "asha@oak.example", manager="lee@oak.example"),
        Row(4, None, "S4", manager="S4"),
    ) == [
        "No one is known as the line manager “x@oak.example”. Correct the address or number, or add them to the list.",
        "The line manager lee@oak.example has left all their courses. Enter who manages this person now, or “-”.",
        "S4 is their own line manager. Enter someone else, or “-” for no line manager.",
    ]
    assert problems(Row(2, "asha@oak.example", manager="S3"), Row(3, "lee@oak.example")) == []


def test_a_loop_through_someone_who_is_not_in_the_list_is_found_too() -> None:
    (says,) = problems(Row(2, "asha@oak.example", manager="S2"))
    assert "asha@oak.example → Dan Price → asha@oak.example" in says or "Dan Price → asha@oak.example" in says


def test_each_loop_is_found_once() -> None:
    assert [set(loop) for loop in loops_in({1: 2, 2: 3, 3: 1, 4: 1, 5: 6, 6: 5, 7: 7, 8: 9})] == [{1, 2, 3}, {5, 6}]


def test_those_who_begin_and_cease_to_be_line_managers_are_counted() -> None:
    found = plan(Row(2, "dan@oak.example", manager="new@oak.example"), Row(3, "new@oak.example"))
    assert (found.new_managers, found.former_managers) == ({"new@oak.example"}, {"asha@oak.example"})
    assert plan(Row(2, "dan@oak.example", manager="S4")).without_address == 1


def test_a_school_is_found_whatever_its_case_and_suggested_where_it_is_misspelt() -> None:
    assert plan(Row(2, "dan@oak.example", school="ELM  high")).changes[0].after.school == 2
    found = plan(Row(2, "dan@oak.example", school="Elm Hihg"), Row(3, "asha@oak.example", school="Ash"))
    assert found.unknown_schools == {"Elm Hihg": ["Elm High"], "Ash": []}
    added = plan(Row(2, "dan@oak.example", school="Ash"), Row(3, "asha@oak.example", school="ash"), adds_schools=True)
    assert (added.problems, added.new_schools) == ([], ["Ash"])
