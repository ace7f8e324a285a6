"""What the person of a visit holds beyond their role: their grants, where their address is known to be theirs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists
from sqlalchemy.orm import Session

from core.grants.domain.grant import HeldGrant
from core.grants.grants import as_held, holdings_of
from core.mail.domain.message import folded_address
from lti.domain.known_platforms import confirms_addresses
from lti.visits.models import ConfirmedAddress
from lti.visits.visit import CurrentVisit


@dataclass(frozen=True, slots=True)
class VisitGrants:
    """The grants that count in a visit; or ``has_to_confirm``: there are some, once the address is confirmed."""

    held: tuple[HeldGrant, ...] = ()
    has_to_confirm: bool = False


def grants_in(session: Session, visit: CurrentVisit, now: datetime) -> VisitGrants:
    """Return what the person of a visit holds; someone who looks at a course as learners see it holds nothing."""
    address = folded_address(visit.person_email)
    if not address or visit.is_test or visit.has_switched:
        return VisitGrants()
    confirmed = exists().where(ConfirmedAddress.person_id == visit.person_id, ConfirmedAddress.address == address)
    rows = session.execute(holdings_of(visit.trust, address, now).add_columns(confirmed)).all()
    held = as_held((grant, school_id) for grant, school_id, _ in rows)
    if confirms_addresses(visit.lms_family, visit.confirms_addresses) or all(row[-1] for row in rows):
        return VisitGrants(held)
    return VisitGrants(has_to_confirm=True)
