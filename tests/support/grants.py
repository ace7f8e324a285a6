"""People of a course who hold grants, and their browsers."""

from datetime import date

from core.audit.domain.event import by_command
from core.grants.domain.grant import GrantRole, Offer
from core.grants.grants import give
from core.schools import School as TrustSchool
from core.schools import add_school
from db import Database
from lti.domain.roles import Role
from lti.models import Person, Platform
from tests.support.factories import NOW
from tests.support.school import Browser, School

COMMAND = by_command("root", "grants give")
ADDRESS = "jo.hill@oak.example"


def give_grant(
    database: Database,
    role: GrantRole,
    email: str = ADDRESS,
    trust: str = "invictus",
    schools: tuple[int, ...] = (),
    until: date | None = None,
) -> int:
    """Give someone a grant and return its number; a school lead gets a school if none is named."""
    with database.transaction() as session:
        if role is GrantRole.SCHOOL_LEAD and not schools:
            schools = (a_school(session, trust).id,)
        title = "Headteacher" if role is GrantRole.APPROVER else None
        return give(session, Offer(trust, role, email, frozenset(schools), title, until), COMMAND, NOW).id


def a_school(session, trust: str = "invictus", name: str = "Oak Primary") -> TrustSchool:
    """Add a school to a trust, unless the trust has it."""
    found = session.query(TrustSchool).filter_by(trust=trust, name=name).one_or_none()
    return found or add_school(session, trust, name, COMMAND, NOW)


def with_address(school: School, database: Database, email: str | None = ADDRESS, role: Role = Role.STAFF) -> Browser:
    """Return the browser of someone of the course whose LMS, a Moodle, says that this is their address."""
    of_kind(school, database, "moodle")
    browser = school.visit("Jo Hill", role)
    with database.transaction() as session:
        session.get_one(Person, browser.person_id).email = email
    return browser


def of_kind(school: School, database: Database, family: str | None, confirms: bool | None = None) -> None:
    """Let the course be in an LMS of this kind, and say whether it confirms addresses."""
    with database.transaction() as session:
        platform = session.get_one(Platform, school.platform.id)
        platform.family, platform.confirms_addresses = family, confirms
