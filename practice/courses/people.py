"""What the practice LMS begins with: five trusts with a course each, one with two schools, and the people in them all.

Courses and activities are rows once the LMS has started (catalogue.py); these are what the first start makes them from.
"""

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

TRAINER = "trainer"
MANAGER = "manager"
STAFF = "staff"
OBSERVER = "observer"


@dataclass(frozen=True)
class PracticePerson:
    """Someone at a school; visitors can act as them to see the tool through their eyes."""

    id: str
    name: str
    given_name: str
    family_name: str
    email: str
    role: str
    staff_number: str
    shares_identity: bool = True
    job: str = ""
    roles_elsewhere: tuple[str, ...] = ()  # in the institution, where they differ from what the course says
    is_test: bool = False  # not a real person: the course as a student sees it

    @property
    def is_graded(self) -> bool:
        """Whether the gradebook has a row for this person: Moodle keeps none for teachers and managers."""
        return self.role == STAFF and not self.is_test

    @property
    def leads(self) -> bool:
        """Whether this person may add activities and look at what others answered."""
        return self.role in (TRAINER, MANAGER)

    @property
    def is_odd(self) -> bool:
        """Whether this person is here for what is unusual about their roles."""
        return self.is_test or self.role == OBSERVER or bool(self.roles_elsewhere)


@dataclass(frozen=True)
class PracticeActivity:
    """One graded placement of the tool in a course, with the custom values that the trainer typed into its form."""

    id: str
    title: str
    custom: MappingProxyType[str, str] = field(hash=False)
    line_item_id: str
    description: str = ""


@dataclass(frozen=True)
class PracticeCourse:
    """One trust's course, which is also one registration of the tool: same issuer, its own client id."""

    key: str
    trust: str
    title: str
    client_id: str
    deployment_id: str
    activities: tuple[PracticeActivity, ...]
    context_id: str
    label: str


def _activity(course: int, place: int, title: str, description: str, module: str) -> PracticeActivity:
    """A graded activity; its ids differ from course to course, and from place to place, as they do in Moodle."""
    return PracticeActivity(
        id=f"1{place}{course}",
        title=title,
        description=description,
        # A key in mixed case and a variable that this LMS does not know: both reach the tool in Moodle's manner.
        custom=MappingProxyType(
            {"module": module, "policyArea": "social-media", "line_manager": "$Person.lineManager"}
        ),
        line_item_id=f"2{place}{course}",
    )


# What each course holds: the title and description that the trainer typed, and the module behind it.
_ACTIVITIES = (
    (
        "Social media essentials",
        "What our social media policy asks of you, in situations that you may meet.",
        "essentials",
    ),
    ("Boundaries", "Pupils, former pupils and families who get in touch online.", "boundaries"),
    ("Business use of social media", "Before you speak for the school online.", "business-use"),
)


def _course(number: int, trust: str, title: str, key: str = "") -> PracticeCourse:
    return PracticeCourse(
        key=key or trust,
        trust=trust,
        title=title,
        client_id=f"practice-{key or trust}",
        deployment_id=str(number),
        activities=tuple(_activity(number, place, *typed) for place, typed in enumerate(_ACTIVITIES)),
        context_id=f"1{number}",
        label=f"{(key or trust).upper()}-STAFF",
    )


COURSES = (
    _course(1, "invictus", "Invictus Education Trust"),
    _course(2, "agora", "Agora Learning Partnership"),
    _course(3, "unnamed", "A trust that keeps its name to itself"),
    _course(4, "societas", "The Societas Trust"),
    _course(5, "chancery", "Chancery Multi Academy Trust"),
    # A second school of the first trust, whose activities are numbered after the newcomer's.
    replace(_course(7, "invictus", "Elmbridge High School", key="elmbridge"), deployment_id="6"),
)

# No tool knows this school beforehand: one that registers is tried on it.
NEWCOMER = replace(_course(6, "newcomer", "Newly connected school"), client_id="", deployment_id="")


def _person(id: str, given: str, family: str, role: str, job: str, number: str, **odd: Any) -> PracticePerson:
    user = f"{given}.{family}".lower().replace("ë", "e").replace("'", "")
    email = f"{user}@school.example"
    return PracticePerson(id, f"{given} {family}", given, family, email, role, number, job=job, **odd)


PEOPLE = (
    _person("3", "Priya", "Raman", TRAINER, "Staff development lead", "S1001"),
    _person("4", "Martin", "Okafor", MANAGER, "Deputy headteacher", "S1002"),
    _person("5", "Zoë", "Fairweather", STAFF, "Teaching assistant", "S1003"),
    _person("6", "Dean", "Hargreaves", STAFF, "Caretaker", "S1004"),
    _person("7", "Aisha", "Begum", STAFF, "School office", "S1005"),
    # Agency staff have no number in the trust's records, so the claim that carries it is absent.
    _person("8", "Tomasz", "Nowak", STAFF, "Supply teacher", ""),
    _person("9", "Gwen", "Pritchard", STAFF, "School governor", "S1007", shares_identity=False),
    # A teacher at her school, and here to learn: what she is elsewhere must not count.
    _person("10", "Carys", "Vaughan", STAFF, "Head of year", "S1008", roles_elsewhere=("Instructor",)),
)

# In no roster and no gradebook.
STUDENT_VIEW = _person("90", "Test", "Student", STAFF, "Student view", "", is_test=True)
# Canvas lets people watch a course without learning in it; in the roster only if odd people are switched on.
WATCHER = _person("91", "Olive", "Observer", OBSERVER, "Watches the course", "")
# The teaching assistant under a new account's id; replaces the old one in the roster while that is switched on.
MADE_AGAIN = replace(next(person for person in PEOPLE if person.id == "5"), id="105", job="Account made again")
EVERYBODY = (*PEOPLE, STUDENT_VIEW, WATCHER, MADE_AGAIN)


def person_by_id(person_id: str) -> PracticePerson | None:
    """The person with that id; everybody real is enrolled in every course."""
    return next((person for person in EVERYBODY if person.id == person_id), None)
