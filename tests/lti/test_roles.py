"""Who somebody is here: what the course says counts, and nothing makes more of them than it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.domain.roles import LEADING, Role, role_from

VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2"
STAFF, TRAINER, MANAGER, ADMINISTRATOR = Role


def role_named(*names: str) -> Role:
    """The role that follows from names such as ``membership#Learner``."""
    return role_from([f"{VOCABULARY}/{name}" for name in names])


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Learner", STAFF),
        ("Mentor", STAFF),
        ("Member", STAFF),
        ("Officer", STAFF),
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
        ("Mentor#Reviewer", STAFF),
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
        (["institution/person#Instructor"], STAFF),
        (["institution/person#Staff"], STAFF),
        (["system/person#User"], STAFF),
    ],
)
def test_without_a_role_of_the_course_an_administrator_alone_is_more_than_staff(names, role):
    assert role_named(*names) is role


def test_of_several_roles_of_the_course_the_highest_counts():
    assert role_named("membership#Learner", "membership#Instructor") is TRAINER
    assert role_named("membership#Manager", "membership#Instructor", "membership#Learner") is MANAGER


@pytest.mark.parametrize(
    "role",
    [
        "",
        " ",
        "instructor",
        "Teacher",
        "membership#Instructor",
        "urn:lti:role:ims/lis/Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructors",
        "http://purl.imsglobal.org/vocab/lis/v2/membership/#Instructor",
        "http://purl.imsglobal.org/vocab/lis/v3/membership#Instructor",
        "http://purl.imsglobal.org/vocab/lti/system/person#TestUser",
        "https://evil.example/institution/person#Administrator",
        "http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknownrole#Helper",
    ],
)
def test_a_role_that_we_do_not_know_is_staff_and_takes_nothing_away(role):
    assert role_from([role]) is STAFF
    assert role_from([role, "Instructor"]) is TRAINER


def test_nobody_of_whom_nothing_is_said_is_more_than_staff():
    assert role_from([]) is STAFF
    assert role_from([None, 1, {}, ["Instructor"]]) is STAFF
    assert STAFF not in LEADING


@given(st.lists(st.text() | st.none() | st.integers()))
def test_any_list_of_roles_gives_one(roles):
    assert role_from(roles) in Role
