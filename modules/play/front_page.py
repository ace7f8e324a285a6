"""A module's front page: what it shows the person who has opened the module."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lti.visits.visit import CurrentVisit
from modules.certificates.certificates import certificates_of
from modules.certificates.confirm import confirmation_of
from modules.content.publish import NotPublished, content_of
from modules.domain.certificate import CertificateState
from modules.domain.content import Content
from modules.domain.progress import HowFar, how_far
from modules.domain.renewal import Stage
from modules.models import Attempt, Certificate, ResultRow
from modules.passes.attempts import open_attempt, progress_of
from modules.passes.holdings import holdings
from modules.passes.passes import Renewal
from modules.passes.results import best_of, finished_attempts
from modules.play.course_modules import OwnModule, own_modules
from modules.play.drop import may_drop
from modules.play.recognition import RecognitionOffer, offer_for
from modules.policy.acknowledgements import Confirmed


@dataclass(frozen=True)
class FrontPage:
    """A module as one person sees it.

    ``results`` are all their results, ``counting`` those that count now, and ``transferred`` is the result behind a
    valid pass that a join transferred. ``elsewhere`` is a certificate for the same module under another of their ids,
    if they have not passed here. ``far`` is how far their unfinished attempt has got, and ``may_drop`` says
    whether they can drop it.
    """

    content: Content
    confirmed: Confirmed | None
    attempt: Attempt | None
    far: HowFar | None
    may_drop: bool
    results: Sequence[ResultRow]
    counting: Sequence[ResultRow]
    transferred: ResultRow | None
    renewal: Renewal
    certificates: Sequence[Certificate]
    others: Sequence[OwnModule]
    elsewhere: RecognitionOffer | None

    @property
    def best(self) -> ResultRow | None:
        """Return the result that counts, if any."""
        return best_of(self.counting) if self.counting else None

    @property
    def certificate(self) -> Certificate | None:
        """Return the valid certificate for this module itself, if there is one."""
        return next((held for held in self.certificates if held.module == self.content.module.key), None)

    @property
    def answered(self) -> int:
        """Return the number of questions answered in the attempt that is not finished."""
        return self.far.made if self.far else 0

    @property
    def earlier(self) -> list[ResultRow]:
        """Return the results that do not count any longer."""
        return [result for result in self.results if result not in self.counting]

    @property
    def is_practice(self) -> bool:
        """Say whether nothing of it counts."""
        return self.content.module.is_practice


def front_page(session: Session, visit: CurrentVisit, match_emails: bool, now: datetime) -> FrontPage:
    """Return the front page of the module of a person's activity; NotPublished if there isn't one."""
    of_course = own_modules(session, visit.course_id, visit.trust, visit.person_id, now)
    own = next((each for each in of_course if each.module.key == visit.module), None)
    if not own:
        raise NotPublished(visit.module)
    attempt = open_attempt(session, visit.person_id, own.module.key)
    progress = progress_of(session, attempt) if attempt else None
    results = finished_attempts(session, visit.person_id, own.module.key)
    has_own = own.renewal.stage is Stage.VALID and any(result.passed for result in results)
    needs_pass = not has_own and not own.module.is_practice
    return FrontPage(
        content=own.content,
        confirmed=confirmation_of(session, visit.person_id, visit.trust, own.module),
        attempt=attempt,
        far=how_far(content_of(attempt.version), progress) if attempt and progress else None,
        may_drop=bool(attempt and progress and may_drop(attempt, progress)),
        results=results,
        counting=own.renewal.counting(results),
        transferred=_transferred(session, visit.person_id, own, results),
        renewal=own.renewal,
        certificates=[
            held for held in certificates_of(session, visit.person_id) if held.state_at(now) is CertificateState.VALID
        ],
        others=[each for each in of_course if each is not own],
        elsewhere=offer_for(session, visit, own.module.key, match_emails, now) if needs_pass else None,
    )


def _transferred(session: Session, person_id: int, own: OwnModule, results: Sequence[ResultRow]) -> ResultRow | None:
    """Return the result behind a valid pass that a join transferred; None if they passed it themselves."""
    is_valid = own.renewal.stage in {Stage.VALID, Stage.RENEWABLE}
    if not is_valid or any(result.passed for result in own.renewal.counting(results)):
        return None
    found = holdings(session, [person_id], own.module.key).get(person_id)
    return found.transferred if found else None
