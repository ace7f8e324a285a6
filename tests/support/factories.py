"""Small, readable values for tests: a policy, two scenarios and a module, none of them the library's."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from core.audit.domain.event import by_command
from lti.domain.roles import Role
from lti.models import Activity, Course, Deployment, Membership, Person, Platform
from modules.domain.content import Content, TrainingModule
from policies.domain.act import Act, Nature
from policies.domain.policy import Clause, Doubt, Force, Policy, Position, Stance
from scenarios.domain.scenario import Choice, Scenario, Scene

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ADMINISTRATOR = by_command("root", "people revoke-certificate")

ACTS = (
    Act("photo.decline", Nature.PROTECTIVE, "Decline to post the photo."),
    Act("photo.post", Nature.RISKY, "Post the photo."),
    Act("photo.joke", Nature.RISKY, "Joke about the photo."),
    Act("ask.first", Nature.PROTECTIVE, "Ask before acting.", asks=True),
)

POLICY = Policy(
    key="invictus",
    trust="Oak Tree Trust",
    title="Social media policy",
    version="1",
    doubt=Doubt("Ask the Headteacher.", ("9",), ask="the Headteacher"),
    clauses=(
        Clause("1", "Decline to post photos.", Force.MUST),
        Clause("2", "Never post photos of pupils.", Force.MUST_NOT),
        Clause("9", "Ask when unsure.", Force.SHOULD),
    ),
    stances={
        "photo.decline": Position(Stance.REQUIRED, ("1",)),
        "photo.post": Position(Stance.PROHIBITED_CRITICAL, ("2",)),
        "ask.first": Position(Stance.PERMITTED, ("9",)),
    },
)


def choice(key: str, leads_to: str, *acts: str) -> Choice:
    return Choice(key, f"I {key}.", acts or ("ask.first",), f"You {key}.", "It matters.", leads_to)


def scene(key: str, *choices: Choice) -> Scene:
    return Scene(
        key, f"Scene {key}", f"This is {key}.", question="What do you do?" if choices else None, choices=choices
    )


def three_choices(best_to: str, asking_to: str, worst_to: str) -> tuple[Choice, Choice, Choice]:
    return (
        choice("decline", best_to, "photo.decline"),
        choice("ask", asking_to, "ask.first"),
        choice("post", worst_to, "photo.post"),
    )


# Two decisions on the long way; who posts in the first scene gets to the end at once.
FORK = Scenario(
    "fork",
    "A fork",
    "photos",
    "A way that forks.",
    (
        scene("first", *three_choices("second", "second", "end")),
        scene("second", *three_choices("end", "end", "end")),
        scene("end"),
    ),
)
SHORT = Scenario(
    "short",
    "A short one",
    "photos",
    "One decision.",
    (scene("only", *three_choices("end", "end", "end")), scene("end")),
)

MODULE = TrainingModule(
    key="photos",
    title="Photos",
    says="About photos.",
    minutes=2,
    pass_mark=80,
    pass_mark_reason="It is enough.",
    scenarios=("fork", "short"),
    critical=("short/only",),
)
CONTENT = Content(MODULE, POLICY, (FORK, SHORT), ACTS)


def add_platform(session: Session, trust: str = "invictus", issuer: str = "https://lms.example") -> Platform:
    platform = Platform(
        name="Oak Tree Moodle",
        trust=trust,
        issuer=issuer,
        client_id="client-1",
        auth_login_url="https://lms.example/auth",
        token_url="https://lms.example/token",
        jwks_url="https://lms.example/jwks",
        created_at=NOW,
    )
    session.add(platform)
    session.flush()
    return platform


def add_activity(session: Session, platform: Platform, module: str = "photos") -> Activity:
    deployment = Deployment(platform_id=platform.id, deployment_id="1")
    session.add(deployment)
    session.flush()
    course = Course(deployment_id=deployment.id, context="course-1", title="Induction")
    session.add(course)
    session.flush()
    activity = Activity(
        course_id=course.id,
        resource_link="link-1",
        title="Photos",
        module=module,
        line_item_url="https://lms.example/items/1?type_id=1",
        scopes=["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
    )
    session.add(activity)
    session.flush()
    return activity


def add_person(
    session: Session, activity: Activity, platform: Platform, name: str = "Ada Okafor", role: Role = Role.STAFF
) -> Person:
    person = Person(platform_id=platform.id, subject=f"sub-{name}", name=name)
    session.add(person)
    session.flush()
    session.add(Membership(course_id=activity.course_id, person_id=person.id, role=role, seen_as=role, seen_at=NOW))
    session.flush()
    return person
