"""Who somebody is here: what the course says counts, and nothing makes more of them than it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.domain.roles import LEADING, Role, role_at_launch, role_from, role_in_course

VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2"
OBSERVER, STAFF, TRAINER, MANAGER, ADMINISTRATOR = Role


def role_named(*names: str) -> Role:
    """The role that follows from names such as ``membership#Learner``."""
    return role_from([f"{VOCABULARY}/{name}" for name in names])


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Learner", STAFF),
        ("Mentor", OBSERVER),
        ("Member", OBSERVER),
        ("Officer", OBSERVER),
        ("Instructor", TRAINER),
        ("ContentDeveloper", TRAINER),
        ("Manager", MANAGER),
        ("Administrator", ADMINISTRATOR),
    ],
)
def test_a_role_of_the_course_counts_in_full_and_in_short(name, role):
    assert role_named(f"membership#{name}") is role
    assert role_from([name]) is role


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Instructor#Lecturer", TRAINER),
        ("Instructor#PrimaryInstructor", TRAINER),
        ("Manager#CourseCoordinator", MANAGER),
        ("Administrator#SystemAdministrator", ADMINISTRATOR),
        ("Learner#GuestLearner", STAFF),
        ("Mentor#Reviewer", OBSERVER),
        ("Officer#Chair", OBSERVER),
        ("Learner#NonCreditLearner", STAFF),
        ("Learner#ExternalLearner", STAFF),
    ],
)
def test_a_sub_role_counts_as_its_principal(name, role):
    assert role_named(f"membership/{name}") is role


@pytest.mark.parametrize(
    "sub_role",
    [
        "TeachingAssistant",
        "TeachingAssistantGroup",
        "TeachingAssistantOffering",
        "TeachingAssistantSection",
        "TeachingAssistantSectionAssociation",
        "TeachingAssistantTemplate",
    ],
)
def test_who_assists_a_trainer_is_staff(sub_role):
    assert role_named(f"membership/Instructor#{sub_role}") is STAFF


@pytest.mark.parametrize(
    "above", ["institution/person#Instructor", "institution/person#Administrator", "system/person#SysAdmin"]
)
def test_roles_above_the_course_make_no_more_of_a_learner(above):
    assert role_named("membership#Learner", above) is STAFF
    assert role_named(above, "membership#Learner") is STAFF


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (["institution/person#Administrator"], ADMINISTRATOR),
        (["system/person#Administrator"], ADMINISTRATOR),
        (["institution/person#Instructor"], OBSERVER),
        (["institution/person#Staff"], OBSERVER),
        (["institution/person#Guest"], OBSERVER),
        (["system/person#None"], OBSERVER),
        (["system/person#User"], OBSERVER),
    ],
)
def test_without_a_role_of_the_course_an_administrator_alone_is_more_than_an_observer(names, role):
    assert role_named(*names) is role


def test_of_several_roles_of_the_course_the_highest_counts():
    assert role_named("membership#Learner", "membership#Instructor") is TRAINER
    assert role_named("membership#Manager", "membership#Instructor", "membership#Learner") is MANAGER


@pytest.mark.parametrize(
    "role",
    [
        "",
        " ",
        "Teacher",
        "membership#Instructor",
        "urn:lti:instrole:ims/lis/Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructors",
        "http://purl.imsglobal.org/vocab/lis/v2/membership/#Instructor",
        "http://purl.imsglobal.org/vocab/lis/v3/membership#Instructor",
        "http://purl.imsglobal.org/vocab/lti/system/person#TestUser",
        "https://evil.example/institution/person#Administrator",
        "http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknownrole#Helper",
    ],
)
def test_a_role_that_we_do_not_know_is_an_observer_and_takes_nothing_away(role):
    assert role_from([role]) is OBSERVER
    assert role_from([role, "Instructor"]) is TRAINER


def test_someone_without_a_role_is_an_observer():
    assert role_from([]) is OBSERVER
    assert role_from([None, 1, {}, ["Instructor"]]) is OBSERVER
    assert not {OBSERVER, STAFF} & LEADING


def test_someone_who_learns_has_to_be_trained_though_they_are_there_as_a_mentor_too():
    assert role_named("membership#Mentor", "membership#Learner") is STAFF


@pytest.mark.parametrize(
    ("role", "means"),
    [
        ("instructor", TRAINER),
        ("LEARNER", STAFF),
        ("TeachingAssistant", STAFF),
        ("urn:lti:role:ims/lis/Learner", STAFF),
        ("urn:lti:role:ims/lis/Instructor/PrimaryInstructor", TRAINER),
        ("urn:lti:role:ims/lis/Mentor", OBSERVER),
        (f"{VOCABULARY}/membership#instructor", TRAINER),
        (f"{VOCABULARY}/membership/instructor#TeachingAssistant", STAFF),
    ],
)
def test_a_role_is_read_in_any_case_and_as_older_versions_wrote_it(role, means):
    assert role_from([role]) is means


@pytest.mark.parametrize(
    ("family", "seen_as", "listed_as", "counts"),
    [
        ("canvas", TRAINER, STAFF, STAFF),
        ("canvas", STAFF, TRAINER, TRAINER),
        ("Canvas", STAFF, OBSERVER, OBSERVER),
        ("moodle", TRAINER, STAFF, TRAINER),
        ("moodle", STAFF, TRAINER, TRAINER),
        ("moodle", OBSERVER, STAFF, OBSERVER),
        ("another", TRAINER, STAFF, TRAINER),
        ("another", STAFF, TRAINER, STAFF),
        (None, STAFF, OBSERVER, STAFF),
        ("moodle", None, STAFF, STAFF),
        (None, None, TRAINER, TRAINER),
        ("canvas", STAFF, None, STAFF),
        ("canvas", MANAGER, TRAINER, MANAGER),
        ("moodle", ADMINISTRATOR, TRAINER, ADMINISTRATOR),
        ("canvas", None, None, OBSERVER),
    ],
)
def test_the_roster_is_believed_where_it_is_exact_and_the_launch_elsewhere(family, seen_as, listed_as, counts):
    assert role_in_course(family, seen_as, listed_as) is counts


@given(st.lists(st.text() | st.none() | st.integers()))
def test_any_list_of_roles_gives_one(roles):
    assert role_from(roles) in Role


@pytest.mark.parametrize(
    ("family", "said", "listed_as", "counts"),
    [
        ("canvas", TRAINER, STAFF, TRAINER),
        ("canvas", STAFF, TRAINER, STAFF),
        ("moodle", TRAINER, STAFF, TRAINER),
        ("moodle", STAFF, TRAINER, TRAINER),
        (None, STAFF, TRAINER, STAFF),
        ("moodle", STAFF, None, STAFF),
    ],
)
def test_a_launch_is_the_latest_word_but_for_a_teacher_who_tries_moodle_as_a_student(family, said, listed_as, counts):
    assert role_at_launch(family, said, listed_as) is counts
