"""Grades that the tool owes to people in one activity of the double, without a launch or an attempt before."""

from datetime import UTC, datetime

from sqlalchemy import select

from config import Settings
from db import Database
from lti.domain.delivery import DeliveryState
from lti.grades.deliveries import Grade, owe_grade
from lti.grades.send import GradeSender
from lti.models import Activity, Delivery, DeliveryTry, Person, Platform
from tests.support.factories import add_activity, add_person, add_platform
from tests.support.lms.services import AGS, ISSUER, Services

RESULTS_URL = f"{ISSUER}/items/1/results"
SCOPES = [AGS + "score", AGS + "result.readonly"]


class OwedGrades:
    """One activity, whose people are known by their names; the LMS shows no results until a test says which."""

    def __init__(self, database: Database, settings: Settings, services: Services) -> None:
        self.database, self.settings, self.services = database, settings, services
        self.sender = GradeSender(database, settings)
        services.results = []
        with database.transaction() as session:
            self.platform_id = add_platform(session).id
            platform = session.get_one(Platform, self.platform_id)
            self.activity: Activity = add_activity(session, platform)
            self.activity.scopes = SCOPES

    def owe(self, *names: str, score: float = 0.8, afresh: bool = False) -> None:
        """Owe people a grade; whoever is not known is enrolled."""
        now = datetime.now(UTC)
        with self.database.transaction() as session:
            platform = session.get_one(Platform, self.platform_id)
            for name in names:
                known = session.scalar(select(Person).where(Person.subject == f"sub-{name}"))
                person = known or add_person(session, self.activity, platform, name)
                owe_grade(session, self.activity.id, person.id, Grade(score, "Passed.", now, now), now, afresh)

    def deliveries(self) -> dict[str, Delivery]:
        """Return the deliveries by whose they are."""
        with self.database.reading() as session:
            rows = session.execute(select(Person.name, Delivery).join(Person, Person.id == Delivery.person_id))
            return {name or "": delivery for name, delivery in rows}

    def states(self) -> dict[str, DeliveryState]:
        """Return the states by whose grade it is."""
        return {name: delivery.state for name, delivery in self.deliveries().items()}

    def platform(self) -> Platform:
        with self.database.reading() as session:
            return session.get_one(Platform, self.platform_id)

    def tries(self) -> list[DeliveryTry]:
        with self.database.reading() as session:
            return list(session.scalars(select(DeliveryTry).order_by(DeliveryTry.id)))
