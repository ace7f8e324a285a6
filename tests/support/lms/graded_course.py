"""A course in the double, with one activity: its people open it and play, and their grades are sent and compared."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

import db
from config import Settings
from core.services import service
from db import Database
from lti.domain.delivery import DeliveryState, GradeKind
from lti.grades.gradebook import Comparer
from lti.grades.send import GradeSender
from lti.models import Delivery, Person, Platform
from modules.passes.passes import still_counting
from tests.support.lms.double import INSTRUCTOR, LEARNER, Lms, lti
from tests.support.lms.outcomes import assert_landed
from tests.support.lms.services import ALL_RIGHTS
from tests.support.lms.signing import without_nones
from tests.support.visitor import Form, words_of
from tests.support.worker import do_jobs

ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"

# The ways through the module of these tests, as scenario, scene and choice, and what they come to.
BEST = (("fork", "first", "decline"), ("fork", "second", "decline"), ("short", "only", "decline"))
GOOD = (("fork", "first", "ask"), ("fork", "second", "decline"), ("short", "only", "decline"))
POOR = (("fork", "first", "post"), ("short", "only", "ask"))


class GradedCourse:
    """One course with one activity; its learners and the one who leads it are known by their ids."""

    def __init__(self, lms: Lms) -> None:
        self.lms, self.services, self.browser = lms, lms.services, lms.browser
        self.settings: Settings = service(Settings, lms.app)
        self.database: Database = db.database(lms.app)
        self.rights = ALL_RIGHTS

    def opens(self, column: str | None, person: str = "5", module: str = "photos", **custom: str) -> str:
        """Let someone open the activity, whose launch names this column, and return the words that they read."""
        endpoint = {"scope": list(self.rights), "lineitems": self.services.items_url, "lineitem": column}
        role = INSTRUCTOR if person == "9" else LEARNER
        who = {"sub": person, "name": f"Person {person}", lti("roles"): [role]}
        activity = {ENDPOINT: without_nones(endpoint), lti("custom"): {"module": module} | custom}
        assert_landed(self.lms.launches(who | activity))
        words = self.reads("/people" if person == "9" else "/module")
        do_jobs(self.lms.app)
        return words

    def column_with_grades(self, *people: str) -> str:
        """Return a new column in which the full marks of these people are; they have been seen there."""
        column = self.services.add_item()
        for person in people:
            self.opens(column, person)
            self.plays()
        self.sends()
        self.compares()
        return column

    def reads(self, path: str) -> str:
        """Return the words of a page of the visit that began last."""
        page = self.browser.get(path)
        assert page.status_code == 200, page.text
        return words_of(page.text)

    def plays(self, way: tuple[tuple[str, str, str], ...] = BEST) -> None:
        """Let the one whose visit began last take the training."""
        started = self.browser.post("/attempts", data=Form(self.browser.get("/module").text).fields)
        attempt = int((started.location or "").rsplit("/", 1)[1])
        for scenario, scene, choice in way:
            token = Form(self.browser.get("/module").text).fields["csrf_token"]
            said = {"csrf_token": token, "scenario": scenario, "scene": scene, "choice": choice}
            assert self.browser.post(f"/attempts/{attempt}/answers", data=said).status_code == 303

    def sends(self) -> None:
        """Send all that waits, and what follows from that, without the waits between."""
        now, waits = datetime.now(UTC), Delivery.state.in_((DeliveryState.WAITING, DeliveryState.SENDING))
        for _ in range(4):
            with self.database.transaction() as session:
                session.execute(update(Delivery).where(waits).values(due_at=now))
                session.execute(update(Platform).values(rests_until=None))
            GradeSender(self.database, self.settings).send_due()

    def compares(self, all_of_them: bool = True) -> int:
        """Compare all grades, as two hours after they were sent, or those due; return how many are to be sent again."""
        now, ago = datetime.now(UTC), datetime.now(UTC) - timedelta(hours=2)
        with self.database.transaction() as session:
            session.execute(update(Delivery).values(since=ago))
            session.execute(update(Delivery).where(Delivery.delivered_at.is_not(None)).values(delivered_at=ago))
            if all_of_them:
                session.execute(update(Delivery).values(compare_at=now))
        comparer = Comparer(self.database, self.settings, still_counting)
        return sum(comparer.compare_due(platform) for platform in comparer.platforms_due())

    def grade(self, person: str = "5", kind: GradeKind = GradeKind.SCORE) -> Delivery:
        """Return what is owed of a person's results."""
        whose = select(Delivery).join(Person, Person.id == Delivery.person_id).where(Person.subject == person)
        with self.database.reading() as session:
            return session.scalars(whose.where(Delivery.kind == kind)).one()
