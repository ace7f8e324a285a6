"""What people hold of a module: their pass, the certificate that came with it, and the result behind a transfer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from modules.domain.renewal import HeldPass, held_of
from modules.models import Certificate, Pass, ResultRow
from modules.passes.results import best_of


@dataclass(frozen=True)
class Holding:
    """What one person holds of a module.

    ``held`` is their pass, valid or expired, ``certificate`` the latest that came with their passes, and
    ``transferred`` the result behind the pass if a join transferred it: that of an attempt under another entry.
    """

    held: HeldPass | None = None
    certificate: Certificate | None = None
    transferred: ResultRow | None = None


def holdings(session: Session, people: Sequence[int], module: str) -> dict[int, Holding]:
    """Return what each of these people holds of a module, in one query; those who hold nothing are left out.

    If a colleague was certified on another of the trust's LMSs, the certificate has the name they use there.
    """
    issued = and_(Certificate.attempt_id == Pass.attempt_id, Certificate.module == Pass.module)
    elsewhere = and_(ResultRow.attempt_id == Pass.attempt_id, Pass.join_id.is_not(None))
    theirs = (
        select(Pass, Certificate, ResultRow)
        .outerjoin(Certificate, issued)
        .outerjoin(ResultRow, elsewhere)
        .where(Pass.person_id.in_(people), Pass.module == module)
        .order_by(Certificate.issued_at, Certificate.number)
    )
    found: dict[int, list[_Found]] = {}
    for row, certificate, result in session.execute(theirs):
        kept = found.setdefault(row.person_id, [])
        kept.append(_Found(HeldPass(row.cycle, row.valid_until), certificate, result))
    return {person_id: _holding(kept) for person_id, kept in found.items()}


@dataclass(frozen=True)
class _Found:
    """One pass with what belongs to it."""

    held: HeldPass
    certificate: Certificate | None
    transferred: ResultRow | None


def _holding(found: Sequence[_Found]) -> Holding:
    held = held_of(each.held for each in found)
    certificates = [each.certificate for each in found if each.certificate]
    transferred = [each.transferred for each in found if each.transferred and each.held == held]
    return Holding(held, certificates[-1] if certificates else None, best_of(transferred) if transferred else None)
