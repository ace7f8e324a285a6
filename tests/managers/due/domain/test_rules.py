"""Which of several rules for due dates counts."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from managers.due.domain.rules import Audience, DueKind, Rule, Terms, rule_for

TERMS = Terms(DueKind.DATE, 30, date(2026, 10, 31))
MODULES, SCHOOLS, GROUPS = ["essentials", "leading"], [1, 2], ["Teacher", "Site staff"]
audiences = some.builds(
    Audience,
    some.none() | some.sampled_from(MODULES),
    some.none() | some.sampled_from(SCHOOLS),
    some.none() | some.sampled_from(GROUPS),
)
people = some.builds(Audience, some.sampled_from(MODULES), some.sampled_from(SCHOOLS), some.sampled_from(GROUPS))


def rules_for(*audiences):
    return [Rule(number, audience, TERMS) for number, audience in enumerate(audiences, 1)]


def chosen(someone, *audiences):
    rule = rule_for(rules_for(*audiences), someone)
    return rule.audience if rule else None


SOMEONE = Audience("essentials", 1, "Teacher")


def test_a_rule_for_everyone_counts_where_there_is_no_other():
    assert chosen(SOMEONE, Audience()) == Audience()


def test_no_rule_counts_where_all_are_for_others():
    assert chosen(SOMEONE, Audience("leading"), Audience(school=2), Audience(group="Site staff")) is None


def test_the_module_counts_before_the_school_and_the_school_before_the_job_group():
    in_order = [
        Audience("essentials", 1, "Teacher"),
        Audience("essentials", 1),
        Audience("essentials", group="Teacher"),
        Audience("essentials"),
        Audience(school=1, group="Teacher"),
        Audience(school=1),
        Audience(group="Teacher"),
        Audience(),
    ]
    for place, first in enumerate(in_order):
        assert chosen(SOMEONE, *in_order[place:]) == first
        assert chosen(SOMEONE, *reversed(in_order[place:])) == first


def test_the_later_of_two_rules_for_the_same_people_counts():
    rules = rules_for(Audience("essentials"), Audience("essentials"))
    assert rule_for(rules, SOMEONE).number == 2


def test_a_job_group_is_the_same_in_capital_letters_and_with_accents():
    assert chosen(Audience("essentials", 1, "éducateur"), Audience(group="Educateur ")) is not None


def test_someone_of_no_school_or_group_is_not_included_where_one_is_named():
    assert chosen(Audience("essentials"), Audience(school=1), Audience(group="Teacher")) is None


@given(some.lists(audiences), people)
def test_what_is_more_specific_is_never_overridden_by_a_later_rule_that_is_less_so(found, someone):
    rules = rules_for(*found)
    rule = rule_for(rules, someone)
    fitting = [each for each in rules if each.audience.includes(someone)]
    assert (rule is None) is (not fitting)
    assert all(each.audience.specificity <= rule.audience.specificity for each in fitting)


@given(some.lists(audiences), audiences, people)
def test_adding_a_rule_changes_nothing_for_those_who_have_a_more_specific_one(found, added, someone):
    before = rule_for(rules_for(*found), someone)
    after = rule_for(rules_for(*found, added), someone)
    if before and added.specificity < before.audience.specificity:
        assert after == before


@given(some.lists(audiences), people, some.randoms())
def test_the_order_in_which_rules_are_read_does_not_matter(found, someone, random):
    rules = rules_for(*found)
    shuffled = random.sample(rules, len(rules))
    assert rule_for(rules, someone) == rule_for(shuffled, someone)
